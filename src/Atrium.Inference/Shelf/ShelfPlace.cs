namespace Atrium.Inference.Shelf;

/// <summary>What a shelf knows of one model. Everything that changes belongs to the shelf's lock.</summary>
internal sealed class ShelfPlace(string name, long bytes, Func<Task<object>> open)
{
    public string Name => name;

    public long Bytes => bytes;

    public Func<Task<object>> Open => open;

    /// <summary>Calls that use it or wait for it.</summary>
    public int Users { get; set; }

    /// <summary>The open model.</summary>
    public object? Model { get; set; }

    /// <summary>The opening that is under way.</summary>
    public Task<object>? Opening { get; set; }

    /// <summary>The last closing; never fails.</summary>
    public Task Closing { get; set; } = Task.CompletedTask;

    public DateTimeOffset? LastUse { get; set; }

    /// <summary>It is taken off the shelf and closed when its last user has gone.</summary>
    public bool IsRetired { get; set; }

    public bool IsIdle => Model is not null && Users == 0;

    public ModelStatus Status => new(
        name, Model is not null ? ModelState.Open : Opening is not null ? ModelState.Opening : Closing.IsCompleted ? ModelState.Closed : ModelState.Closing, bytes, Users, LastUse);

    /// <summary>Closes what was opened. A model that cannot be closed well is gone all the same, and nobody waits for it who could be told.</summary>
    public static async Task CloseAsync(object model)
    {
        try
        {
            await (model is IAsyncDisposable asynchronous ? asynchronous.DisposeAsync() : default);
            (model as IDisposable)?.Dispose();
        }
#pragma warning disable CA1031 // As the summary says.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
