using Atrium.Inference.Images;
using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Vision;

/// <summary>Finds objects by CenterNet. Calls may overlap.</summary>
internal sealed class ObjectDetector(string modelFile) : IDisposable
{
    private const float MinConfidence = 0.35f;

    /// <summary>The model reports one object several times; of two boxes that overlap more than this the surer one stays.</summary>
    private const double MaxOverlap = 0.5;
    private const int Columns = 6;

    private readonly InferenceSession _session = VisionSession.Open(modelFile);

    /// <summary>What is seen, the surest first.</summary>
    public IReadOnlyList<DetectedObject> Detect(Picture picture)
    {
        var input = picture.Sample((Square(picture, 0, 0), Square(picture, 1, 0), Square(picture, 0, 1)), ObjectModel.Side, ObjectModel.Side);
        var rows = VisionSession.Run(_session, ObjectModel.Input, input, [1, ObjectModel.Side, ObjectModel.Side, 3], ObjectModel.Output, out _);
        var found = new List<DetectedObject>();
        for (var row = 0; row + Columns <= rows.Length; row += Columns)
        {
            if (rows[row + 4] >= MinConfidence && Scaled(rows.AsSpan(row, 4), picture) is { Width: > 0, Height: > 0 } box)
            {
                found.Add(new(CocoLabels.All[(int)rows[row + 5]], Math.Min(1, rows[row + 4]), box));
            }
        }

        return Distinct(found);
    }

    public void Dispose() => _session.Dispose();

    /// <summary>
    /// A place, from 0 to 1 each way, of the square that the model sees: the picture in its middle, white beside it. Stretched to a square, things are less like
    /// themselves: a cat is taken for a dog.
    /// </summary>
    private static Corner Square(Picture picture, float x, float y)
    {
        var side = Math.Max(picture.Width, picture.Height);
        return new((x * side) - ((side - picture.Width) / 2f), (y * side) - ((side - picture.Height) / 2f));
    }

    private static Box Scaled(ReadOnlySpan<float> edges, Picture picture)
    {
        var (from, to) = (Square(picture, edges[0] / ObjectModel.Side, edges[1] / ObjectModel.Side), Square(picture, edges[2] / ObjectModel.Side, edges[3] / ObjectModel.Side));
        var (left, right) = (Math.Clamp(from.X, 0, picture.Width), Math.Clamp(to.X, 0, picture.Width));
        var (top, bottom) = (Math.Clamp(from.Y, 0, picture.Height), Math.Clamp(to.Y, 0, picture.Height));
        return new((int)left, (int)top, (int)(right - left), (int)(bottom - top));
    }

    private static List<DetectedObject> Distinct(List<DetectedObject> found)
    {
        var kept = new List<DetectedObject>();
        foreach (var next in found.OrderByDescending(o => o.Confidence))
        {
            if (!kept.Exists(o => o.Label == next.Label && o.Box.Overlap(next.Box) > MaxOverlap))
            {
                kept.Add(next);
            }
        }

        return kept;
    }
}
