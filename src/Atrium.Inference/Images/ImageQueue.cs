namespace Atrium.Inference.Images;

/// <summary>The bounded queue of a model of images: as many are worked on at once as there are workers, and those who ask take turns.</summary>
internal sealed class ImageQueue(string model, InferenceLimits limits) : IDisposable
{
    private readonly FairQueue _queue = new(model, limits.Workers, limits.MaxQueuedImages + limits.Workers);

    /// <exception cref="InferenceQueueFullException">Too many images wait.</exception>
    public async Task<T> RunAsync<T>(string lane, Func<T> work, CancellationToken cancellationToken)
    {
        using var place = _queue.Enter(lane);
        return await _queue.RunAsync(lane, work, cancellationToken);
    }

    public void Dispose() => _queue.Dispose();
}
