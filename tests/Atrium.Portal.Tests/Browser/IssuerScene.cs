using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Atrium.Testing.Ports;

namespace Atrium.Portal.Tests.Browser;

/// <summary>A hub whose settings name an outside issuer, and that issuer: npm's oidc-provider, in a process of its own.</summary>
public sealed class IssuerScene : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(Sources.Root, "tests", "Atrium.Portal.Tests");
    private const string Secret = "a secret: of the portal & its hub";
    private readonly int port = QuietPort.Take();
    private readonly HttpClient http = new();
    private HubProcess? hub;
    private HttpClient? api;
    private Process? issuer;

    public string Address => hub!["endpoint"];

    public string Issuer => $"http://127.0.0.1:{port}";

    public string HubPage => hub is null ? "" : $"/portal/w/{hub["subscriptionId"]}/{hub["resourceGroup"]}/{hub["hub"]}/projects";

    private static bool IsPossible => File.Exists("/usr/bin/chromium") && Directory.Exists(Path.Combine(Folder, "node_modules", "oidc-provider"));

    public async ValueTask InitializeAsync()
    {
        if (IsPossible)
        {
            hub = await HubProcess.UpAsync(
                HubProcess.NewDataFolder(), "--Identity:Issuers:0:Authority", Issuer, "--Identity:Issuers:0:Audience", "api://atrium", "--Identity:Issuers:0:DisplayName", "Company",
                "--Identity:Issuers:0:ClientId", "atrium-portal", "--Identity:Issuers:0:ClientSecret", Secret,
                "--Identity:Issuers:1:Authority", Issuer, "--Identity:Issuers:1:Audience", "api://other-than-atrium", "--Identity:Issuers:1:DisplayName", "its subsidiary",
                "--Identity:Issuers:1:ClientId", "atrium-portal-2", "--Identity:Issuers:1:ClientSecret", Secret,
                "--Identity:Issuers:2:Authority", "http://127.0.0.1:1", "--Identity:Issuers:2:Audience", "api://atrium", "--Identity:Issuers:2:DisplayName", "nobody", "--Identity:Issuers:2:ClientId", "atrium-portal");
            api = await hub.ManagementClientAsync();
        }
    }

    /// <summary>Lets the issuer answer, from now on.</summary>
    public async Task StartIssuerAsync()
    {
        Assert.SkipUnless(IsPossible, "Chromium or npm's oidc-provider is not there: './test' fetches them where it may.");
        if (issuer is null)
        {
            issuer = Process.Start(new ProcessStartInfo("node", [Path.Combine(Folder, "Browser", "issuer.mjs"), $"{port}", $"{Address}/portal/sign-in/return"]) { RedirectStandardOutput = true })!;
            Assert.Equal("ready", await issuer.StandardOutput.ReadLineAsync());
            _ = issuer.StandardOutput.ReadToEndAsync();
        }
    }

    public async Task StopIssuerAsync()
    {
        Assert.SkipUnless(IsPossible, "Chromium or npm's oidc-provider is not there: './test' fetches them where it may.");
        if (issuer is not null)
        {
            issuer.Kill();
            await issuer.WaitForExitAsync();
            issuer.Dispose();
            issuer = null;
        }
    }

    public async Task<string> TellIssuerAsync(string path)
    {
        using var answer = await http.PostAsync($"{Issuer}/test/{path}", null);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Gives somebody of the issuer Owner of the hub's group.</summary>
    public async Task MakeOwnerAsync(string objectId)
    {
        var group = $"/subscriptions/{hub!["subscriptionId"]}/resourceGroups/{hub["resourceGroup"]}";
        var role = $"{group}/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
        using var answer = await api!.PutAsJsonAsync(
            $"{group}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01",
            new { properties = new { roleDefinitionId = role, principalId = objectId, principalType = "User" } });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    public async Task<JsonObject?> FindProjectAsync(string name) => await api!.GetFromJsonAsync<JsonObject>(
        $"/subscriptions/{hub!["subscriptionId"]}/resourceGroups/{hub["resourceGroup"]}/providers/Microsoft.MachineLearningServices/workspaces/{name}?api-version=2024-04-01");

    public async ValueTask DisposeAsync()
    {
        if (IsPossible)
        {
            await StopIssuerAsync();
            api?.Dispose();
            await hub!.DisposeAsync();
        }

        http.Dispose();
    }
}
