using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway;

/// <summary>The data plane through an upstream of the test's own, so that no model is needed.</summary>
public sealed class GatewayApiTests : IAsyncLifetime
{
    private const string Ml = "?api-version=2024-04-01";
    private const string Cs = "?api-version=2024-10-01";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
    private static readonly string[] Hello =
    [
        """{"choices":[{"delta":{"content":"hel"}}]}""",
        """{"choices":[{"delta":{"content":"lo"}}]}""",
        """{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}""",
    ];

    private readonly ScriptedUpstream upstream = new()
    {
        Says = ["""{"model":"big-model-7","choices":[{"index":0,"message":{"role":"assistant","content":"hello"}}],"usage":{"prompt_tokens":7,"completion_tokens":3}}"""],
    };

    private HubServer hub = null!;
    private string key = "";

    private string Hub => $"{group}/providers/Microsoft.MachineLearningServices/workspaces/team-hub";

    private string account = "";

    public async ValueTask InitializeAsync()
    {
        await upstream.StartAsync();
        hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false"]);
        (_, account, key) = await NewHub.MakeAsync(hub.Client, group, "team-hub");
        await ConnectAsync(Hub, "upstream", new { model = new { format = "OpenAI", name = "big-model", source = $"{Hub}/connections/upstream" } }, $"{account}/deployments/far{Cs}");
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        await upstream.DisposeAsync();
    }

    [Fact]
    public async Task A_call_goes_on_with_the_upstreams_model_name_and_the_connections_key()
    {
        var answer = await ChatAsync(key, "far");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal("hello", (string?)answer.Body["choices"]![0]!["message"]!["content"]);
        Assert.Equal("big-model", (string?)upstream.Last["model"]);
        Assert.Equal("Bearer upstream-secret", upstream.LastAuthorization);
    }

