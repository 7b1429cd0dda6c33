using System.Net;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway.Vision;

public sealed class ImageAnalysisTests(VisionScene scene) : IClassFixture<VisionScene>
{
    private const string All = "features=tags,caption,denseCaptions,objects,people,read,smartCrops";

    [Fact]
    public async Task Every_feature_that_is_asked_for_is_answered_and_no_other()
    {
        var sign = await SeenAsync(scene.AnalyzeAsync(All + "&smartcrops-aspect-ratios=1,1.5", VisionScene.Image("sign.png"), "image/png"));
        Assert.Equal(
            ["captionResult", "denseCaptionsResult", "metadata", "modelVersion", "objectsResult", "peopleResult", "readResult", "smartCropsResult", "tagsResult"],
            sign.Body.Select(p => p.Key).Order());
        Assert.Equal("""{"width":480,"height":360}""", sign.Body["metadata"]!.ToJsonString());
        var lines = sign.Body["readResult"]!["blocks"]![0]!["lines"]!.AsArray();
        Assert.Equal(["EXIT", "Gate 12"], lines.Select(l => (string?)l!["text"]));
        Assert.Equal(["Gate", "12"], lines[1]!["words"]!.AsArray().Select(w => (string?)w!["text"]));
        Assert.All(lines[1]!["words"]!.AsArray(), w => Assert.Equal(4, w!["boundingPolygon"]!.AsArray().Count));
        var crops = sign.Body["smartCropsResult"]!["values"]!.AsArray();
        Assert.Equal([1, 1.5], crops.Select(c => (double)c!["aspectRatio"]!));
        Assert.Equal([360, 480], crops.Select(c => (int)c!["boundingBox"]!["w"]!));
        Assert.Equal([360, 320], crops.Select(c => (int)c!["boundingBox"]!["h"]!));

        var read = await SeenAsync(scene.AnalyzeAsync("features=read", VisionScene.Image("invoice.png")));
        Assert.Equal(["metadata", "modelVersion", "readResult"], read.Body.Select(p => p.Key).Order());
        Assert.Contains("$1,299.50", read.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sign.png")]
    [InlineData("/again")]
    public async Task An_image_can_be_fetched(string path)
    {
        var seen = await SeenAsync(scene.AnalyzeUrlAsync("features=read", scene.WebAddress + path));
        Assert.Contains("EXIT", seen.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.2/sign.png", "not public")]
    [InlineData("http://[::1]/sign.png", "not public")]
    [InlineData("http://localhost/sign.png", "not public")]
    [InlineData("http://169.254.169.254/latest/meta-data", "not public")]
    [InlineData("http://0x7f000002/", "not public")]
    [InlineData("http://no-such-host.invalid/sign.png", "not public")]
    [InlineData("ftp://127.0.0.1/sign.png", "http or https")]
    [InlineData("file:///etc/passwd", "http or https")]
    [InlineData("http://user:secret@127.0.0.1/sign.png", "password")]
    [InlineData("sign.png", "absolute")]
    [InlineData("", "required")]
    public async Task A_url_that_leads_inside_or_nowhere_is_refused(string url, string reason)
    {
        var refused = await scene.AnalyzeUrlAsync("features=read", url);
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequest", "InvalidImageUrl"), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["innererror"]!["code"]));
        Assert.Contains(reason, (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/inside", "not public")]
    [InlineData("/file", "http or https")]
    [InlineData("/missing", "404")]
    [InlineData("/circle", "more than 5 times")]
    [InlineData("/endless", "bytes")]
    public async Task What_a_url_leads_to_is_checked_too(string path, string reason)
    {
        var refused = await scene.AnalyzeUrlAsync("features=read", scene.WebAddress + path);
        Assert.Equal("InvalidImageUrl", (string?)refused.Body["error"]!["innererror"]!["code"]);
        Assert.Contains(reason, (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_managed_network_of_the_hub_decides_what_may_be_fetched()
    {
        var (hub, _, key) = await NewHub.MakeAsync(scene.Hub.Client, $"/subscriptions/{Guid.NewGuid()}/resourceGroups/closed", "closed");
        var closed = new { properties = new { managedNetwork = new { isolationMode = "AllowOnlyApprovedOutbound" } } };
        Assert.Equal(HttpStatusCode.OK, (await scene.Hub.Client.CallAsync("PATCH", $"{hub}?api-version=2024-04-01", closed)).Status);
        var refused = await scene.Hub.Client.CallAsync(
            "POST", "/computervision/imageanalysis:analyze?api-version=2024-02-01&features=read", new { url = scene.WebAddress + "/sign.png" }, ("Ocp-Apim-Subscription-Key", key));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("no outbound rule for '127.0.0.1:", (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "NotSupportedVisualFeature", "features")]
    [InlineData("features=", "NotSupportedVisualFeature", "features")]
    [InlineData("features=read,faces", "NotSupportedVisualFeature", "features")]
    [InlineData("features=read&language=xx", "NotSupportedLanguage", "language")]
    [InlineData("features=read&model-version=2001-01-01", "InvalidParameter", "model-version")]
    [InlineData("features=smartCrops&smartcrops-aspect-ratios=0.5", "InvalidParameter", "smartcrops-aspect-ratios")]
    [InlineData("features=caption&gender-neutral-caption=maybe", "InvalidParameter", "gender-neutral-caption")]
    [InlineData("features=caption&gender-neutral=true", "InvalidParameter", "gender-neutral")]
    [InlineData("features=smartCrops&smartcrops-aspect-ratios=wide", "InvalidParameter", "smartcrops-aspect-ratios")]
    public async Task A_mistake_is_told_with_its_parameter(string query, string code, string target)
    {
        var refused = await scene.AnalyzeAsync(query, VisionScene.Image("sign.png"));
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequest", code, target),
            (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["innererror"]!["code"], (string?)refused.Body["error"]!["target"]));
    }

    [Fact]
    public async Task What_is_no_image_is_refused()
    {
        foreach (var bytes in (byte[][])[[], "hello"u8.ToArray(), VisionScene.Image("sign.png")[..2000], new byte[21 * 1024 * 1024]])
        {
            var refused = await scene.AnalyzeAsync("features=read", bytes);
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            Assert.Equal(bytes.Length > 20_000_000 ? "InvalidImageSize" : "InvalidImageFormat", (string?)refused.Body["error"]!["innererror"]!["code"]);
        }
    }

    /// <summary>Files of a hundred thousand bytes that decode to 160 megabytes each: they are seen a few at a time, and none is left in memory.</summary>
    [Fact]
    public async Task Images_that_decode_to_much_are_seen_within_the_budget_of_pixels()
    {
        var budget = scene.Hub.Services.GetRequiredService<Atrium.Inference.Images.PictureBudget>();
        using var bitmap = new SkiaSharp.SKBitmap(8000, 4900);
        bitmap.Erase(SkiaSharp.SKColors.Teal);
        using var encoded = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        var bomb = encoded.ToArray();
        Assert.InRange(bomb.Length, 1, 500_000);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => scene.AnalyzeAsync("features=smartCrops", bomb)));
        Assert.SkipWhen(answers[0].Status == HttpStatusCode.ServiceUnavailable, "The models have not been pulled.");
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));

        // The last one is given back behind its answer.
        await UntilAsync(() => budget.Taken == 0);
        var larger = new SkiaSharp.SKImageInfo(8000, 5100);
        using var beyond = new SkiaSharp.SKBitmap(larger);
        using var file = beyond.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        Assert.Equal("InvalidImageSize", (string?)(await scene.AnalyzeAsync("features=tags", file.ToArray())).Body["error"]!["innererror"]!["code"]);
    }

    [Fact]
    public async Task A_wrong_key_and_a_missing_version_are_told_and_what_is_not_built_says_so()
    {
        const string path = "/computervision/imageanalysis:analyze?features=read&api-version=2024-02-01";
        Assert.Equal(HttpStatusCode.Unauthorized, (await scene.Hub.Client.CallAsync("POST", path, new { url = "x" }, ("Ocp-Apim-Subscription-Key", "wrong"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.Hub.Client.CallAsync("POST", "/computervision/imageanalysis:analyze?features=read", new { url = "x" }, ("Ocp-Apim-Subscription-Key", scene.Key))).Status);
        Assert.Equal(HttpStatusCode.NotImplemented, (await scene.Hub.Client.CallAsync("POST", "/computervision/retrieval:vectorizeText?api-version=2024-02-01&model-version=2023-04-15", new { text = "x" }, ("Ocp-Apim-Subscription-Key", scene.Key))).Status);
    }

    private static async Task<Answer> SeenAsync(Task<Answer> call)
    {
        var answer = await call;
        Assert.SkipWhen(answer.Status == HttpStatusCode.ServiceUnavailable, "The models have not been pulled.");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return answer;
    }
}
