using Atrium.Inference.Images;

namespace Atrium.Inference.Vision;

/// <summary>
/// Cuts a picture to a shape so that what catches the eye stays: edges, skin, strong colours, and above all the objects that were found.
/// The signals are those of the open-source smartcrop method, summed over every place that the crop can have.
/// </summary>
public static class SmartCrop
{
    /// <summary>The narrowest shape that may be asked for, as width over height.</summary>
    public const double MinRatio = 0.75;

    /// <summary>The widest shape that may be asked for.</summary>
    public const double MaxRatio = 1.8;

    private const int SampleSide = 128;
    private const float ObjectWeight = 1.5f;

    /// <summary>The shapes that are tried where none is asked for.</summary>
    private static readonly double[] Shapes = [0.75, 1, 4.0 / 3, 1.5, 1.8];

    /// <summary>The largest crop of a shape, where it keeps most.</summary>
    /// <param name="picture">The whole.</param>
    /// <param name="objects">What was found in it.</param>
    /// <param name="ratio">Width over height; null takes the shape that keeps most on its area.</param>
    public static (double Ratio, Box Box) Of(Picture picture, IReadOnlyList<DetectedObject> objects, double? ratio)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(objects);
        var scale = Math.Min(1, (double)SampleSide / Math.Max(picture.Width, picture.Height));
        int width = Math.Max(1, (int)(picture.Width * scale)), height = Math.Max(1, (int)(picture.Height * scale));
        var sums = Integral(Interest(picture.Sample(width, height), width, height, objects, scale), width, height);
        var (shape, box, _) = (ratio is { } asked ? [asked] : Shapes)
            .Select(r => Best(sums, width, height, r))
            .MaxBy(c => c.Kept / Math.Sqrt(c.Box.Area));
        return (Math.Round(shape, 2), Whole(box, shape, width, height, picture));
    }

    /// <summary>How much every pixel should be kept, from 0 up.</summary>
    private static float[] Interest(float[] pixels, int width, int height, IReadOnlyList<DetectedObject> objects, double scale)
    {
        var interest = new float[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var here = Brightness(pixels, x, y, width);
                var edge = Math.Abs((4 * here) - Brightness(pixels, Math.Max(0, x - 1), y, width) - Brightness(pixels, Math.Min(width - 1, x + 1), y, width)
                    - Brightness(pixels, x, Math.Max(0, y - 1), width) - Brightness(pixels, x, Math.Min(height - 1, y + 1), width));
                interest[(y * width) + x] = (edge / 1020) + Colour(pixels, ((y * width) + x) * 3, here);
            }
        }

        foreach (var found in objects)
        {
            for (var y = (int)(found.Box.Y * scale); y < Math.Min(height, (found.Box.Y + found.Box.Height) * scale); y++)
            {
                for (var x = (int)(found.Box.X * scale); x < Math.Min(width, (found.Box.X + found.Box.Width) * scale); x++)
                {
                    interest[(y * width) + x] += ObjectWeight * found.Confidence;
                }
            }
        }

        return interest;
    }

    private static float Brightness(float[] pixels, int x, int y, int width)
    {
        var at = ((y * width) + x) * 3;
        return (0.299f * pixels[at]) + (0.587f * pixels[at + 1]) + (0.114f * pixels[at + 2]);
    }

    /// <summary>Skin (near its usual direction in colour space) and saturation.</summary>
    private static float Colour(float[] pixels, int at, float brightness)
    {
        var (red, green, blue) = (pixels[at], pixels[at + 1], pixels[at + 2]);
        var length = MathF.Sqrt((red * red) + (green * green) + (blue * blue));
        if (length == 0 || brightness is < 12 or > 243)
        {
            return 0;
        }

        var (r, g, b) = ((red / length) - 0.78f, (green / length) - 0.57f, (blue / length) - 0.44f);
        var skin = 1 - MathF.Sqrt((r * r) + (g * g) + (b * b));
        var (most, least) = (Math.Max(red, Math.Max(green, blue)), Math.Min(red, Math.Min(green, blue)));
        return (skin > 0.8f ? (skin - 0.8f) * 2 : 0) + (0.2f * (most - least) / most);
    }

    /// <summary>Sums over every rectangle from the top left, so that any rectangle's sum takes four look-ups.</summary>
    private static double[] Integral(float[] values, int width, int height)
    {
        var sums = new double[(width + 1) * (height + 1)];
        for (var y = 0; y < height; y++)
        {
            var row = 0.0;
            for (var x = 0; x < width; x++)
            {
                row += values[(y * width) + x];
                sums[((y + 1) * (width + 1)) + x + 1] = sums[(y * (width + 1)) + x + 1] + row;
            }
        }

        return sums;
    }

    private static (double Ratio, Box Box, double Kept) Best(double[] sums, int width, int height, double ratio)
    {
        var cropWidth = Math.Clamp((int)Math.Min(width, height * ratio), 1, width);
        var cropHeight = Math.Clamp((int)Math.Min(height, width / ratio), 1, height);
        var best = (Ratio: ratio, Box: new Box(0, 0, cropWidth, cropHeight), Kept: -1.0);
        for (var y = 0; y + cropHeight <= height; y++)
        {
            for (var x = 0; x + cropWidth <= width; x++)
            {
                double Sum(int column, int row) => sums[(row * (width + 1)) + column];
                var kept = Sum(x + cropWidth, y + cropHeight) - Sum(x, y + cropHeight) - Sum(x + cropWidth, y) + Sum(x, y);
                if (kept > best.Kept + 1e-9)
                {
                    best = (ratio, new(x, y, cropWidth, cropHeight), kept);
                }
            }
        }

        return best;
    }

    private static Box Whole(Box sampled, double ratio, int width, int height, Picture picture)
    {
        var cropWidth = Math.Clamp((int)Math.Round(Math.Min(picture.Width, picture.Height * ratio)), 1, picture.Width);
        var cropHeight = Math.Clamp((int)Math.Round(Math.Min(picture.Height, picture.Width / ratio)), 1, picture.Height);
        var x = (int)Math.Round((double)sampled.X * picture.Width / width);
        var y = (int)Math.Round((double)sampled.Y * picture.Height / height);
        return new(Math.Min(x, picture.Width - cropWidth), Math.Min(y, picture.Height - cropHeight), cropWidth, cropHeight);
    }
}
