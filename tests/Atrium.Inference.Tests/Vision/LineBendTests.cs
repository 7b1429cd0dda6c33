using Atrium.Inference.Images;
using Atrium.Inference.Vision.Reading;

namespace Atrium.Inference.Tests.Vision;

public sealed class LineBendTests
{
    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(3, 8, 40, 0.2f)]
    [InlineData(-2, -5, -60, -0.3f)]
    public void A_line_is_found_again_from_its_outline(float offset, float tilt, float bow, float taper)
    {
        var bend = new LineBend(tilt, bow, taper);
        var outline = Enumerable.Range(0, 2001).Select(i => (i / 2000f) - 0.5f)
            .SelectMany(place => ((float[])[-6, 6]).Select(side => (place, offset + bend.Middle(place) + (side * bend.Width(place)))));
        var found = LineBend.Fit(outline, 20)!.Value;
        Assert.InRange(found.Offset, offset - 0.5f, offset + 0.5f);
        Assert.InRange(found.Thickness, 11.5f, 16);
        Assert.InRange(found.Bend.Tilt, tilt - 1, tilt + 1);
        Assert.InRange(found.Bend.Bow, bow - 3, bow + 3);
    }

    [Fact]
    public void A_short_line_and_an_outline_of_nothing_show_no_bend()
    {
        Assert.Null(LineBend.Fit([(0, -5), (0, 5)], 3));
        Assert.Null(LineBend.Fit([], 20));
    }

    [Fact]
    public void A_strip_upside_down_is_the_same_band_from_the_other_end()
    {
        var strip = new TextStrip(new(100, 50), new(0.8f, 0.6f), 200, 20, new(4, 30, 0.2f));
        foreach (var (along, down) in ((float, float)[])[(0, 0), (0.3f, 1), (1, 0.5f)])
        {
            var (there, here) = (strip.At(along, down), strip.UpsideDown.At(1 - along, 1 - down));
            Assert.Equal(there.X, here.X, 0.01f);
            Assert.Equal(there.Y, here.Y, 0.01f);
        }
    }

    [Fact]
    public void A_straight_line_keeps_its_rectangle_and_a_bent_one_is_followed()
    {
        List<Corner> Outline(float bow) => [.. Enumerable.Range(0, 401).SelectMany(x => (Corner[])[new(x, 50 + (bow * x * (400 - x) / 40000f)), new(x, 62 + (bow * x * (400 - x) / 40000f))])];
        var straight = TextStrip.Around(Outline(0));
        Assert.Equal(straight, straight.Fitted(Outline(0)));
        var bent = TextStrip.Around(Outline(20)).Fitted(Outline(20));
        Assert.NotEqual(default, bent.Bend);
        Assert.InRange(bent.Thickness, 11, 15);
    }
}
