using System.Net;
using Atrium.Inference.Translation;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Gateway.Translation;

/// <summary>A hub whose account has Apertium, as <c>./test</c> installs it, and a chat deployment <c>far</c> through an upstream of the test's own.</summary>
public sealed class TranslationScene : IAsyncLifetime
{
    private const string Ml = "?api-version=2024-04-01";
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";

    internal HubServer Hub { get; private set; } = null!;

    internal NewHub Team { get; private set; } = null!;

    internal ScriptedUpstream Upstream { get; } = new();

    internal ApertiumTranslator Apertium => Hub.Services.GetRequiredService<ApertiumTranslator>();

    public async ValueTask InitializeAsync()
    {
        await Upstream.StartAsync();
        Hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false", "--Translation:Sandbox", File.Exists("/usr/bin/bwrap") ? "bubblewrap" : "none"]);
        Team = await NewHub.MakeAsync(Hub.Client, $"{subscription}/resourceGroups/g");
        var connection = new { properties = new { category = "OpenAI", authType = "ApiKey", target = Upstream.Address, credentials = new { key = "upstream-secret" } } };
        Assert.Equal(HttpStatusCode.OK, (await Hub.Client.CallAsync("PUT", $"{Team.Id}/connections/upstream{Ml}", connection)).Status);
        await DeployAsync(Team.Account, "far");
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private readonly Dictionary<string, string> projects = [];

    /// <summary>Gives a project, by its key, a connection that serves an operation.</summary>
    internal async Task ConnectTranslatorAsync(string key, string serves)
    {
        var properties = new
        {
            category = "CognitiveService", authType = "ApiKey", target = Upstream.Address, credentials = new { key = "far-secret" },
            metadata = new Dictionary<string, string> { ["Kind"] = "Translator", ["Serves"] = serves },
        };
        var made = await Hub.Client.CallAsync("PUT", $"{projects[key]}/connections/translator{Ml}", new { properties });
        Assert.True(made.Message.IsSuccessStatusCode, made.ToString());
    }

    /// <summary>A project with a chat deployment of its own; its key.</summary>
    internal async Task<string> ProjectAsync(string deployment)
    {
        var id = $"{subscription}/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/p{Guid.NewGuid():N}"[..^20];
        await NewHub.MakeWorkspaceAsync(Hub.Client, id, new { location = "local", kind = "project", properties = new { hubResourceId = Team.Id } });
        await DeployAsync(id, deployment);
        var key = (string)(await Hub.Client.CallAsync("POST", $"{id}/listApiKeys{Ml}")).Body["key1"]!;
        projects[key] = id;
        return key;
    }

    internal Task<Answer> PostAsync(string path, string body, string? key = null) =>
        Hub.Client.CallAsync("POST", path, body, ("Ocp-Apim-Subscription-Key", key ?? Team.Key), ("Ocp-Apim-Subscription-Region", "local"));

    internal async Task<IEnumerable<(string Model, string Deployment, int In, int Out, int Status)>> RowsAsync(string operation)
    {
        var rows = (await Hub.Client.CallAsync("GET", $"{subscription}/providers/Atrium.Usage/rows?api-version=2026-11-01")).Body["value"]!.AsArray();
        return rows.Where(row => (string?)row!["operation"] == operation)
            .Select(row => ((string)row!["model"]!, (string)row["deployment"]!, (int)row["tokensIn"]!, (int)row["tokensOut"]!, (int)row["status"]!));
    }

    internal void SkipUnless(string from, string to) =>
        Assert.SkipUnless(Apertium.Serves(from, to), "Apertium with the pairs eng-spa and es-pt is not installed (Debian: apt-get install apertium apertium-eng-spa apertium-es-pt).");

    private async Task DeployAsync(string owner, string name)
    {
        var version = owner.Contains("/accounts/", StringComparison.Ordinal) ? "2024-10-01" : "2024-04-01";
        var made = await Hub.Client.CallAsync(
            "PUT", $"{owner}/deployments/{name}?api-version={version}", new { sku = new { name = "Standard", capacity = 1 }, properties = new { model = new { format = "OpenAI", name = "big-model", source = $"{Team.Id}/connections/upstream" } } });
        Assert.True(made.Message.IsSuccessStatusCode, made.ToString());
    }
}
