using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Gateway;
using Atrium.Server.Tests.Support;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Crash;

/// <summary>kill -9 of the server while a response is made in the background.</summary>
public sealed class BackgroundResponseCrashTests
{
    private const string V1 = "/openai/v1/responses";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_response_whose_server_is_killed_is_made_after_all_and_counted_once()
    {
        await using var upstream = new ScriptedUpstream();
        await upstream.StartAsync();
        upstream.Says = ["""{"choices":[{"index":0,"delta":{"content":"Once"}}]}""", """{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":4}}"""];
        upstream.HangsAfter = 1;
        using var hub = await KillableHub.StartAsync();
        var clients = await hub.ClientsAsync();
        await DeployAsync(hub, clients, upstream.Address);

        var begun = await clients.Data.CallAsync("POST", V1, new { model = "far", input = "Tell me.", background = true });
        Assert.True(begun.Status == HttpStatusCode.OK, begun.ToString());
        var one = $"{V1}/{begun.Body["id"]}";
        await UntilAsync(() => Task.FromResult(upstream.Asked.Count > 0));
        Assert.Equal("in_progress", (string?)(await clients.Data.CallAsync("GET", one)).Body["status"]);
        await SeeBeginningAsync(clients.Data, $"{one}?stream=true");

        upstream.HangsAfter = null;
        await hub.CrashAsync();
        clients = await hub.ClientsAsync();
        await UntilAsync(async () => (string?)(await clients.Data.CallAsync("GET", one)).Body["status"] == "completed");
        Assert.Equal("Once", (string?)(await clients.Data.CallAsync("GET", one)).Body["output"]![0]!["content"]![0]!["text"]);

        // Whoever saw the beginning of the first try gets the whole second one.
        var events = await clients.Data.GetStringAsync(new Uri($"{one}?stream=true&starting_after=1", UriKind.Relative), Cancel);
        Assert.Contains("event: response.created", events, StringComparison.Ordinal);
        Assert.Contains("event: response.completed", events, StringComparison.Ordinal);
        var rows = $"/subscriptions/{hub["subscriptionId"]}/providers/Atrium.Usage/rows?api-version=2026-11-01";
        await UntilAsync(async () => (await clients.Management.CallAsync("GET", rows)).Body["value"]!.AsArray().Any(IsWork));
        Assert.Single((await clients.Management.CallAsync("GET", rows)).Body["value"]!.AsArray(), IsWork);
    }

    /// <summary>Follows until the text of the first try has begun: two events and more before it have numbers then.</summary>
    private static async Task SeeBeginningAsync(HttpClient client, string uri)
    {
        using var answer = await client.GetAsync(new Uri(uri, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        for (var line = ""; line != "event: response.output_text.delta";)
        {
            line = await lines.ReadLineAsync(Cancel);
            Assert.NotNull(line);
        }
    }

    private static bool IsWork(JsonNode? row) => (string?)row!["operation"] == "responses.background";

    private static async Task DeployAsync(KillableHub hub, KillableHub.Clients clients, string address)
    {
        var group = $"/subscriptions/{hub["subscriptionId"]}/resourceGroups/{hub["resourceGroup"]}/providers";
        var connection = $"{group}/Microsoft.MachineLearningServices/workspaces/{hub["hub"]}/connections/upstream";
        var made = await clients.Management.CallAsync("PUT", $"{connection}?api-version=2024-04-01", new { properties = new { category = "OpenAI", authType = "ApiKey", target = address, credentials = new { key = "k" } } });
        Assert.True(made.Status == HttpStatusCode.OK, made.ToString());
        var account = (string)(await clients.Management.CallAsync("GET", $"{group}/Microsoft.CognitiveServices/accounts?api-version=2024-10-01")).Body["value"]![0]!["id"]!;
        var deployed = await clients.Management.CallAsync("PUT", $"{account}/deployments/far?api-version=2024-10-01", new { properties = new { model = new { format = "OpenAI", name = "big", source = connection } } });
        Assert.True(deployed.Message.IsSuccessStatusCode, deployed.ToString());
    }
}
