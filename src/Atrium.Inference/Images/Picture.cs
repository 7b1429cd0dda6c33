using System.Runtime.InteropServices;
using SkiaSharp;

namespace Atrium.Inference.Images;

/// <summary>A decoded image: upright, red-green-blue, on white where it was transparent.</summary>
public sealed class Picture : IDisposable
{
    private static readonly SKSamplingOptions Smooth = new(SKFilterMode.Linear, SKMipmapMode.Linear);
    private static readonly SKSamplingOptions Sharp = new(SKCubicResampler.CatmullRom);

    /// <summary>So many pixels each way are drawn for one, at most.</summary>
    private const int MaxOversampling = 4;
    private readonly SKImage _image;
    private readonly IDisposable? _room;

    private Picture(SKImage image, IDisposable? room = null) => (_image, _room) = (image, room);

    /// <summary>In pixels.</summary>
    public int Width => _image.Width;

    /// <summary>In pixels.</summary>
    public int Height => _image.Height;

    /// <summary>Reads JPEG, PNG, GIF (its first picture), WebP, BMP or ICO, and turns it as its EXIF orientation says.</summary>
    /// <exception cref="ImageRefusedException">It is none of these, is broken, or breaks a rule.</exception>
    public static Picture Read(ReadOnlyMemory<byte> file, ImageRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        using var data = Copy(file.Span);
        using var codec = Open(data);
        Check(codec.Info.Width, codec.Info.Height, rules);
        return Read(codec, room: null);
    }

