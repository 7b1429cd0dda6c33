namespace Atrium.Inference;

/// <summary>
/// Something that is opened when it is first asked for and then kept. Those who ask meanwhile wait for the same opening; one that failed or
/// was cancelled is tried again by the next.
/// </summary>
internal sealed class Once<T>(Func<CancellationToken, Task<T>> open)
    where T : class
{
    private readonly Lock _gate = new();
    private Task<T>? _opening;

    public ValueTask<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_opening is null || _opening.IsFaulted || _opening.IsCanceled)
            {
                // The opening is shared, so one caller's going away must not end it for the others.
                _opening = open(CancellationToken.None);
            }

            return _opening.IsCompletedSuccessfully ? new(_opening) : new(_opening.WaitAsync(cancellationToken));
        }
    }

    /// <summary>What was opened, once the opening is through; null if nobody asked or it failed.</summary>
    public async ValueTask<T?> OpenedAsync()
    {
        Task<T>? opening;
        lock (_gate)
        {
            opening = _opening;
        }

        if (opening is null)
        {
            return null;
        }

        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return opening.IsCompletedSuccessfully ? await opening : null;
    }
}
