using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway;

/// <summary>Services that a connection answers in place of the embedded models.</summary>
public sealed class ServiceUpstreamTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string Said = """{"said":"there"}""";

    [Theory]
    [InlineData("Content Safety", "text:analyze", "/contentsafety/text:analyze?api-version=2024-09-01", """{"text":"x","blocklistNames":["far"]}""")]
    [InlineData("Content Safety", "text:shieldPrompt", "/contentsafety/text:shieldPrompt?api-version=2024-09-01", """{"userPrompt":"x"}""")]
    [InlineData("Language", "EntityRecognition", "/language/:analyze-text?api-version=2023-04-01", """{"kind":"EntityRecognition","analysisInput":{"documents":[{"id":"1","text":"x"}]}}""")]
    [InlineData("Language", "analyze-text", "/language/:analyze-text?api-version=2023-04-01", """{"kind":"SentimentAnalysis","analysisInput":{"documents":[{"id":"1","text":"x"}]}}""")]
    [InlineData("Vision", "retrieval:vectorizeText", "/computervision/retrieval:vectorizeText?api-version=2024-02-01&model-version=2023-04-15", """{"text":"x"}""")]
    public async Task A_call_goes_on_as_it_came_where_a_connection_serves_it(string kind, string serves, string path, string body)
    {
        var project = await scene.AddProjectAsync($"svc{Guid.NewGuid():N}"[..12]);
        await ConnectAsync(project.Id, kind, serves);
        scene.Upstream.Says = [Said];
        var answer = await scene.PostAsync(path, JsonNode.Parse(body)!, project.Key);
        Assert.Equal((HttpStatusCode.OK, Said), (answer.Status, answer.Body.ToJsonString()));
        Assert.Equal((path.Split('?')[0], body), (scene.Upstream.Asked[^1].Path, scene.Upstream.Last.ToJsonString()));
        Assert.Equal(("?" + path.Split('?')[1], "far-secret"), scene.Upstream.LastSafety);

        // Nobody else's call leaves.
        var calls = scene.Upstream.Asked.Count;
        await scene.PostAsync(path, JsonNode.Parse(body)!);
        Assert.Equal(calls, scene.Upstream.Asked.Count);
    }

    [Fact]
    public async Task An_image_goes_on_byte_by_byte()
    {
        var project = await scene.AddProjectAsync($"svc{Guid.NewGuid():N}"[..12]);
        await ConnectAsync(project.Id, "Vision", "imageanalysis:analyze");
        scene.Upstream.Says = [Said];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/computervision/imageanalysis:analyze?api-version=2024-02-01&features=brands&model-name=mine")
        {
            Content = new ByteArrayContent(new byte[12_345]) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/octet-stream") } },
            Headers = { { "Ocp-Apim-Subscription-Key", project.Key } },
        };
        var answer = await Answer.ReadAsync(await scene.Hub.Client.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal((HttpStatusCode.OK, Said), (answer.Status, answer.Body.ToJsonString()));
        Assert.Equal(("/computervision/imageanalysis:analyze", 12_345), (scene.Upstream.Asked[^1].Path, (int)scene.Upstream.Last["length"]!));
        Assert.Contains(await scene.UsageAsync("imageanalysis:analyze"), row => (string?)row!["model"] == "connection service" && (int)row["status"]! == 200);
    }

    [Fact]
    public async Task A_service_that_breaks_off_is_502()
    {
        var project = await scene.AddProjectAsync($"svc{Guid.NewGuid():N}"[..12]);
        await ConnectAsync(project.Id, "Content Safety", "text:analyze");
        (scene.Upstream.Says, scene.Upstream.BreaksOff) = ([Said], true);
        try
        {
            var answer = await scene.PostAsync("/contentsafety/text:analyze?api-version=2024-09-01", JsonNode.Parse("""{"text":"x"}""")!, project.Key);
            Assert.Equal((HttpStatusCode.BadGateway, "UpstreamFailed"), (answer.Status, answer.ErrorCode));
        }
        finally
        {
            scene.Upstream.BreaksOff = false;
        }
    }

    [Theory]
    [InlineData("/language/:analyze-text?api-version=2023-04-01", """{"kind":"EntityLinking","analysisInput":{"documents":[{"id":"1","text":"x"}]}}""", "Serves 'EntityLinking'")]
    [InlineData("/computervision/retrieval:vectorizeText?api-version=2024-02-01&model-version=2023-04-15", """{"text":"x"}""", "Serves 'retrieval:vectorizeText'")]
    public async Task What_nothing_here_does_is_501_and_names_the_connection_that_would(string path, string body, string named)
    {
        var answer = await scene.PostAsync(path, JsonNode.Parse(body)!);
        Assert.Equal(HttpStatusCode.NotImplemented, answer.Status);
        Assert.Contains(named, (string?)answer.Body["error"]!["message"], StringComparison.Ordinal);
    }

    private async Task ConnectAsync(string workspace, string kind, string serves)
    {
        var properties = new
        {
            category = "CognitiveService", authType = "ApiKey", target = scene.Upstream.Address, credentials = new { key = "far-secret" },
            metadata = new Dictionary<string, string> { ["Kind"] = kind, ["Serves"] = serves }, isSharedToAll = false,
        };
        Assert.Equal(HttpStatusCode.OK, (await scene.Hub.Client.CallAsync("PUT", $"{workspace}/connections/service?api-version=2024-04-01", new { properties })).Status);
    }
}