    /// <summary>The same within a budget of memory: nothing is decoded before there is room for it.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="rules">What it may be.</param>
    /// <param name="budget">Where its room comes from.</param>
    /// <param name="lane">Who sent it; those who wait for room take turns.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ImageRefusedException">It is none of these, is broken, or breaks a rule.</exception>
    /// <exception cref="InferenceQueueFullException">Too many pictures wait for room.</exception>
    public static async Task<Picture> ReadAsync(ReadOnlyMemory<byte> file, ImageRules rules, PictureBudget budget, string lane, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(budget);
        using var data = Copy(file.Span);
        using var codec = Open(data);
        Check(codec.Info.Width, codec.Info.Height, rules);
        var room = await budget.TakeAsync(lane, (long)codec.Info.Width * codec.Info.Height, cancellationToken);
        try
        {
            return await Task.Run(() => Read(codec, room), cancellationToken);
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    /// <summary>A picture of pixels: three bytes each (red, green, blue), row by row from the top.</summary>
    public static Picture OfPixels(ReadOnlySpan<byte> pixels, int width, int height)
    {
        var rgba = new byte[width * height * 4];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
        {
            pixels.Slice(from, 3).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = byte.MaxValue;
        }

        return new(SKImage.FromPixelCopy(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba));
    }

    /// <summary>The whole picture at another size.</summary>
    /// <returns>Three values a pixel (red, green, blue; 0 to 255), row by row from the top.</returns>
    public float[] Sample(int width, int height) => Sample(width, height, SKMatrix.CreateScale((float)width / Width, (float)height / Height));

    /// <summary>A rectangle of the picture, which may be turned, drawn upright at another size.</summary>
    /// <param name="corners">In pixels: where the upright result's top left, top right and bottom left corner lie.</param>
    /// <param name="width">Of the result.</param>
    /// <param name="height">Of the result.</param>
    internal float[] Sample((Corner TopLeft, Corner TopRight, Corner BottomLeft) corners, int width, int height)
    {
        var (origin, right, down) = corners;
        var toPicture = new SKMatrix(
            (right.X - origin.X) / width, (down.X - origin.X) / height, origin.X,
            (right.Y - origin.Y) / width, (down.Y - origin.Y) / height, origin.Y,
            0, 0, 1);
        return toPicture.TryInvert(out var toResult) ? Sample(width, height, toResult) : new float[width * height * 3];
    }

    /// <summary>
    /// A band of the picture, which may be bent, drawn straight with its edges kept: by a cubic filter (Catmull-Rom) at twice the size or more, so that no pixel of the
    /// picture is passed over, and averaged.
    /// </summary>
    /// <param name="ribs">In pixels: where the top and bottom of the result lie, at even distances from its left to its right.</param>
    /// <param name="width">Of the result.</param>
    /// <param name="height">Of the result.</param>
    internal float[] SampleBand((Corner Top, Corner Bottom)[] ribs, int width, int height)
    {
        var (top, bottom) = ribs[ribs.Length / 2];
        var perPixel = MathF.Sqrt(((bottom.X - top.X) * (bottom.X - top.X)) + ((bottom.Y - top.Y) * (bottom.Y - top.Y))) / height;
        var times = Math.Clamp((int)MathF.Ceiling(perPixel), 2, MaxOversampling);
        using var surface = new SKBitmap(new SKImageInfo(width * times, height * times, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var places = ribs.SelectMany((_, rib) => (SKPoint[])[new((float)rib / (ribs.Length - 1) * surface.Width, 0), new((float)rib / (ribs.Length - 1) * surface.Width, surface.Height)]);
        using (var canvas = new SKCanvas(surface))
        using (var shader = _image.ToShader(SKShaderTileMode.Clamp, SKShaderTileMode.Clamp, Sharp))
        using (var paint = new SKPaint { Shader = shader })
        using (var band = SKVertices.CreateCopy(SKVertexMode.TriangleStrip, [.. places], [.. ribs.SelectMany(r => (SKPoint[])[new(r.Top.X, r.Top.Y), new(r.Bottom.X, r.Bottom.Y)])], null))
        {
            canvas.DrawVertices(band, SKBlendMode.Src, paint);
        }

        return Averaged(MemoryMarshal.Cast<byte, int>(surface.GetPixelSpan()), width, height, times);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _image.Dispose();
        _room?.Dispose();
    }

    private static float[] Averaged(ReadOnlySpan<int> pixels, int width, int height, int times)
    {
        var values = new float[width * height * 3];
        var part = 1f / (times * times);
        for (var y = 0; y < height * times; y++)
        {
            var row = pixels.Slice(y * width * times, width * times);
            for (int x = 0, at = y / times * width * 3; x < width; x++, at += 3)
            {
                for (var next = 0; next < times; next++)
                {
                    var rgba = row[(x * times) + next];
                    values[at] += part * (rgba & 255);
                    values[at + 1] += part * ((rgba >> 8) & 255);
                    values[at + 2] += part * ((rgba >> 16) & 255);
                }
            }
        }

        return values;
    }

    private float[] Sample(int width, int height, SKMatrix toResult)
    {
        using var surface = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(surface))
        {
            canvas.Clear(SKColors.White);
            canvas.SetMatrix(toResult);
            canvas.DrawImage(_image, 0, 0, Smooth);
        }

        var pixels = MemoryMarshal.Cast<byte, int>(surface.GetPixelSpan());
        var values = new float[width * height * 3];
        for (int pixel = 0, at = 0; pixel < pixels.Length; pixel++)
        {
            var rgba = pixels[pixel];
            values[at++] = rgba & 255;
            values[at++] = (rgba >> 8) & 255;
            values[at++] = (rgba >> 16) & 255;
        }

        return values;
    }

    /// <summary>For the decoder. What would keep it busy for long is refused before.</summary>
    private static SKData Copy(ReadOnlySpan<byte> file) => JpegScans.AreTooMany(file)
        ? throw new ImageRefusedException(ImageFault.NotAnImage, $"The JPEG has more than {JpegScans.Most} scans.")
        : SKData.CreateCopy(file);

    private static SKCodec Open(SKData data) =>
        SKCodec.Create(data) ?? throw new ImageRefusedException(ImageFault.NotAnImage, "The bytes are no image. Taken are JPEG, PNG, GIF, WebP, BMP and ICO.");

    private static Picture Read(SKCodec codec, IDisposable? room)
    {
        using var decoded = Decode(codec);
        return new(Upright(decoded, codec.EncodedOrigin), room);
    }

    private static void Check(int width, int height, ImageRules rules)
    {
        if (Math.Min(width, height) < rules.MinSide || Math.Max(width, height) > rules.MaxSide || (long)width * height > rules.MaxPixels)
        {
            throw new ImageRefusedException(
                ImageFault.WrongSize,
                $"The image has {width} x {height} pixels. Each side must have {rules.MinSide} to {rules.MaxSide}, and all of it at most {rules.MaxPixels / 1_000_000} million.");
        }
    }

    private static SKBitmap Decode(SKCodec codec)
    {
        var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) is SKCodecResult.Success)
        {
            return bitmap;
        }

        bitmap.Dispose();
        throw new ImageRefusedException(ImageFault.NotAnImage, "The image is broken, or ends before its last row.");
    }

    /// <summary>Onto white, and turned: the eight orientations of EXIF are two flips and a swap of the axes.</summary>
    private static SKImage Upright(SKBitmap decoded, SKEncodedOrigin origin)
    {
        var (width, height) = (decoded.Width, decoded.Height);
        var isSwapped = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var info = new SKImageInfo(isSwapped ? height : width, isSwapped ? width : height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var upright = new SKBitmap(info);
        using var canvas = new SKCanvas(upright);
        canvas.Clear(SKColors.White);
        canvas.SetMatrix(origin switch
        {
            SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
            SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
            SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
            SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightTop => new SKMatrix(0, -1, height, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, height, -1, 0, width, 0, 0, 1),
            SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, width, 0, 0, 1),
            _ => SKMatrix.Identity,
        });
        canvas.DrawBitmap(decoded, 0, 0, SKSamplingOptions.Default);
        canvas.Flush();
        upright.SetImmutable();
        return SKImage.FromBitmap(upright);
    }
}
