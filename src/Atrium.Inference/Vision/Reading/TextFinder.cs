using Atrium.Inference.Images;
using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Vision.Reading;

/// <summary>
/// Finds where text is, by the detection model of PP-OCRv4: it gives every pixel the probability of lying in the middle of a line
/// (differentiable binarization, arXiv:1911.08947). The areas are cut out, boxed and grown back to the size of the letters.
/// </summary>
internal sealed class TextFinder(string modelFile) : IDisposable
{
    private const int Step = 32;
    private const int MaxSide = 1280;
    private const float PixelThreshold = 0.3f;
    private const float AreaThreshold = 0.6f;

    /// <summary>Area times this over circumference is what an area is grown by: the model was trained on areas shrunk so.</summary>
    private const float Growth = 1.6f;
    private const float MinThickness = 3;

    /// <summary>A box is as long as this many times its thickness to tell by itself which way it is read.</summary>
    private const float ClearlyLong = 2;

    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    private readonly InferenceSession _session = VisionSession.Open(modelFile);

    /// <summary>Where lines are, in pixels of the picture, each read to the right or, where the page is turned, downwards.</summary>
    public List<TextStrip> Find(Picture picture)
    {
        var shrink = Math.Min(1, (float)MaxSide / Math.Max(picture.Width, picture.Height));
        int width = Rounded(picture.Width * shrink), height = Rounded(picture.Height * shrink);
        var input = Pixels.ChannelsFirst(picture.Sample(width, height), width * height, Mean, Deviation);
        var map = VisionSession.Run(_session, _session.InputMetadata.Keys.First(), input, [1, 3, height, width], _session.OutputMetadata.Keys.First(), out _);
        var (scaleX, scaleY) = ((float)picture.Width / width, (float)picture.Height / height);
        var strips = new List<TextStrip>();
        foreach (var area in Areas(map, width, height))
        {
            var strip = TextStrip.Around([.. area.Select(p => new Corner(p.X * scaleX, p.Y * scaleY))]);
            if (Math.Min(strip.Length, strip.Thickness) >= MinThickness * Math.Min(scaleX, scaleY))
            {
                strips.Add(strip.Grown(strip.Length * strip.Thickness * Growth / (2 * (strip.Length + strip.Thickness))));
            }
        }

        return Directed(strips);
    }

    public void Dispose() => _session.Dispose();

    private static int Rounded(float side) => Math.Max(Step, (int)MathF.Round(side / Step) * Step);

    /// <summary>The outermost points of every connected area that is surely text.</summary>
    private static IEnumerable<List<Corner>> Areas(float[] map, int width, int height)
    {
        var seen = new bool[map.Length];
        var waiting = new Stack<int>();
        for (var start = 0; start < map.Length; start++)
        {
            if (seen[start] || map[start] <= PixelThreshold)
            {
                continue;
            }

            var rows = new Dictionary<int, (int Left, int Right)>();
            var (sum, count) = (0.0, 0);
            seen[start] = true;
            waiting.Push(start);
            while (waiting.TryPop(out var pixel))
            {
                var (x, y) = (pixel % width, pixel / width);
                rows[y] = rows.TryGetValue(y, out var row) ? (Math.Min(row.Left, x), Math.Max(row.Right, x)) : (x, x);
                (sum, count) = (sum + map[pixel], count + 1);
                for (var neighbour = 0; neighbour < 9; neighbour++)
                {
                    var (nextX, nextY) = (x + (neighbour % 3) - 1, y + (neighbour / 3) - 1);
                    var next = (nextY * width) + nextX;
                    if (nextX >= 0 && nextX < width && nextY >= 0 && nextY < height && !seen[next] && map[next] > PixelThreshold)
                    {
                        seen[next] = true;
                        waiting.Push(next);
                    }
                }
            }

            if (sum / count >= AreaThreshold)
            {
                // A pixel is a square: the area reaches to the far sides of its last ones.
                yield return [.. rows.SelectMany(r => new Corner[] { new(r.Value.Left, r.Key), new(r.Value.Left, r.Key + 1), new(r.Value.Right + 1, r.Key), new(r.Value.Right + 1, r.Key + 1) })];
            }
        }
    }

    /// <summary>A long box is read along its long side. A short one (a word of two letters) is read as most of the page is.</summary>
    private static List<TextStrip> Directed(List<TextStrip> strips)
    {
        var across = strips.Where(s => Math.Max(s.Length, s.Thickness) >= ClearlyLong * Math.Min(s.Length, s.Thickness)).Sum(s =>
        {
            var along = s.Length >= s.Thickness ? s : s.QuarterTurned;
            return MathF.Abs(along.Direction.X) >= MathF.Abs(along.Direction.Y) ? along.Length : -along.Length;
        });
        return [.. strips.Select(s => Forward(Along(s, across >= 0)))];
    }

    private static TextStrip Along(TextStrip strip, bool pageIsAcross)
    {
        if (Math.Max(strip.Length, strip.Thickness) >= ClearlyLong * Math.Min(strip.Length, strip.Thickness))
        {
            return strip.Length >= strip.Thickness ? strip : strip.QuarterTurned;
        }

        var isAcross = MathF.Abs(strip.Direction.X) >= MathF.Abs(strip.Direction.Y);
        return isAcross == pageIsAcross ? strip : strip.QuarterTurned;
    }

    private static TextStrip Forward(TextStrip strip) =>
        (MathF.Abs(strip.Direction.X) >= MathF.Abs(strip.Direction.Y) ? strip.Direction.X : strip.Direction.Y) >= 0 ? strip : strip.UpsideDown;
}
