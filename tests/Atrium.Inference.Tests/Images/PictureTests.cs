using Atrium.Inference.Images;
using Atrium.Inference.Tests.Vision;
using CsCheck;
using SkiaSharp;

namespace Atrium.Inference.Tests.Images;

public sealed class PictureTests
{
    private static readonly ImageRules Rules = new() { MinSide = 1 };

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Colours_come_back_in_their_order(SKEncodedImageFormat format)
    {
        using var picture = Picture.Read(TwoHalves(format), Rules);
        Assert.Equal((64, 32), (picture.Width, picture.Height));
        var pixels = picture.Sample(64, 32);
        Near([255, 0, 0], pixels.AsSpan(((16 * 64) + 8) * 3, 3));
        Near([0, 0, 255], pixels.AsSpan(((16 * 64) + 56) * 3, 3));
    }

    [Fact]
    public void What_is_transparent_lies_on_white()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(8, 8, SKColorType.Rgba8888, SKAlphaType.Premul));
        bitmap.Erase(SKColors.Transparent);
        using var picture = Picture.Read(TestImages.Encode(bitmap, SKEncodedImageFormat.Png), Rules);
        Assert.All(picture.Sample(8, 8), value => Assert.Equal(255, value));
    }

    /// <summary>EXIF orientation 6: the camera was turned; the picture must be shown a quarter turn clockwise.</summary>
    [Fact]
    public void An_orientation_is_obeyed()
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0x00, 0x22, .. "Exif\0\0"u8, .. "II"u8, 0x2A, 0x00, 0x08, 0x00, 0x00, 0x00, 0x01, 0x00,
            0x12, 0x01, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        ];
        var jpeg = TwoHalves(SKEncodedImageFormat.Jpeg);
        using var picture = Picture.Read((byte[])[.. jpeg[..2], .. exif, .. jpeg[2..]], Rules);
        Assert.Equal((32, 64), (picture.Width, picture.Height));
        var pixels = picture.Sample(32, 64);
        Near([255, 0, 0], pixels.AsSpan(((8 * 32) + 16) * 3, 3));
        Near([0, 0, 255], pixels.AsSpan(((56 * 32) + 16) * 3, 3));
    }

    [Fact]
    public void Sizes_are_judged_by_the_header_before_anything_is_decoded()
    {
        var png = TwoHalves(SKEncodedImageFormat.Png);
        var huge = (byte[])png.Clone();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(huge.AsSpan(16), 60_000);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(huge.AsSpan(20), 60_000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(huge.AsSpan(29), Crc32(huge.AsSpan(12, 17)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ImageFault.WrongSize, Refused(huge).Fault);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Equal(ImageFault.WrongSize, Assert.Throws<ImageRefusedException>(() => Picture.Read(png, new())).Fault);
    }

    [Fact]
    public void Files_that_are_cut_off_or_none_are_refused()
    {
        Assert.Equal(ImageFault.NotAnImage, Refused([]).Fault);
        Assert.Equal(ImageFault.NotAnImage, Refused("%PDF-1.7 and so on"u8.ToArray()).Fault);
        Assert.Equal(ImageFault.NotAnImage, Refused("<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray()).Fault);
        foreach (var format in (SKEncodedImageFormat[])[SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp])
        {
            var whole = TwoHalves(format);
            Assert.Equal(ImageFault.NotAnImage, Refused(whole[..(whole.Length / 2)]).Fault);
        }
    }

    [Fact]
    public void Whatever_bytes_are_changed_there_is_a_picture_or_a_refusal()
    {
        byte[][] files = [TwoHalves(SKEncodedImageFormat.Png), TwoHalves(SKEncodedImageFormat.Jpeg), TwoHalves(SKEncodedImageFormat.Webp)];
        var rules = new ImageRules { MinSide = 1, MaxSide = 2000, MaxPixels = 1_000_000 };
        Gen.Select(Gen.Int[0, 2], Gen.Byte.Array[1, 12], Gen.Double[0, 1], Gen.Double[0, 1]).Sample(
            (which, noise, place, end) =>
            {
                var file = (byte[])files[which].Clone();
                noise.CopyTo(file.AsSpan((int)(place * (file.Length - noise.Length))));
                try
                {
                    using var picture = Picture.Read(file.AsMemory(0, (int)Math.Ceiling(end * file.Length)), rules);
                }
                catch (ImageRefusedException)
                {
                }
            },
            iter: 3000);
    }

    /// <summary>The checksum of PNG chunks (ISO 3309).</summary>
    internal static uint Crc32(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }

    private static ImageRefusedException Refused(byte[] file) => Assert.Throws<ImageRefusedException>(() => Picture.Read(file, Rules));

    private static void Near(int[] expected, ReadOnlySpan<float> actual)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            Assert.InRange(actual[channel], expected[channel] - 12, expected[channel] + 12);
        }
    }

    /// <summary>Red on the left, blue on the right.</summary>
    private static byte[] TwoHalves(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(64, 32);
        bitmap.Erase(SKColors.Red);
        bitmap.Erase(SKColors.Blue, new SKRectI(32, 0, 64, 32));
        return TestImages.Encode(bitmap, format);
    }
}
