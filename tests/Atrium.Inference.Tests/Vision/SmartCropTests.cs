using Atrium.Inference.Images;
using Atrium.Inference.Vision;
using CsCheck;
using SkiaSharp;

namespace Atrium.Inference.Tests.Vision;

public sealed class SmartCropTests
{
    [Fact]
    public void A_crop_has_the_shape_that_was_asked_for_and_lies_inside() =>
        Gen.Select(Gen.Int[50, 900], Gen.Int[50, 900], Gen.Double[SmartCrop.MinRatio, SmartCrop.MaxRatio]).Sample(
            (width, height, ratio) =>
            {
                using var picture = Blank(width, height);
                var (_, box) = SmartCrop.Of(picture, [], ratio);
                return box.X >= 0 && box.Y >= 0 && box.X + box.Width <= width && box.Y + box.Height <= height
                    && (box.Width == width || box.Height == height) && Math.Abs(box.Width - (box.Height * ratio)) <= 1 + ratio;
            },
            iter: 60);

    [Fact]
    public void A_crop_follows_the_object()
    {
        using var picture = Blank(800, 200);
        foreach (var x in (int[])[0, 350, 700])
        {
            var (_, box) = SmartCrop.Of(picture, [new("dog", 0.9f, new(x, 50, 100, 100))], 1);
            Assert.True(box.X <= x + 6 && box.X + box.Width >= x + 94, $"{x}: {box}");
        }
    }

    [Fact]
    public void Without_a_shape_the_one_is_taken_that_keeps_most()
    {
        using var picture = Blank(800, 200);
        var (ratio, box) = SmartCrop.Of(picture, [new("dog", 0.9f, new(0, 0, 150, 200))], null);
        Assert.Equal((0.75, new Box(0, 0, 150, 200)), (ratio, box));
    }

    private static Picture Blank(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(SKColors.Gray);
        return TestImages.Read(TestImages.Encode(bitmap, SKEncodedImageFormat.Png));
    }
}
