using Atrium.Inference.Images;
using Atrium.Inference.Vision.Reading;

namespace Atrium.Inference.Vision;

/// <summary>Sees objects and reads text, on models in this process.</summary>
public sealed class ImageAnalyzer : IDisposable
{
    /// <summary>The name that answers give as the model's version.</summary>
    public const string Name = "centernet-ppocr4";
    private readonly ObjectDetector _objects;
    private readonly PageReader _text;
    private readonly ImageQueue _queue;

    private ImageAnalyzer(ObjectDetector objects, PageReader text, InferenceLimits limits)
    {
        (_objects, _text) = (objects, text);
        _queue = new(Name, limits);
    }

    /// <summary>Opens both models; a second or two.</summary>
    internal static ImageAnalyzer Open(string objectsFolder, string textFolder, InferenceLimits limits) =>
        new(new(ObjectModel.ModelFile(objectsFolder)), new(textFolder), limits);

    /// <summary>What is seen, the surest first.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="lane">Who asks; those who ask take turns.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InferenceQueueFullException">Too many images wait.</exception>
    public Task<IReadOnlyList<DetectedObject>> DetectAsync(Picture picture, string lane, CancellationToken cancellationToken) =>
        _queue.RunAsync(lane, () => _objects.Detect(picture), cancellationToken);

    /// <summary>Lines of text from top to bottom, also where the picture lies on its side or head.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="lane">Who asks; those who ask take turns.</param>
    /// <param name="cancellationToken">Ends the wait and the work.</param>
    /// <exception cref="InferenceQueueFullException">Too many images wait.</exception>
    public Task<IReadOnlyList<TextLine>> ReadAsync(Picture picture, string lane, CancellationToken cancellationToken) =>
        _queue.RunAsync(lane, () => _text.Read(picture, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Dispose();
        _objects.Dispose();
        _text.Dispose();
    }
}
