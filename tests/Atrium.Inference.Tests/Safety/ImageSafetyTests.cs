using Atrium.Inference.Safety.Images;
using Atrium.Inference.Tests.Vision;
using SkiaSharp;

namespace Atrium.Inference.Tests.Safety;

public sealed class ImageSafetyTests(ModelCache models)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The expected values are those of TensorFlow.js 4.22 with the package's model on the same pixels.</summary>
    public static TheoryData<string, float[]> Reference => new()
    {
        { "slope", [0.51074f, 0.00525f, 0.48344f, 0.00041f, 0.00016f] },
        { "waves", [0.28978f, 0.05099f, 0.62891f, 0.01765f, 0.01267f] },
        { "plain", [0.85292f, 0.02510f, 0.11304f, 0.00744f, 0.00150f] },
    };

    [Theory]
    [MemberData(nameof(Reference))]
    public async Task The_converted_model_computes_what_the_original_does(string pattern, float[] expected)
    {
        var pixels = new float[ImageSafetyModel.Side * ImageSafetyModel.Side * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, x, c) = (i / 3 / ImageSafetyModel.Side, i / 3 % ImageSafetyModel.Side, i % 3);
            pixels[i] = pattern switch
            {
                "slope" => ((y * 3) + (x * 5) + (c * 70)) % 256 / 255f,
                "waves" => ((y * y) + (7 * x * c) + (13 * x)) % 251 / 250f,
                _ => c == 0 ? 0.9f : c == 1 ? 0.7f : 0.6f,
            };
        }

        var safety = (await models.Models.ImageSafetyAsync(Cancellation)).Model;
        Assert.All(safety.Classify(pixels).Zip(expected), pair => Assert.InRange(pair.First - pair.Second, -0.0005f, 0.0005f));
    }

    [Fact]
    public async Task Harmless_images_have_no_severity()
    {
        var safety = (await models.Models.ImageSafetyAsync(Cancellation)).Model;
        using var white = new SKBitmap(200, 200);
        white.Erase(SKColors.White);
        foreach (var (name, file) in new[] { ("people", TestImages.People(models)), ("sign", TestImages.Sign), ("invoice", TestImages.Invoice), ("white", TestImages.Encode(white, SKEncodedImageFormat.Jpeg)) })
        {
            using var picture = TestImages.Read(file);
            TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {string.Join(' ', (await safety.ClassifyAsync(picture, "", Cancellation)).Select((p, i) => $"{(ImageKind)i} {p:0.00}"))}");
            Assert.Equal(0, await safety.SexualSeverityAsync(picture, "", Cancellation));
        }
    }

    [Theory]
    [InlineData(0, 0, 1, 0, 0, 0)]
    [InlineData(0, 0.1f, 0.5f, 0.29f, 0.11f, 0)]
    [InlineData(0, 0.1f, 0.5f, 0.36f, 0.04f, 1)]
    [InlineData(0, 0, 0.45f, 0.55f, 0, 2)]
    [InlineData(0, 0.25f, 0.35f, 0.4f, 0, 3)]
    [InlineData(0, 0.35f, 0.25f, 0.4f, 0, 4)]
    [InlineData(0, 0.45f, 0.15f, 0.4f, 0, 5)]
    [InlineData(0, 0.98f, 0.02f, 0, 0, 7)]
    [InlineData(0, 0.95f, 0.05f, 0, 0, 6)]
    [InlineData(0, 0, 0.02f, 0.95f, 0.03f, 6)]
    [InlineData(0, 0, 0.3f, 0.1f, 0.6f, 0)]
    [InlineData(0, 0, 0.05f, 0, 0.95f, 0)]
    public void Severity_follows_pornography_and_nothing_else(float drawing, float hentai, float neutral, float porn, float sexy, int severity) =>
        Assert.Equal(severity, ImageSeverityRules.Sexual([drawing, hentai, neutral, porn, sexy]));

    [Fact]
    public void A_script_that_exports_more_than_data_is_not_read()
    {
        Assert.Equal("""{"a":[1,-0.5,2E-18,true,false,null],"b-c":{"null":"x"}}""", Atrium.Inference.Conversion.ModuleLiteral.ObjectOf("x.exports={a:[1,-.5,2e-18,!0,!1,null],'b-c':{null:\"x\"}};"));
        foreach (var script in (string[])["", "x.exports=y()", "x.exports={a:f()}", "x.exports={a:1", "x.exports={a:\"\\x41\"}", "x.exports={a:1-}", "x.exports={a:n"])
        {
            Assert.ThrowsAny<Atrium.Inference.Conversion.ModelConversionException>(() => Atrium.Inference.Conversion.ModuleLiteral.ObjectOf(script));
        }
    }
}
