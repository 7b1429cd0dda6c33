using Atrium.Inference.Images;
using Atrium.Inference.Vision.Reading;

namespace Atrium.Inference.Vision;

/// <summary>Sees objects and reads text, on models in this process. Images wait in a bounded queue; as many are worked on at once as there are workers.</summary>
public sealed class ImageAnalyzer : IDisposable
{
    /// <summary>The name that answers give as the model's version.</summary>
    public const string Name = "centernet-ppocr4";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly ObjectDetector _objects;
    private readonly PageReader _text;
    private readonly SemaphoreSlim _workers;
    private readonly int _places;
    private int _taken;

    private ImageAnalyzer(ObjectDetector objects, PageReader text, InferenceLimits limits)
    {
        (_objects, _text) = (objects, text);
        _workers = new(limits.Workers);
        _places = limits.MaxQueuedImages + limits.Workers;
    }

    /// <summary>Opens both models; a second or two.</summary>
    internal static ImageAnalyzer Open(string objectsFolder, string textFolder, InferenceLimits limits) =>
        new(new(ObjectModel.ModelFile(objectsFolder)), new(textFolder), limits);

    /// <summary>What is seen, the surest first.</summary>
    /// <exception cref="InferenceQueueFullException">Too many images wait.</exception>
    public Task<IReadOnlyList<DetectedObject>> DetectAsync(Picture picture, CancellationToken cancellationToken) =>
        RunAsync(() => _objects.Detect(picture), cancellationToken);

    /// <summary>Lines of text from top to bottom, also where the picture lies on its side or head.</summary>
    /// <exception cref="InferenceQueueFullException">Too many images wait.</exception>
    public Task<IReadOnlyList<TextLine>> ReadAsync(Picture picture, CancellationToken cancellationToken) =>
        RunAsync(() => _text.Read(picture, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _objects.Dispose();
        _text.Dispose();
        _workers.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _taken) > _places)
        {
            Interlocked.Decrement(ref _taken);
            throw new InferenceQueueFullException(Name, RetryAfter);
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
}
