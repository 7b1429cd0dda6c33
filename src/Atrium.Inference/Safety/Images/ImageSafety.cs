using Atrium.Inference.Images;
using Atrium.Inference.Vision;
using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Safety.Images;

/// <summary>Judges how sexual an image is. There is no embedded model of hate, self-harm or violence in images.</summary>
public sealed class ImageSafety : IDisposable
{
    /// <summary>The name of the model.</summary>
    public const string Name = "nsfwjs-mobilenet-v2";

    private readonly InferenceSession _session;
    private readonly ImageQueue _queue;

    internal ImageSafety(string folder, InferenceLimits limits)
    {
        _session = VisionSession.Open(ImageSafetyModel.ModelFile(folder));
        _queue = new(Name, limits);
    }

    /// <summary>How sexual the picture is.</summary>
    /// <returns>0, 2, 4 or 6.</returns>
    /// <exception cref="InferenceQueueFullException">Too many images wait.</exception>
    public async Task<int> SexualSeverityAsync(Picture picture, CancellationToken cancellationToken) => ImageSeverityRules.Sexual(await ClassifyAsync(picture, cancellationToken));

    /// <summary>The probability of each <see cref="ImageKind"/>; together 1.</summary>
    /// <exception cref="InferenceQueueFullException">Too many images wait.</exception>
    public Task<float[]> ClassifyAsync(Picture picture, CancellationToken cancellationToken) =>
        _queue.RunAsync(() => Classify(Array.ConvertAll(picture.Sample(ImageSafetyModel.Side, ImageSafetyModel.Side), value => value / 255)), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _queue.Dispose();
    }

    /// <param name="pixels">Red, green, blue from 0 to 1, row by row.</param>
    internal float[] Classify(float[] pixels) =>
        VisionSession.Run(_session, ImageSafetyModel.Input, pixels, [1, ImageSafetyModel.Side, ImageSafetyModel.Side, 3], ImageSafetyModel.Output, out _);
}
