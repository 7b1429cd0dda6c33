using Atrium.Inference.Vision.Reading;

namespace Atrium.Inference.Tests.Vision;

public sealed class WordGapsTests
{
    private const int Height = 48;

    /// <summary>What the model says of a space where it is sure that there is none, sees one, and is in doubt.</summary>
    private const float No = 1e-5f;
    private const float Yes = 0.9f;
    private const float Doubt = 0.05f;

    [Fact]
    public void A_doubt_of_the_model_is_settled_by_the_gap()
    {
        Assert.Equal([false, false, true, false, false, false], Find([10, 25, 40, 68, 83, 98], [No, No, Doubt, No, No]));
        Assert.DoesNotContain(true, Find([10, 25, 40, 55, 70, 85], [No, No, Doubt, No, No]));
    }

    [Fact]
    public void A_gap_that_the_model_takes_for_none_is_one_only_where_it_is_wide()
    {
        Assert.DoesNotContain(true, Find([10, 25, 40, 60, 75, 90], [No, No, No, No, No]));
        Assert.True(Find([10, 25, 40, 85, 100, 115], [No, No, No, No, No])[2]);
    }

    [Fact]
    public void A_space_that_the_model_sees_is_none_where_letters_touch() => Assert.DoesNotContain(true, Find([10, 22, 34, 46, 58, 70], [No, No, 0.6f, No, No]));

    [Fact]
    public void Letters_that_lean_hide_no_gap() => Assert.True(Find([20, 40, 60, 95, 115, 135], [No, No, Doubt, No, No], slant: 0.2f)[2]);

    [Theory]
    [InlineData("abc,de")]
    [InlineData("ab(cde")]
    public void What_English_writes_close_needs_more(string text)
    {
        float[] places = [10, 25, 40, 62, 77, 92];
        Assert.True(Find(places, [No, No, 0.2f, No, No])[2]);
        Assert.DoesNotContain(true, Find(places, [No, No, 0.2f, No, No], text));
        Assert.True(Find(places, [No, No, 0.999f, No, No], text)[2]);
    }

    [Fact]
    public void Two_words_of_a_letter_each_are_told_apart_by_the_model()
    {
        Assert.Equal([true, false], Find([10, 30], [Yes]));
        Assert.Equal([false, false], Find([10, 30], [Doubt]));
        Assert.Equal([false], Find([10], []));
        Assert.Empty(Find([], []));
    }

    private static bool[] Find(float[] places, float[] spaces, string text = "abcdef", float slant = 0)
    {
        var width = 60 + (int)places.DefaultIfEmpty().Max();
        return WordGaps.Find(Line(width, places, slant), width, Height, [.. text.Select(c => c.ToString())], places, spaces);
    }

    /// <summary>A white line with a black stroke of eleven pixels at each place.</summary>
    private static float[] Line(int width, float[] places, float slant)
    {
        var pixels = new float[width * Height * 3];
        Array.Fill(pixels, 255f);
        foreach (var (place, y, x) in from place in places from y in Enumerable.Range(4, 40) from x in Enumerable.Range(-5, 11) select (place, y, x))
        {
            pixels.AsSpan(((y * width) + (int)place + x + (int)(slant * ((Height / 2) - y))) * 3, 3).Clear();
        }

        return pixels;
    }
}
