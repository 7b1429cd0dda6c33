namespace Atrium.Inference.Vision.Reading;

/// <summary>Finds the spaces of a line that its recognition leaves out: places without ink that are as wide as the line's other spaces. Pure.</summary>
internal static class WordGaps
{
    /// <summary>A column has ink where its darkest and lightest differ by this part of what the line's do.</summary>
    private const float InkContrast = 0.3f;

    /// <summary>Of the narrowest space that was read: what is as wide is one too.</summary>
    private const float OfKnown = 0.85f;

    /// <summary>Parts of the line's height: no space is narrower than the first; where none was read, than the second.</summary>
    private const float Narrowest = 0.17f;
    private const float NarrowestAlone = 0.28f;

    /// <summary>Where no space was read, one is so many times as wide as what lies between letters.</summary>
    private const float OverLetters = 2.2f;

    /// <summary>Fewer letters tell nothing of what lies between them.</summary>
    private const int FewestGaps = 3;

    /// <summary>How far letters lean, in pixels to the right for each upwards: upright ones, and italics.</summary>
    private static readonly float[] Slants = [0, 0.2f];

    /// <summary>Behind which characters there is a space.</summary>
    /// <param name="pixels">Of the line: three values each, row by row.</param>
    /// <param name="width">Of the line.</param>
    /// <param name="height">Of the line.</param>
    /// <param name="places">Where each character is, in pixels from the left.</param>
    /// <param name="isSpace">Which characters are spaces already.</param>
    public static bool[] Find(float[] pixels, int width, int height, IReadOnlyList<float> places, IReadOnlyList<bool> isSpace)
    {
        var found = new bool[places.Count];
        var between = Enumerable.Range(0, Math.Max(0, places.Count - 1)).Where(at => !isSpace[at] && !isSpace[at + 1]).ToList();
        if (between.Count < FewestGaps)
        {
            return found;
        }

        var blank = Slants.Select(slant => BlankColumns(pixels, width, height, slant)).MaxBy(columns => columns.Count(isBlank => isBlank))!;
        var gaps = between.ConvertAll(at => LongestRun(blank, (int)places[at], (int)places[at + 1]));
        var known = Enumerable.Range(0, places.Count).Where(at => isSpace[at] && at > 0 && at + 1 < places.Count).Select(at => LongestRun(blank, (int)places[at - 1], (int)places[at + 1])).ToList();
        var least = known.Count > 0
            ? Math.Max(OfKnown * known.Min(), Narrowest * height)
            : Math.Max(NarrowestAlone * height, OverLetters * gaps.Order().ElementAt(gaps.Count / 2));
        foreach (var (at, gap) in between.Zip(gaps))
        {
            found[at] = gap >= least;
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
