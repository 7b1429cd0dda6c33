using System.Buffers.Binary;
using System.Text;
using Atrium.Inference.Images;
using Atrium.Inference.Tests.Vision;
using CsCheck;
using SkiaSharp;

namespace Atrium.Inference.Tests.Images;

/// <summary>Small files that want much of a decoder: they are refused, or decoded within the bounds of any picture.</summary>
[Collection(MeasuresMemory.Name)]
public sealed class HostilePictureTests
{
    private static readonly ImageRules Rules = new() { MinSide = 1, MaxSide = 2000, MaxPixels = 1_000_000 };

    [Fact]
    public void A_JPEG_of_thousands_of_scans_is_refused_before_it_is_decoded()
    {
        var refused = Assert.Throws<ImageRefusedException>(() => Picture.Read(Progressive(15_000, 2_600, 20_000), new()));
        Assert.Contains("scans", refused.Message, StringComparison.Ordinal);
        using var usual = Picture.Read(Progressive(640, 480, 12), Rules);
        Assert.Equal((640, 480), (usual.Width, usual.Height));
    }

    [Fact]
    public void Scans_inside_of_a_thumbnail_do_not_count()
    {
        var thumbnail = Progressive(64, 64, 130);
        byte[] application = [0xFF, 0xE1, (byte)((thumbnail.Length + 2) >> 8), (byte)(thumbnail.Length + 2), .. thumbnail];
        var photograph = Drawn(SKEncodedImageFormat.Jpeg);
        Assert.True(JpegScans.AreTooMany(thumbnail));
        using var picture = Picture.Read((byte[])[.. photograph[..2], .. application, .. photograph[2..]], Rules);
        Assert.Equal(64, picture.Width);
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("bmp")]
    [InlineData("ico")]
    public void Sizes_in_headers_of_other_formats_are_judged_before_anything_is_decoded(string format)
    {
        byte[] file = format switch
        {
            "gif" => [.. "GIF89a"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 2, 2, 0x4C, 1, 0, 0x3B],
            "bmp" => Bitmap(60_000, 60_000),
            _ => [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 24, 0, .. Number(40 + 8), .. Number(22), .. Bitmap(60_000, 60_000)[14..]],
        };
        Assert.InRange(PeakMemory.Of(() => Assert.Throws<ImageRefusedException>(() => Picture.Read(file, new()))), 0, 200_000_000);
    }

    [Fact]
    public void A_PNG_whose_text_unpacks_to_gigabytes_costs_nothing_of_it()
    {
        var bomb = new MemoryStream();
        using (var packer = new System.IO.Compression.ZLibStream(bomb, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 512; i++)
            {
                packer.Write(zeros);
            }
        }

        var png = Drawn(SKEncodedImageFormat.Png);
        foreach (var (kind, head) in new[] { ("zTXt", "a\0\0"), ("iCCP", "a\0\0"), ("iTXt", "a\0\u0001\0\0\0") })
        {
            byte[] content = [.. Encoding.ASCII.GetBytes(kind), .. Encoding.Latin1.GetBytes(head), .. bomb.ToArray()];
            byte[] chunk = [.. BigEndian(content.Length - 4), .. content, .. BigEndian((int)PictureTests.Crc32(content))];
            Assert.InRange(PeakMemory.Of(() => Read([.. png[..33], .. chunk, .. png[33..]])), 0, 200_000_000);
        }
    }

    [Fact]
    public void Whatever_bytes_of_a_GIF_BMP_ICO_or_progressive_JPEG_are_changed_there_is_a_picture_or_a_refusal()
    {
        byte[] gif = [.. "GIF89a"u8, 8, 0, 8, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 8, 0, 8, 0, 0, 2, 9, 0x84, 0x8F, 0xA9, 0xCB, 0xED, 0x0F, 0xA3, 0x9C, 0x14, 0, 0x3B];
        byte[][] files = [gif, Bitmap(8, 8), [0, 0, 1, 0, 1, 0, 8, 8, 0, 0, 1, 0, 24, 0, .. Number(Bitmap(8, 8).Length - 14), .. Number(22), .. Bitmap(8, 8)[14..]], Progressive(64, 48, 5)];
        Gen.Select(Gen.Int[0, 3], Gen.Byte.Array[1, 12], Gen.Double[0, 1], Gen.Double[0, 1]).Sample(
            (which, noise, place, end) =>
            {
                var file = (byte[])files[which].Clone();
                noise.CopyTo(file.AsSpan((int)(place * (file.Length - noise.Length))));
                Read(file[..(int)Math.Ceiling(end * file.Length)]);
            },
            iter: 6000);
    }

    private static void Read(byte[] file)
    {
        try
        {
            using var picture = Picture.Read(file, Rules);
        }
        catch (ImageRefusedException)
        {
            // As good as read.
        }
    }

    private static byte[] Drawn(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(64, 48);
        bitmap.Erase(SKColors.Teal);
        return TestImages.Encode(bitmap, format);
    }

    /// <summary>A bitmap of 24 bits a pixel; one that is larger than a thousand pixels has two bytes of them only.</summary>
    private static byte[] Bitmap(int width, int height)
    {
        var pixels = width > 1000 ? new byte[8] : new byte[((width * 3) + 3) / 4 * 4 * height];
        return [.. "BM"u8, .. Number(54 + pixels.Length), .. Number(0), .. Number(54), .. Number(40), .. Number(width), .. Number(height), 1, 0, 24, 0, .. new byte[24], .. pixels];
    }

    /// <summary>A grey progressive JPEG: one scan of means, then scans that say that all the rest is zero, each of them in a few bytes.</summary>
    private static byte[] Progressive(int width, int height, int scans)
    {
        var blocks = (width + 7) / 8 * ((height + 7) / 8);
        var file = new MemoryStream();
        void Segment(byte marker, params ReadOnlySpan<byte> content)
        {
            file.Write([0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2)]);
            file.Write(content);
        }

        file.Write([0xFF, 0xD8]);
        Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]);
        Segment(0xC2, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0);
        Segment(0xC4, [0x00, 1, .. new byte[15], 0]);
        Segment(0xC4, [0x10, 1, .. new byte[15], 0xE0]);
        Segment(0xDA, 1, 1, 0, 0, 0, 0);
        file.Write(new byte[(blocks + 7) / 8]);

        // A code of one bit and fourteen of length: runs of 16384 blocks.
        var rest = new byte[((((blocks + 16383) / 16384) * 15) + 7) / 8];
        for (var scan = 1; scan < scans; scan++)
        {
            Segment(0xDA, 1, 1, 0, 1, 63, 0);
            file.Write(rest);
        }

        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    private static byte[] Number(int value) => BitConverter.GetBytes(value);

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
