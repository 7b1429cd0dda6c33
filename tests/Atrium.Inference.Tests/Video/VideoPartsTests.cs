using System.Text;
using Atrium.Inference.Media;
using Atrium.Inference.Video;

namespace Atrium.Inference.Tests.Video;

public sealed class VideoPartsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Pictures_are_cut_out_of_a_stream_wherever_its_pieces_end(int piece)
    {
        byte[] stream = [.. Map("P6\n2 1\n255\n", [1, 2, 3, 4, 5, 6]), .. Map("P6 1 2 255\n", [10, 13, 32, 80, 54, 255])];
        var reader = new PixelMapReader(4);
        var pictures = stream.Chunk(piece).SelectMany(bytes => reader.Take(bytes)).ToList();
        Assert.Equal([(2, 1), (1, 2)], pictures.Select(p => (p.Width, p.Height)));
        Assert.Equal([1, 2, 3, 4, 5, 6, 10, 13, 32, 80, 54, 255], pictures.SelectMany(p => p.Pixels));
    }

    [Theory]
    [InlineData("P5\n2 1\n255\n")]
    [InlineData("P6\n5 1\n255\n")]
    [InlineData("P6\n0 1\n255\n")]
    [InlineData("P6\n-1 1\n255\n")]
    [InlineData("P6\n99999999999 1\n255\n")]
    [InlineData("P6\n1 1\n65535\n")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void What_is_no_such_stream_is_refused(string header) => Assert.Throws<AudioRefusedException>(() => new PixelMapReader(4).Take(Map(header, [])).ToList());

    [Fact]
    public void Only_what_is_new_passes()
    {
        var gate = new SceneGate(null);
        Assert.True(gate.Passes(Frame(200)));
        Assert.False(gate.Passes(Frame(203)));
        Assert.True(gate.Passes(Frame(203, place: 20)));
        Assert.False(gate.Passes(Frame(203, place: 20)));
        Assert.True(gate.Passes(Frame(100)));

        // One that goes on knows the last picture.
        Assert.False(new SceneGate(gate.State).Passes(Frame(101)));
    }

    /// <summary>A grey picture, darker in one place.</summary>
    private static VideoFrame Frame(byte level, byte? place = null)
    {
        var pixels = Enumerable.Repeat(level, 320 * 180 * 3).ToArray();
        for (var y = 100; place is not null && y < 120; y++)
        {
            Array.Fill(pixels, place.Value, ((y * 320) + 40) * 3, 40 * 3);
        }

        return new(TimeSpan.Zero, pixels, 320, 180);
    }

    private static byte[] Map(string header, byte[] pixels) => [.. Encoding.ASCII.GetBytes(header), .. pixels];
}
