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
    /// <param name="picture">The picture.</param>
    /// <param name="lane">Who asks; those who ask take turns.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>0 to 7.</returns>
    /// <exception cref="InferenceQueueFullException">Too many images wait.</exception>
    public async Task<int> SexualSeverityAsync(Picture picture, string lane, CancellationToken cancellationToken) =>
        ImageSeverityRules.Sexual(await ClassifyAsync(picture, lane, cancellationToken));

    /// <summary>The probability of each <see cref="ImageKind"/>; together 1.</summary>
    /// <exception cref="InferenceQueueFullException">Too many images wait.</exception>
    public Task<float[]> ClassifyAsync(Picture picture, string lane, CancellationToken cancellationToken) =>
        _queue.RunAsync(lane, () => Classify(Array.ConvertAll(picture.Sample(ImageSafetyModel.Side, ImageSafetyModel.Side), value => value / 255)), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Dispose();
        _session.Dispose();
    }

    /// <param name="pixels">Red, green, blue from 0 to 1, row by row.</param>
    internal float[] Classify(float[] pixels) =>
        VisionSession.Run(_session, ImageSafetyModel.Input, pixels, [1, ImageSafetyModel.Side, ImageSafetyModel.Side, 3], ImageSafetyModel.Output, out _);
}
