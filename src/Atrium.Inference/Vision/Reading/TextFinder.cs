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

    /// <summary>A bent line's thickness is the mean along it, not the most.</summary>
    private const float BentGrowth = 2;
    private const float MinThickness = 3;

    /// <summary>A box is as long as this many times its thickness to tell by itself which way it is read.</summary>
    private const float ClearlyLong = 2;

    /// <summary>In radians, some 8 degrees.</summary>
    private const float MaxLean = 0.14f;

    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    private readonly InferenceSession _session = VisionSession.Open(modelFile);

    /// <summary>Where lines are, in pixels of the picture, all of them read the same way: to the right or, where the page is turned, downwards.</summary>
    public List<TextStrip> Find(Picture picture)
    {
        var page = new TextStrip(new(picture.Width / 2f, picture.Height / 2f), new(1, 0), picture.Width, picture.Height);
        var strips = Find(picture, page);

        // The model knows text that lies, less so text that leans: where the page does, it is looked at again along its lines.
        return strips.Count > 0 && Lean(strips[0].Direction) > MaxLean ? Find(picture, page.Around(strips[0].Direction)) : strips;
    }

    /// <summary>What is found of a part of the picture that may be turned.</summary>
    private List<TextStrip> Find(Picture picture, TextStrip page)
    {
        var shrink = Math.Min(1, MaxSide / Math.Max(page.Length, page.Thickness));
        int width = Rounded(page.Length * shrink), height = Rounded(page.Thickness * shrink);
        var input = Pixels.ChannelsFirst(picture.Sample((page.TopLeft, page.TopRight, page.BottomLeft), width, height), width * height, Mean, Deviation);
        var map = VisionSession.Run(_session, _session.InputMetadata.Keys.First(), input, [1, 3, height, width], _session.OutputMetadata.Keys.First(), out _);
        var scale = Math.Min(page.Length / width, page.Thickness / height);
        var strips = new List<TextStrip>();
        foreach (var area in Areas(map, width, height))
        {
            List<Corner> outline = [.. area.Select(p => page.At(p.X / width, p.Y / height))];
            var strip = TextStrip.Around(outline);
            if (Math.Min(strip.Length, strip.Thickness) >= MinThickness * scale)
            {
                strip = (strip.Length >= strip.Thickness ? strip : strip.QuarterTurned).Fitted(outline);
                strips.Add(strip.Grown(strip.Length * strip.Thickness * (strip.Bend == default ? Growth : BentGrowth) / (2 * (strip.Length + strip.Thickness))));
            }
        }

        return Directed(strips);
    }

    public void Dispose() => _session.Dispose();

    private static int Rounded(float side) => Math.Max(Step, (int)MathF.Round(side / Step) * Step);

    /// <summary>The outline of every connected area that is surely text: the middles of the sides where a pixel of it meets one that is not.</summary>
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

            var outline = new List<Corner>();
            var (sum, count) = (0.0, 0);
            seen[start] = true;
            waiting.Push(start);
            while (waiting.TryPop(out var pixel))
            {
                var (x, y) = (pixel % width, pixel / width);
                (sum, count) = (sum + map[pixel], count + 1);
                for (var neighbour = 0; neighbour < 9; neighbour++)
                {
                    var (right, down) = ((neighbour % 3) - 1, (neighbour / 3) - 1);
                    var isInside = x + right >= 0 && x + right < width && y + down >= 0 && y + down < height;
                    var next = pixel + right + (down * width);
                    if (!isInside || map[next] <= PixelThreshold)
                    {
                        if (right == 0 || down == 0)
                        {
                            outline.Add(new(x + 0.5f + (right / 2f), y + 0.5f + (down / 2f)));
                        }
                    }
                    else if (!seen[next])
                    {
                        seen[next] = true;
                        waiting.Push(next);
                    }
                }
            }

            if (sum / count >= AreaThreshold)
            {
                yield return outline;
            }
        }
    }

    /// <summary>From 0 for text that lies or stands to 45 degrees.</summary>
    private static float Lean(Corner direction) => MathF.Atan2(Math.Min(MathF.Abs(direction.X), MathF.Abs(direction.Y)), Math.Max(MathF.Abs(direction.X), MathF.Abs(direction.Y)));

    /// <summary>
    /// The longest first. A long box is read along its long side; a short one (a word of two letters) as most of the page is. All go the way of the longest, so that
    /// whether the page is upside down is one question.
    /// </summary>
    private static List<TextStrip> Directed(List<TextStrip> strips)
    {
        var across = strips.Where(IsClearlyLong).Sum(s =>
        {
            var along = s.Length >= s.Thickness ? s : s.QuarterTurned;
            return MathF.Abs(along.Direction.X) >= MathF.Abs(along.Direction.Y) ? along.Length : -along.Length;
        });
        var directed = strips.Select(s => Along(s, across >= 0)).OrderByDescending(s => s.Length).ToList();
        if (directed.Count == 0)
        {
            return directed;
        }

        var page = Forward(directed[0]).Direction;
        return [.. directed.Select(s => (s.Direction.X * page.X) + (s.Direction.Y * page.Y) >= 0 ? s : s.UpsideDown)];
    }

    private static bool IsClearlyLong(TextStrip strip) => Math.Max(strip.Length, strip.Thickness) >= ClearlyLong * Math.Min(strip.Length, strip.Thickness);

    private static TextStrip Along(TextStrip strip, bool pageIsAcross)
    {
        if (IsClearlyLong(strip))
        {
            return strip.Length >= strip.Thickness ? strip : strip.QuarterTurned;
        }

        var isAcross = MathF.Abs(strip.Direction.X) >= MathF.Abs(strip.Direction.Y);
        return isAcross == pageIsAcross ? strip : strip.QuarterTurned;
    }

    private static TextStrip Forward(TextStrip strip) =>
        (MathF.Abs(strip.Direction.X) >= MathF.Abs(strip.Direction.Y) ? strip.Direction.X : strip.Direction.Y) >= 0 ? strip : strip.UpsideDown;
}
