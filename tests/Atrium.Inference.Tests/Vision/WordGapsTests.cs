using Atrium.Inference.Vision.Reading;

namespace Atrium.Inference.Tests.Vision;

public sealed class WordGapsTests
{
    private const int Height = 48;

    [Fact]
    public void A_gap_as_wide_as_the_spaces_that_were_read_is_one()
    {
        // Letters at 10, 25, 40; a space that was read at 58; letters at 75, 90; a gap that was not; letters at 125, 140.
        var pixels = Line(190, [10, 25, 40, 75, 90, 125, 140]);
        var found = WordGaps.Find(pixels, 190, Height, [10, 25, 40, 58, 75, 90, 125, 140], [false, false, false, true, false, false, false, false]);
        Assert.Equal([false, false, false, false, false, true, false, false], found);
    }

    [Fact]
    public void Without_a_space_that_was_read_only_a_wide_gap_is_one()
    {
        var pixels = Line(190, [10, 25, 40, 75, 90, 105]);
        Assert.Equal([false, false, true, false, false, false], WordGaps.Find(pixels, 190, Height, [10, 25, 40, 75, 90, 105], new bool[6]));
        Assert.DoesNotContain(true, WordGaps.Find(Line(190, [10, 25, 40, 55, 70, 85]), 190, Height, [10, 25, 40, 55, 70, 85], new bool[6]));
    }

    [Fact]
    public void Letters_that_lean_hide_no_gap()
    {
        var pixels = Line(190, [20, 40, 60, 95, 115, 135], slant: 0.2f);
        Assert.True(WordGaps.Find(pixels, 190, Height, [20, 40, 60, 95, 115, 135], new bool[6])[2]);
    }

    [Fact]
    public void A_few_letters_tell_nothing() => Assert.DoesNotContain(true, WordGaps.Find(Line(190, [10, 80]), 190, Height, [10, 80], [false, false]));

    /// <summary>A white line with a black stroke of eleven pixels at each place.</summary>
    private static float[] Line(int width, int[] places, float slant = 0)
    {
        var pixels = new float[width * Height * 3];
        Array.Fill(pixels, 255f);
        foreach (var (place, y, x) in from place in places from y in Enumerable.Range(4, 40) from x in Enumerable.Range(-5, 11) select (place, y, x))
        {
            pixels.AsSpan(((y * width) + place + x + (int)(slant * ((Height / 2) - y))) * 3, 3).Clear();
        }

        return pixels;
    }
}
