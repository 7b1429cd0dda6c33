using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;
using Atrium.Testing;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway;

/// <summary>
/// A hub with three deployments: <c>far</c> through an upstream of the test's own, <c>chat</c> by the tiny story model in llama.cpp
/// (where that is at hand), <c>quote</c> by the model that quotes.
/// </summary>
public sealed class OpenAiScene : IAsyncLifetime
{
    /// <summary>How many requests the batches of one owner may have enqueued.</summary>
    internal const int MostBatchRequests = 5000;
    private const string Ml = "?api-version=2024-04-01";
    private const string Cs = "?api-version=2024-10-01";
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";
    private readonly TempFolder folder = new();

    internal HubServer Hub { get; private set; } = null!;

    internal ScriptedUpstream Upstream { get; } = new();

    internal string Key { get; private set; } = "";

    internal string Account { get; private set; } = "";

    private string Group => $"{subscription}/resourceGroups/g";

    internal string HubId { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(folder["models"]);
        await Upstream.StartAsync();
        Hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false", "--Models:Folder", folder["models"], "--Batches:MostRequests", $"{MostBatchRequests}"]);
        (HubId, Account, Key) = await NewHub.MakeAsync(Hub.Client, Group);
        var connection = new { properties = new { category = "OpenAI", authType = "ApiKey", target = Upstream.Address, credentials = new { key = "upstream-secret" } } };
        Assert.Equal(HttpStatusCode.OK, (await Hub.Client.CallAsync("PUT", $"{HubId}/connections/upstream{Ml}", connection)).Status);
        await DeployAsync("far", new { format = "OpenAI", name = "big-model", source = $"{HubId}/connections/upstream" });
        await DeployAsync("quote", new { format = "Atrium", name = "atrium-quote", version = "1" });
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await Upstream.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Puts the story model into the models folder, with other metadata if wanted. Skips the test where it or llama.cpp cannot be had.</summary>
    internal async Task AddStoriesAsync(string name = "stories", string? template = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The llama.cpp libraries of the package are for Linux.");
        var path = Path.Combine(folder["models"], name + ".gguf");
        if (File.Exists(path))
        {
            return;
        }

        StoryModel.WriteTo(path, gguf =>
        {
            if (template is not null)
            {
                gguf.Text("tokenizer.chat_template", template);
            }
        });

        // The folder is looked at again a moment later.
        await UntilAsync(() => SeesAsync(name));
        await DeployAsync(name, new { format = "Atrium", name, version = "1" });
    }

    /// <summary>A deployment <c>azure</c> of the same upstream, spoken to as Azure OpenAI is.</summary>
    internal async Task AddAzureAsync()
    {
        var connection = new { properties = new { category = "AzureOpenAI", authType = "ApiKey", target = Upstream.Address, credentials = new { key = "upstream-secret" } } };
        Assert.True((await Hub.Client.CallAsync("PUT", $"{HubId}/connections/azure{Ml}", connection)).Status is HttpStatusCode.OK or HttpStatusCode.Created);
        await DeployAsync("azure", new { format = "OpenAI", name = "azure-model", source = $"{HubId}/connections/azure" });
    }

    internal async Task<(string Id, string Key)> AddProjectAsync(string name)
    {
        var id = $"{Group}/providers/Microsoft.MachineLearningServices/workspaces/{name}";
        await NewHub.MakeWorkspaceAsync(Hub.Client, id, new { location = "local", kind = "project", properties = new { hubResourceId = HubId } });
        return (id, (string)(await Hub.Client.CallAsync("POST", $"{id}/listApiKeys{Ml}")).Body["key1"]!);
    }

    internal Task<Answer> PostAsync(string path, object body, string? key = null) => Hub.Client.CallAsync("POST", path, body, ("api-key", key ?? Key));

    internal async Task<string> TextAsync(string path, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = System.Net.Http.Json.JsonContent.Create(body), Headers = { { "api-key", key ?? Key } } };
        using var answer = await Hub.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The events of a stream, each as JSON; the last, <c>[DONE]</c>, is checked and left out.</summary>
    internal async Task<JsonArray> EventsAsync(string path, object body)
    {
        var text = await TextAsync(path, body);
        var data = text.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..]).ToList();
        Assert.True(data.Count > 0 && data[^1] == "[DONE]", text);
        return [.. data.SkipLast(1).Select(item => JsonNode.Parse(item))];
    }

    internal async Task<JsonArray> UsageAsync(string operation)
    {
        var rows = (await Hub.Client.CallAsync("GET", $"{subscription}/providers/Atrium.Usage/rows?api-version=2026-11-01")).Body["value"]!.AsArray();
        return [.. rows.Where(row => (string?)row!["operation"] == operation).Select(row => row!.DeepClone())];
    }

    private async Task<bool> SeesAsync(string name) => (await Hub.Client.CallAsync("GET", $"{Account}/models{Cs}")).Body["value"]!.AsArray().Any(m => ((string?)m!["name"] ?? (string?)m["model"]?["name"]) == name);

    internal async Task DeployAsync(string name, object model)
    {
        var deployed = await Hub.Client.CallAsync("PUT", $"{Account}/deployments/{name}{Cs}", new { properties = new { model } });
        Assert.True(deployed.Status is HttpStatusCode.Created or HttpStatusCode.OK, deployed.ToString());
    }

    /// <summary>What was counted, but for how much of the prompt was known from a call before.</summary>
    public static string Counted(JsonNode usage)
    {
        var counted = usage.DeepClone().AsObject();
        counted["prompt_tokens_details"]!.AsObject().Remove("cached_tokens");
        return counted.ToJsonString();
    }
}
