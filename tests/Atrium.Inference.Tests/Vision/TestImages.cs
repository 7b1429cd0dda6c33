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

    public static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }
}
