using System.Net;
using Atrium.Server.Tests.Gateway.Vision;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Safety;

/// <summary><c>image:analyze</c> of Content Safety by HTTP.</summary>
public sealed class ImageModerationTests(VisionScene scene) : IClassFixture<VisionScene>
{
    private const string Path = "/contentsafety/image:analyze?api-version=2024-09-01";

    private static string Sign => Convert.ToBase64String(VisionScene.Image("sign.png"));

    [Fact]
    public async Task What_has_a_model_is_judged_and_what_has_none_is_named()
    {
        var whole = await JudgedAsync(new { image = new { content = Sign } });
        Assert.Equal("""{"categoriesAnalysis":[{"category":"Sexual","severity":0}]}""", whole.Body.ToJsonString());
        Assert.Equal("Hate, SelfHarm, Violence", Assert.Single(whole.Message.Headers.GetValues("x-atrium-categories-not-analyzed")));
        var asked = await JudgedAsync(new { image = new { content = Sign }, categories = new[] { "Sexual" }, outputType = "FourSeverityLevels" });
        Assert.Equal(whole.Body.ToJsonString(), asked.Body.ToJsonString());
        Assert.False(asked.Message.Headers.Contains("x-atrium-categories-not-analyzed"));
    }

    [Fact]
    public async Task A_category_without_a_model_is_501_and_no_number_is_made_up()
    {
        var refused = await PostAsync(new { image = new { content = Sign }, categories = new[] { "Sexual", "Violence" } });
        Assert.Equal((HttpStatusCode.NotImplemented, "NotImplemented"), (refused.Status, refused.ErrorCode));
        Assert.Contains("images for Violence. A connection", (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_can_be_fetched_where_the_network_lets_it()
    {
        await JudgedAsync(new { image = new { blobUrl = scene.WebAddress + "/sign.png" } });
        foreach (var url in (string[])["http://169.254.169.254/latest/meta-data", "http://localhost/sign.png", "file:///etc/passwd", "sign.png"])
        {
            await RefusedAsync(new { image = new { blobUrl = url } }, "image.blobUrl");
        }
    }

    [Theory]
    [InlineData("{}", "image")]
    [InlineData("""{"image":"x"}""", "image")]
    [InlineData("""{"image":{}}""", "image")]
    [InlineData("""{"image":{"content":"","blobUrl":""}}""", "image")]
    [InlineData("""{"image":{"content":"AAAA","blobUrl":"http://x.example/"}}""", "image")]
    [InlineData("""{"image":{"content":5}}""", "content")]
    [InlineData("""{"image":{"content":"not base64!"}}""", "image.content")]
    [InlineData("""{"image":{"content":"AAAA"}}""", "image.content")]
    [InlineData("""{"image":{"content":"AAAA"},"categories":["Gore"]}""", "categories")]
    [InlineData("""{"image":{"content":"AAAA"},"categories":"Sexual"}""", "categories")]
    [InlineData("""{"image":{"content":"AAAA"},"outputType":"TwoLevels"}""", "outputType")]
    public Task A_mistake_is_told_with_its_field(string body, string target) => RefusedAsync(body, target);

    [Fact]
    public async Task What_is_no_image_or_too_small_or_too_large_is_refused()
    {
        Assert.True(BitConverter.IsLittleEndian);
        var sign = VisionScene.Image("sign.png");
        foreach (var bytes in (byte[][])[sign[..(sign.Length / 2)], [.. sign[..8], .. new byte[500]], new byte[(4 * 1024 * 1024) + 1], Header(49, 200), Header(2049, 100), Header(65_000, 65_000)])
        {
            await RefusedAsync(new { image = new { content = Convert.ToBase64String(bytes) } }, "image.content");
        }
    }

    [Fact]
    public async Task A_wrong_key_is_401_in_the_dialect()
    {
        var refused = await scene.Hub.Client.CallAsync("POST", Path, new { image = new { content = Sign } }, ("Ocp-Apim-Subscription-Key", "wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.NotNull(refused.Body["error"]!["details"]);
    }

    /// <summary>A BMP that says its size and has nothing behind it.</summary>
    private static byte[] Header(int width, int height) =>
        [.. "BM"u8, .. Little(54), .. Little(0), .. Little(54), .. Little(40), .. Little(width), .. Little(height), 1, 0, 24, 0, .. new byte[24]];

    private static byte[] Little(int value) => BitConverter.GetBytes(value);

    private Task<Answer> PostAsync(object body) => scene.Hub.Client.CallAsync("POST", Path, body, ("Ocp-Apim-Subscription-Key", scene.Key));

    private async Task<Answer> JudgedAsync(object body)
    {
        var answer = await PostAsync(body);
        Assert.SkipWhen(answer.Status == HttpStatusCode.ServiceUnavailable, "The models have not been pulled.");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return answer;
    }

    private async Task RefusedAsync(object body, string target)
    {
        var answer = await PostAsync(body);
        Assert.True((answer.Status, answer.ErrorCode, (string?)answer.Body["error"]?["target"]) == (HttpStatusCode.BadRequest, "InvalidRequestBody", target), answer.ToString());
    }
}
