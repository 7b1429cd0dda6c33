using System.Net;
using System.Text.Json.Nodes;

namespace Atrium.Server.Tests.Gateway.Safety;

/// <summary>Groundedness as a chat deployment judges it.</summary>
public sealed class GroundednessTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string Path = "/contentsafety/text:detectGroundedness?api-version=2024-09-15-preview";
    private const string Text = "Grüße! The sun rises in the west. It is warm 😀.";

    private static readonly object Resource = new { resourceType = "AzureOpenAI", azureOpenAIEndpoint = "https://example.org", azureOpenAIDeploymentName = "far" };

    [Fact]
    public async Task Sentences_that_the_model_names_come_with_their_places_and_reasons()
    {
        Say("""{"ungrounded":[{"sentence":2,"reason":"It rises in the east."},{"sentence":9,"reason":"There is no such sentence."}]}""");
        var answer = await scene.PostAsync(Path, new { text = Text, groundingSources = new[] { "The sun rises in the east." }, reasoning = true, llmResource = Resource });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.True((bool)answer.Body["ungroundedDetected"]!);
        Assert.InRange((double)answer.Body["ungroundedPercentage"]!, 0.5, 0.7);
        var detail = Assert.Single(answer.Body["ungroundedDetails"]!.AsArray())!;
        Assert.Equal(("The sun rises in the west.", "It rises in the east."), ((string?)detail["text"], (string?)detail["reason"]));
        Assert.Equal("""{"utf8":9,"utf16":7,"codePoint":7}""", detail["offset"]!.ToJsonString());
        Assert.Equal("""{"utf8":26,"utf16":26,"codePoint":26}""", detail["length"]!.ToJsonString());

        // The texts are the user's message, the sentences numbered, and the format is asked for.
        var messages = scene.Upstream.Last["messages"]!;
        Assert.Equal("system", (string?)messages[0]!["role"]);
        Assert.Contains("2. The sun rises in the west.", (string?)messages[1]!["content"], StringComparison.Ordinal);
        Assert.Equal("json_schema", (string?)scene.Upstream.Last["response_format"]!["type"]);
        Assert.Contains(await scene.UsageAsync("text:detectGroundedness"), row => (string?)row!["deployment"] == "far" && (int)row["tokensIn"]! == 30 && (int)row["tokensOut"]! == 5);
    }

    [Fact]
    public async Task A_text_that_follows_has_no_details_and_reasons_come_only_when_asked()
    {
        Say("""{"ungrounded":[]}""");
        var grounded = await scene.PostAsync(Path, new { text = Text, groundingSources = new[] { "x" }, llmResource = Resource });
        Assert.Equal("""{"ungroundedDetected":false,"ungroundedPercentage":0,"ungroundedDetails":[]}""", grounded.Body.ToJsonString());

        Say("""Here it is: ```json {"ungrounded":[{"sentence":1,"reason":"No greeting."}]} ```""");
        var question = await scene.PostAsync(Path, new { text = Text, groundingSources = new[] { "x" }, task = "QnA", qna = new { query = "Where does it rise?" }, llmResource = Resource });
        Assert.False(question.Body["ungroundedDetails"]![0]!.AsObject().ContainsKey("reason"));
        Assert.Contains("Where does it rise?", (string?)scene.Upstream.Last["messages"]![1]!["content"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("I think it is fine.")]
    [InlineData("""{"grounded":true}""")]
    [InlineData("{")]
    public async Task What_is_no_judgement_is_told_and_nothing_is_made_up(string said)
    {
        Say(said);
        var answer = await scene.PostAsync(Path, new { text = Text, groundingSources = new[] { "x" }, llmResource = Resource });
        Assert.Equal((HttpStatusCode.BadGateway, "UpstreamFailed"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Without_a_model_that_writes_it_is_501_and_names_what_would_serve_it()
    {
        var answer = await scene.PostAsync(Path, new { text = Text, groundingSources = new[] { "x" } });
        Assert.Equal(HttpStatusCode.NotImplemented, answer.Status);
        Assert.All((string[])["connection", "'groundedness'"], word => Assert.Contains(word, (string?)answer.Body["error"]!["message"], StringComparison.Ordinal));
        foreach (var name in (string[])["quote", "no-such"])
        {
            var named = await scene.PostAsync(Path, new { text = Text, groundingSources = new[] { "x" }, llmResource = new { azureOpenAIDeploymentName = name } });
            Assert.Equal(HttpStatusCode.NotImplemented, named.Status);
            Assert.Contains($"'{name}'", (string?)named.Body["error"]!["message"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"groundingSources":["x"],"llmResource":{"azureOpenAIDeploymentName":"far"}}""", "text", 400)]
    [InlineData("""{"text":"x","llmResource":{"azureOpenAIDeploymentName":"far"}}""", "groundingSources", 400)]
    [InlineData("""{"text":"x","groundingSources":["x"],"task":"QnA","llmResource":{"azureOpenAIDeploymentName":"far"}}""", "qna.query", 400)]
    [InlineData("""{"text":"x","groundingSources":["x"],"domain":"Law","llmResource":{"azureOpenAIDeploymentName":"far"}}""", "domain", 400)]
    [InlineData("""{"text":"x","groundingSources":["x"],"correction":true,"llmResource":{"azureOpenAIDeploymentName":"far"}}""", null, 501)]
    public async Task A_mistake_is_told_with_its_field(string body, string? field, int status)
    {
        var refused = await scene.PostAsync(Path, JsonNode.Parse(body)!);
        Assert.Equal((status, field), ((int)refused.Status, (string?)refused.Body["error"]!["target"]));
    }

    private void Say(string text) => scene.Upstream.Says =
    [
        new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["content"] = text }, ["finish_reason"] = "stop" }) }.ToJsonString(),
        """{"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":5}}""",
    ];
}
