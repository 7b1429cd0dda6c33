using Atrium.Inference.Images;
using Atrium.Inference.Packages;
using SkiaSharp;

namespace Atrium.Inference.Tests.Vision;

internal static class TestImages
{
    public static byte[] Invoice => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Images", "invoice.png"));

    public static byte[] Sign => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Images", "sign.png"));

    /// <summary>Faces of people side by side: the photograph that comes with the package of the object model.</summary>
    public static byte[] People(ModelCache models) => File.ReadAllBytes(Path.Combine(models.Store.FolderOf(ModelPackages.VisionObjects), "assets", "samples.jpg"));

    public static Picture Read(byte[] file) => Picture.Read(file, new ImageRules { MinSide = 1 });

    /// <summary>The image turned clockwise, on white.</summary>
    public static byte[] Turned(byte[] file, float degrees)
    {
        using var source = SKBitmap.Decode(file);
        var radians = degrees * Math.PI / 180;
        var width = (int)Math.Ceiling((Math.Abs(Math.Cos(radians)) * source.Width) + (Math.Abs(Math.Sin(radians)) * source.Height));
        var height = (int)Math.Ceiling((Math.Abs(Math.Sin(radians)) * source.Width) + (Math.Abs(Math.Cos(radians)) * source.Height));
        using var turned = new SKBitmap(width, height);
        using var canvas = new SKCanvas(turned);
        canvas.Clear(SKColors.White);
        canvas.Translate(width / 2f, height / 2f);
        canvas.RotateDegrees(degrees);
        canvas.DrawBitmap(source, -source.Width / 2f, -source.Height / 2f, new SKSamplingOptions(SKCubicResampler.Mitchell));
        return Encode(turned, SKEncodedImageFormat.Png);
    }

    /// <summary>The image as a page that is bent: its sides so many pixels lower than its middle, on white.</summary>
    public static byte[] Bent(byte[] file, int bow)
    {
        using var source = SKBitmap.Decode(file);
        using var bent = new SKBitmap(source.Width, source.Height + Math.Abs(bow));
        using var canvas = new SKCanvas(bent);
        canvas.Clear(SKColors.White);
        for (var x = 0; x < source.Width; x++)
        {
            var place = ((x + 0.5f) / source.Width) - 0.5f;
            var top = (bow * 4 * place * place) + Math.Max(0, -bow);
            canvas.DrawBitmap(source, new SKRect(x, 0, x + 1, source.Height), new SKRect(x, top, x + 1, top + source.Height), new SKSamplingOptions(SKFilterMode.Linear));
        }

        return Encode(bent, SKEncodedImageFormat.Png);
    }

    public static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }
}
