namespace Atrium.Inference.Images;

/// <summary>The bounded queue of a model of images: as many are worked on at once as there are workers.</summary>
internal sealed class ImageQueue(string model, InferenceLimits limits) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _workers = new(limits.Workers);
    private readonly int _places = limits.MaxQueuedImages + limits.Workers;
    private int _taken;

    /// <exception cref="InferenceQueueFullException">Too many images wait.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _taken) > _places)
        {
            Interlocked.Decrement(ref _taken);
            throw new InferenceQueueFullException(model, RetryAfter);
        }

        try
        {
            await _workers.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(work, cancellationToken);
            }
            finally
            {
                _workers.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _taken);
        }
    }

    public void Dispose() => _workers.Dispose();
}
