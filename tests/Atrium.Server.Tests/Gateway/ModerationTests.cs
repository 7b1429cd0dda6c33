using System.Net;

namespace Atrium.Server.Tests.Gateway;

/// <summary>Moderations in the published shape, by the embedded text safety or by an upstream.</summary>
public sealed class ModerationTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string Threat = "I will kill you with a knife tonight";

    [Theory]
    [InlineData("/openai/v1/moderations")]
    [InlineData("/openai/moderations?api-version=2024-10-21")]
    [InlineData("/moderations")]
    public async Task A_threat_is_flagged_as_violence_and_a_greeting_is_not(string path)
    {
        var answer = await scene.PostAsync(path, new { model = "omni-moderation-latest", input = new[] { Threat, "Have a lovely day, see you at lunch" } });
        Assert.SkipWhen(answer.Status == HttpStatusCode.ServiceUnavailable, "The models have not been pulled.");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        var (threat, greeting) = (answer.Body["results"]![0]!, answer.Body["results"]![1]!);
        Assert.True((bool)threat["flagged"]! && (bool)threat["categories"]!["violence"]!);
        Assert.InRange((double)threat["category_scores"]!["violence"]!, 0.5, 1);
        Assert.False((bool)greeting["flagged"]!);
        Assert.Equal(13, greeting["categories"]!.AsObject().Count);
        Assert.Equal(13, greeting["category_scores"]!.AsObject().Count);
        Assert.Equal(("atrium-text-safety", "modr-"), ((string?)answer.Body["model"], ((string)answer.Body["id"]!)[..5]));
        // 7 and 10 tokens or so: more than the two texts, fewer than their characters.
        Assert.Contains(await scene.UsageAsync("moderations"), row => (string?)row!["model"] == "atrium-text-safety" && (long)row["tokensIn"]! is > 10 and < 30);
    }

    [Fact]
    public async Task Parts_are_judged_together_as_one()
    {
        var answer = await scene.PostAsync("/openai/v1/moderations", new { input = new[] { new { type = "text", text = "Hello." }, new { type = "text", text = Threat } } });
        Assert.SkipWhen(answer.Status == HttpStatusCode.ServiceUnavailable, "The models have not been pulled.");
        Assert.True((bool)Assert.Single(answer.Body["results"]!.AsArray())!["flagged"]!);
    }

    [Fact]
    public async Task A_deployment_with_a_connection_is_asked_there()
    {
        scene.Upstream.Says = ["""{"id":"modr-1","model":"omni-moderation-latest","results":[{"flagged":true}]}"""];
        var answer = await scene.PostAsync("/openai/v1/moderations", new { model = "far", input = "x" });
        Assert.True((bool)answer.Body["results"]![0]!["flagged"]!);
        Assert.Equal(("/v1/moderations", "big-model"), (scene.Upstream.Asked[^1].Path, (string?)scene.Upstream.Last["model"]));
    }

    [Theory]
    [InlineData("{}", "input", 400)]
    [InlineData("""{"input":[]}""", "input", 400)]
    [InlineData("""{"input":3}""", "input", 400)]
    [InlineData("""{"input":"x","model":3}""", "model", 400)]
    [InlineData("""{"input":"x","threshold":3}""", "threshold", 400)]
    [InlineData("""{"input":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}""", "input[0]", 400)]
    [InlineData("""{"input":[{"type":"text","text":"x"},"y"]}""", "input[1]", 400)]
    [InlineData("""{"input":"x","model":"no-such-model"}""", null, 404)]
    public async Task A_mistake_is_told_with_its_field(string body, string? field, int status)
    {
        var refused = await scene.PostAsync("/openai/v1/moderations", body);
        Assert.True((int)refused.Status == status, refused.ToString());
        Assert.Equal(field, (string?)refused.Body["error"]!["param"]);
    }

    [Fact]
    public async Task A_wrong_key_is_401() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await scene.PostAsync("/moderations", new { input = "x" }, "wrong")).Status);
}
