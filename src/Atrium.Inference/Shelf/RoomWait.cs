namespace Atrium.Inference.Shelf;

/// <summary>A model that waits for room.</summary>
internal sealed class RoomWait(ShelfPlace place)
{
    private readonly TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where it will stand.</summary>
    public ShelfPlace Place => place;

    /// <summary>Done when it has room, or will not have any.</summary>
    public Task Room => _room.Task;

    /// <summary>Ends the wait when it has been long enough.</summary>
    public ITimer? Timer { get; set; }

    /// <summary>The wait is over.</summary>
    /// <param name="refusal">Why there is no room; null where there is.</param>
    public void End(Exception? refusal)
    {
        Timer?.Dispose();
        _ = refusal is null ? _room.TrySetResult() : _room.TrySetException(refusal);
    }
}