    [Fact]
    public async Task An_upstream_that_does_not_end_is_left()
    {
        upstream.Says = [new string('x', 70 * 1024 * 1024)];
        var whole = await ChatAsync(key, "far");
        Assert.Equal((HttpStatusCode.BadGateway, "UpstreamFailed"), (whole.Status, whole.ErrorCode));
        var streamed = await TextAsync(new { model = "far", stream = true, messages = new[] { new { role = "user", content = "hi" } } });
        Assert.Contains("\"UpstreamFailed\"", streamed, StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", streamed, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", streamed, StringComparison.Ordinal);
        upstream.Status = 500;
        var refusal = await ChatAsync(key, "far");
        Assert.Equal((HttpStatusCode.BadGateway, "The upstream server answered 500."), (refusal.Status, (string?)refusal.Body["error"]!["message"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_passes_event_by_event_and_usage_is_shown_only_when_asked_for(bool asks)
    {
        var body = new { model = "far", stream = true, stream_options = asks ? new { include_usage = true } : null, messages = new[] { new { role = "user", content = "hi" } } };
        upstream.Says = Hello;
        var text = await TextAsync(body);
        Assert.Contains("data: [DONE]", text, StringComparison.Ordinal);
        Assert.Equal(asks, text.Contains("\"prompt_tokens\"", StringComparison.Ordinal));
        Assert.True((bool)upstream.Last["stream_options"]!["include_usage"]!);
        var row = Assert.Single((await UsageAsync()).AsArray());
        Assert.Equal((7, 3), ((int)row!["tokensIn"]!, (int)row["tokensOut"]!));
    }

    [Fact]
    public async Task A_wrong_key_and_a_regenerated_one_are_401_in_each_dialect()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await ChatAsync("wrong", "far")).Status);
        var old = key;
        await hub.Client.CallAsync("POST", $"{account}/regenerateKey{Cs}", new { keyName = "Key1" });
        var refused = await ChatAsync(old, "far");
        Assert.Equal((HttpStatusCode.Unauthorized, "401"), (refused.Status, refused.ErrorCode));
        Assert.Equal("authentication_error", (string?)refused.Body["error"]!["type"]);
        var safety = await hub.Client.CallAsync("POST", "/contentsafety/text:analyze?api-version=2024-09-01", new { text = "x" }, ("Ocp-Apim-Subscription-Key", old));
        Assert.Equal(HttpStatusCode.Unauthorized, safety.Status);
    }

    [Fact]
    public async Task A_deployment_of_another_project_is_as_if_it_did_not_exist()
    {
        var (one, two) = (await AddProjectAsync("project-one"), await AddProjectAsync("project-two"));
        var own = $"{group}/providers/Microsoft.MachineLearningServices/workspaces/project-one/deployments/mine{Ml}";
        await ConnectAsync(one.Id, "own", new { model = new { format = "OpenAI", name = "own-model", source = $"{one.Id}/connections/own" } }, own);

        Assert.Equal(HttpStatusCode.OK, (await ChatAsync(one.Key, "mine")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ChatAsync(one.Key, "far")).Status);
        var foreign = await ChatAsync(two.Key, "mine");
        var nothing = await ChatAsync(two.Key, "nine");
        Assert.Equal(HttpStatusCode.NotFound, foreign.Status);
        Assert.Equal(nothing.Body.ToJsonString().Replace("nine", "mine", StringComparison.Ordinal), foreign.Body.ToJsonString());
        Assert.Equal(HttpStatusCode.NotFound, (await ChatAsync(key, "mine")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await hub.Client.CallAsync("GET", "/api/projects/project-one/openai/v1/models", null, ("api-key", two.Key))).Status);

        var stolen = await hub.Client.CallAsync(
            "PUT",
            $"{two.Id}/deployments/thief{Ml}",
            new { properties = new { model = new { format = "OpenAI", name = "x", source = $"{one.Id}/connections/own" } } });
        Assert.Equal(HttpStatusCode.BadRequest, stolen.Status);
    }

    [Fact]
    public async Task Every_call_leaves_one_row_with_whose_it_was()
    {
        var project = await AddProjectAsync("project-one");
        await ChatAsync(project.Key, "far", ("x-atrium-tags", "team=blue"));
        await ChatAsync(key, "far");
        await ChatAsync(key, "not-there");
        var rows = (await UsageAsync()).AsArray();
        Assert.Equal(3, rows.Count);
        Assert.Single(rows, r => project.Id.Equals((string?)r!["project"], StringComparison.OrdinalIgnoreCase) && (string?)r["tags"]?["team"] == "blue");
        Assert.Single(rows, r => (int)r!["status"]! == 404);
        var totals = await hub.Client.CallAsync("GET", $"{group[..group.IndexOf("/resourceGroups", StringComparison.Ordinal)]}/providers/Atrium.Usage/totals?api-version=2026-11-01&by=tag&tag=team");
        Assert.Equal(["", "blue"], totals.Body["value"]!.AsArray().Select(t => (string?)t!["value"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_the_upstream_refuses_is_told_without_our_credential()
    {
        upstream.Status = 401;
        upstream.Says = ["""{"error":{"message":"Incorrect API key provided: upstream-secret"}}"""];
        var refused = await ChatAsync(key, "far");
        Assert.Equal(HttpStatusCode.BadGateway, refused.Status);
        Assert.DoesNotContain("upstream-secret", refused.ToString(), StringComparison.Ordinal);

        upstream.Status = 429;
        Assert.Equal(HttpStatusCode.TooManyRequests, (await ChatAsync(key, "far")).Status);
        upstream.Status = 500;
        Assert.Equal(HttpStatusCode.BadGateway, (await ChatAsync(key, "far")).Status);
    }

    [Fact]
    public async Task When_the_caller_goes_away_the_upstream_call_is_cancelled_and_what_was_sent_is_counted()
    {
        (upstream.Says, upstream.HangsAfter) = (Hello, 1);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/openai/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"far","stream":true,"messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json"),
            Headers = { { "api-key", key } },
        };
        using (var answer = await hub.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await stream.ReadExactlyAsync(new byte[8], TestContext.Current.CancellationToken);
        }

        await UntilAsync(() => upstream.Cancelled.IsCompleted);
        var row = Assert.Single(await UntilAsync(async () => (await UsageAsync()).AsArray(), rows => rows.Count > 0));
        Assert.Equal((499, 1), ((int)row!["status"]!, (int)row["tokensOut"]!));
    }

    [Theory]
    [InlineData("{}", "model")]
    [InlineData("""{"model":"chat"}""", "messages")]
    [InlineData("""{"model":"chat","messages":[{"role":"boss","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"chat","messages":[{"role":"user","content":"x"}],"temperature":3}""", "temperature")]
    [InlineData("""{"model":"chat","messages":[{"role":"user","content":"x"}],"n":2}""", "n")]
    [InlineData("""{"model":"chat","messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", "messages[0].content[0]")]
    public async Task A_mistake_is_400_with_the_field(string body, string field)
    {
        var refused = await hub.Client.CallAsync("POST", "/openai/v1/chat/completions", body, ("api-key", key));
        Assert.True(refused.Status == HttpStatusCode.BadRequest, refused.ToString());
        Assert.Equal(field, (string?)refused.Body["error"]!["param"]);
    }

    [Theory]
    [InlineData("POST", "/openai/v1/videos")]
    [InlineData("POST", "/openai/deployments/chat/images/generations?api-version=2024-10-21")]
    [InlineData("POST", "/contentsafety/text:detectGroundedness?api-version=2024-09-01")]
    public async Task What_is_not_built_is_501(string method, string path) =>
        Assert.Equal(HttpStatusCode.NotImplemented, (await hub.Client.CallAsync(method, path, new { }, ("api-key", key))).Status);

    private async Task<(string Id, string Key)> AddProjectAsync(string name)
    {
        var id = $"{group}/providers/Microsoft.MachineLearningServices/workspaces/{name}";
        await NewHub.MakeWorkspaceAsync(hub.Client, id, new { location = "local", kind = "project", properties = new { hubResourceId = Hub } });
        return (id, (string)(await hub.Client.CallAsync("POST", $"{id}/listApiKeys{Ml}")).Body["key1"]!);
    }

    private async Task ConnectAsync(string workspace, string name, object deployment, string deploymentPath)
    {
        var connection = new { properties = new { category = "OpenAI", authType = "ApiKey", target = upstream.Address, credentials = new { key = "upstream-secret" } } };
        var connected = await hub.Client.CallAsync("PUT", $"{workspace}/connections/{name}{Ml}", connection);
        Assert.True(connected.Status == HttpStatusCode.OK, connected.ToString());
        var deployed = await hub.Client.CallAsync("PUT", deploymentPath, new { properties = deployment });
        Assert.True(deployed.Status == HttpStatusCode.Created, deployed.ToString());
    }

    private Task<Answer> ChatAsync(string with, string deployment, params (string, string)[] more) => hub.Client.CallAsync(
        "POST", "/openai/v1/chat/completions", new { model = deployment, messages = new[] { new { role = "user", content = "hi" } } }, [("api-key", with), .. more]);

    private async Task<string> TextAsync(object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/openai/v1/chat/completions")
        {
            Content = System.Net.Http.Json.JsonContent.Create(body),
            Headers = { { "api-key", key } },
        };
        using var answer = await hub.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private async Task<JsonNode> UsageAsync() => (await hub.Client.CallAsync(
        "GET", $"{group[..group.IndexOf("/resourceGroups", StringComparison.Ordinal)]}/providers/Atrium.Usage/rows?api-version=2026-11-01")).Body["value"]!;
}
