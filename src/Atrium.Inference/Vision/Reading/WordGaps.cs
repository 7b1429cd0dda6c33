namespace Atrium.Inference.Vision.Reading;

/// <summary>
/// Decides where the words of a line end. The recognition leaves spaces out and puts some in, but its probability of a space is higher where there is one, and the gap is
/// wider there than between other letters: a logistic regression on the two and on what English writes close, whose weights were learned on drawn pages
/// (<c>./bench/run reading</c>, the half for tuning). Pure.
/// </summary>
internal static class WordGaps
{
    private const float OfSpaceLogOdds = 1.66f;

    /// <summary>For a gap that is wider than the line's median gap by the line's height.</summary>
    private const float OfGap = 62.4f;

    /// <summary>For what stands close.</summary>
    private const float OfClose = -6.55f;
    private const float Bias = -4.84f;

    /// <summary>No space stands before these, or behind those.</summary>
    private const string Closing = ",.;:)!?%";
    private const string Opening = "($";

    /// <summary>Keeps the log-odds finite.</summary>
    private const float LeastProbability = 1e-6f;

    /// <summary>Of fewer gaps than these the median says nothing: they are held against what is usual, as a part of the line's height.</summary>
    private const int FewestGaps = 4;
    private const float UsualGap = 0.08f;

    /// <summary>A column has ink where its darkest and lightest differ by this part of what the line's do.</summary>
    private const float InkContrast = 0.3f;

    /// <summary>How far letters lean, in pixels to the right for each upwards: upright ones, and italics.</summary>
    private static readonly float[] Slants = [0, 0.2f];

    /// <summary>Behind which characters there is a space; never behind the last.</summary>
    /// <param name="pixels">Of the line: three values each, row by row.</param>
    /// <param name="width">Of the line.</param>
    /// <param name="height">Of the line.</param>
    /// <param name="characters">Of the line, without spaces.</param>
    /// <param name="places">Where each is, in pixels from the left.</param>
    /// <param name="spaces">The highest probability of a space between each character and the next, from 0 to 1.</param>
    public static bool[] Find(float[] pixels, int width, int height, IReadOnlyList<string> characters, IReadOnlyList<float> places, IReadOnlyList<float> spaces)
    {
        var found = new bool[places.Count];
        if (places.Count < 2)
        {
            return found;
        }

        var blank = Slants.Select(slant => BlankColumns(pixels, width, height, slant)).MaxBy(columns => columns.Count(isBlank => isBlank))!;
        var gaps = Enumerable.Range(0, places.Count - 1).Select(at => LongestRun(blank, (int)places[at], (int)places[at + 1])).ToArray();
        var median = gaps.Order().ElementAt(gaps.Length / 2);
        var usual = gaps.Length >= FewestGaps ? median : Math.Min(median, UsualGap * height);
        for (var at = 0; at < gaps.Length; at++)
        {
            var probability = Math.Clamp(spaces[at], LeastProbability, 1 - LeastProbability);
            var close = Opening.Contains(characters[at], StringComparison.Ordinal) || Closing.Contains(characters[at + 1], StringComparison.Ordinal) ? OfClose : 0;
            found[at] = (OfSpaceLogOdds * MathF.Log(probability / (1 - probability))) + (OfGap * (gaps[at] - usual) / height) + close + Bias > 0;
        }

        return found;
    }

    private static bool[] BlankColumns(float[] pixels, int width, int height, float slant)
    {
        var contrast = new float[width];
        var (darkest, lightest) = (float.MaxValue, float.MinValue);
        for (var x = 0; x < width; x++)
        {
            var (dark, light) = (float.MaxValue, float.MinValue);
            for (var y = 0; y < height; y++)
            {
                var column = Math.Clamp(x + (int)(slant * ((height / 2) - y)), 0, width - 1);
                var at = ((y * width) + column) * 3;
                var level = (pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3;
                (dark, light) = (Math.Min(dark, level), Math.Max(light, level));
            }

            contrast[x] = light - dark;
            (darkest, lightest) = (Math.Min(darkest, dark), Math.Max(lightest, light));
        }

        return [.. contrast.Select(c => c < InkContrast * (lightest - darkest))];
    }

    private static int LongestRun(bool[] blank, int from, int to)
    {
        var (longest, run) = (0, 0);
        for (var x = Math.Max(0, from); x <= to && x < blank.Length; x++)
        {
            run = blank[x] ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
