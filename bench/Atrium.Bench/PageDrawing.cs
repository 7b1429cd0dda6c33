using SkiaSharp;

namespace Atrium.Bench;

/// <summary>What is done to a page. Each is drawn between nothing and this.</summary>
internal sealed record PageTreatment
{
    /// <summary>In pixels.</summary>
    public (float From, float To) FontSize { get; init; } = (18, 40);

    /// <summary>In degrees, either way.</summary>
    public float Turn { get; init; }

    /// <summary>How far a corner moves, as a part of the page's side.</summary>
    public float Perspective { get; init; }

    /// <summary>Standard deviation in pixels.</summary>
    public float Blur { get; init; }

    /// <summary>Standard deviation in levels of 256.</summary>
    public float Noise { get; init; }

    /// <summary>How much of the light is missing at the darkest side.</summary>
    public float Shade { get; init; }

    /// <summary>Of JPEG, at least; 0 leaves it exact (PNG).</summary>
    public int Quality { get; init; }
}

/// <summary>Draws lines on a sheet, and the sheet as a camera sees it.</summary>
internal static class PageDrawing
{
    private const float Margin = 40;
    private const float Spacing = 1.55f;

    public static byte[] Draw(string[] lines, SKTypeface typeface, PageTreatment treatment, Dice dice)
    {
        float Between(float from, float to) => from + ((to - from) * dice.NextSingle());
        var isDark = dice.Next(5) == 0;
        var paper = isDark ? Grey(dice.Next(20, 70)) : Grey(dice.Next(225, 256));
        var ink = isDark ? Grey(dice.Next(210, 256)) : new SKColor((byte)dice.Next(60), (byte)dice.Next(60), (byte)dice.Next(90));
        using var sheet = Sheet(lines, typeface, Between(treatment.FontSize.From, treatment.FontSize.To), paper, ink);
        using var seen = Seen(sheet, Between(-treatment.Turn, treatment.Turn), () => Between(0, treatment.Perspective), Between(0, treatment.Blur), Grey(dice.Next(256)));
        Spoil(seen, Between(0, treatment.Noise), Between(0, treatment.Shade), dice);
        using var data = treatment.Quality > 0 ? seen.Encode(SKEncodedImageFormat.Jpeg, dice.Next(treatment.Quality, 96)) : seen.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static SKColor Grey(int level) => new((byte)level, (byte)level, (byte)level);

    private static SKBitmap Sheet(string[] lines, SKTypeface typeface, float size, SKColor paper, SKColor ink)
    {
        using var font = new SKFont(typeface, size) { Edging = SKFontEdging.Antialias, Subpixel = true };
        using var paint = new SKPaint { Color = ink, IsAntialias = true };
        var width = (int)(lines.Max(line => font.MeasureText(line)) + (2 * Margin));
        var sheet = new SKBitmap(new SKImageInfo(width, (int)((lines.Length * size * Spacing) + (2 * Margin)), SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(sheet);
        canvas.Clear(paper);
        for (var line = 0; line < lines.Length; line++)
        {
            canvas.DrawText(lines[line], Margin, Margin + ((line + 0.8f) * size * Spacing), SKTextAlign.Left, font, paint);
        }

        return sheet;
    }

    /// <summary>The sheet on a table: its corners moved inwards, then turned.</summary>
    private static SKBitmap Seen(SKBitmap sheet, float degrees, Func<float> perspective, float blur, SKColor table)
    {
        SKPoint Moved(float x, float y) => new(
            sheet.Width * (x == 0 ? perspective() : 1 - perspective()), sheet.Height * (y == 0 ? perspective() : 1 - perspective()));
        SKPoint[] corners = [Moved(0, 0), Moved(1, 0), Moved(1, 1), Moved(0, 1)];
        var turn = SKMatrix.CreateRotationDegrees(degrees);
        corners = [.. corners.Select(turn.MapPoint)];
        var (left, top) = (corners.Min(c => c.X) - 20, corners.Min(c => c.Y) - 20);
        var seen = new SKBitmap(new SKImageInfo((int)(corners.Max(c => c.X) - left + 20), (int)(corners.Max(c => c.Y) - top + 20), SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(seen);
        using var image = SKImage.FromBitmap(sheet);
        using var filter = blur > 0.05f ? SKImageFilter.CreateBlur(blur, blur) : null;
        canvas.Clear(table);
        if (filter is not null)
        {
            using var layer = new SKPaint { ImageFilter = filter };
            canvas.SaveLayer(layer);
        }

        canvas.Concat(ToQuad(sheet.Width, sheet.Height, [.. corners.Select(c => new SKPoint(c.X - left, c.Y - top))]));
        canvas.DrawImage(image, 0, 0, new SKSamplingOptions(SKCubicResampler.CatmullRom));
        if (filter is not null)
        {
            canvas.Restore();
        }

        return seen;
    }

    /// <summary>The projection of a rectangle onto four corners (Heckbert, "Fundamentals of Texture Mapping", 1989, section 2.2.3).</summary>
    private static SKMatrix ToQuad(float width, float height, SKPoint[] c)
    {
        var (dx1, dx2, dx3) = (c[1].X - c[2].X, c[3].X - c[2].X, c[0].X - c[1].X + c[2].X - c[3].X);
        var (dy1, dy2, dy3) = (c[1].Y - c[2].Y, c[3].Y - c[2].Y, c[0].Y - c[1].Y + c[2].Y - c[3].Y);
        var area = (dx1 * dy2) - (dx2 * dy1);
        var (g, h) = (((dx3 * dy2) - (dx2 * dy3)) / area, ((dx1 * dy3) - (dx3 * dy1)) / area);
        return new SKMatrix(
            (c[1].X - c[0].X + (g * c[1].X)) / width, (c[3].X - c[0].X + (h * c[3].X)) / height, c[0].X,
            (c[1].Y - c[0].Y + (g * c[1].Y)) / width, (c[3].Y - c[0].Y + (h * c[3].Y)) / height, c[0].Y,
            g / width, h / height, 1);
    }

    /// <summary>Noise of the sensor, and light that comes from one side.</summary>
    private static void Spoil(SKBitmap seen, float noise, float shade, Dice dice)
    {
        var angle = dice.NextSingle() * 2 * MathF.PI;
        var (x, y) = (MathF.Cos(angle) / seen.Width, MathF.Sin(angle) / seen.Height);
        if (noise == 0 && shade == 0)
        {
            return;
        }

        var pixels = seen.GetPixelSpan();
        for (var at = 0; at < pixels.Length; at += 4)
        {
            var (column, row) = (at / 4 % seen.Width, at / 4 / seen.Width);
            var light = 1 - (shade * Math.Clamp(0.5f + ((column - (seen.Width / 2f)) * x) + ((row - (seen.Height / 2f)) * y), 0, 1));
            for (var channel = 0; channel < 3; channel++)
            {
                // The sum of three is near enough to a normal distribution.
                var deviation = 2 * noise * (dice.NextSingle() + dice.NextSingle() + dice.NextSingle() - 1.5f);
                pixels[at + channel] = (byte)Math.Clamp((pixels[at + channel] * light) + deviation, 0, 255);
            }
        }
    }
}
