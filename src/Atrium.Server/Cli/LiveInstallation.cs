using System.Text.Json.Nodes;
using Atrium.Server.Hosting.FirstRun;
using Atrium.Server.Hosting.Instance;

namespace Atrium.Server.Cli;

/// <summary>What was written down at start, with what may have changed since: whether it runs, and the keys.</summary>
internal static class LiveInstallation
{
    private const string AccountVersion = "2024-10-01";
    private const string WorkspaceVersion = "2026-05-01";

    /// <exception cref="CliException">There is no installation.</exception>
    public static async Task<Installation> ReadAsync(string data, CancellationToken cancellationToken)
    {
        var known = Installation.Read(data) ?? throw new CliException($"There is no installation in '{data}'. 'atrium up' makes one.", ExitCodes.Stopped);
        if (RunningServer.Find(data) is not { } running)
        {
            return known with { State = "stopped", Pid = null };
        }

        var live = known with { State = "running", Pid = running.ProcessId, Endpoint = running.Endpoint, HttpsEndpoint = running.HttpsEndpoint, Portal = $"{running.Endpoint}/portal" };
        if (known.ClientSecret is null)
        {
            return live;
        }

        using var hub = await HubApi.OpenAsync(data, cancellationToken);
        return live with
        {
            ApiKey = known.AiServicesAccount is { } account
                ? await FirstKeyAsync(hub, $"Microsoft.CognitiveServices/accounts/{account}/listKeys?api-version={AccountVersion}", cancellationToken)
                : null,
            ProjectApiKey = known.Project is { } project
                ? await FirstKeyAsync(hub, $"Microsoft.MachineLearningServices/workspaces/{project}/listApiKeys?api-version={WorkspaceVersion}", cancellationToken)
                : null,
        };
    }

    private static async Task<string?> FirstKeyAsync(HubApi hub, string path, CancellationToken cancellationToken)
    {
        JsonObject keys = await hub.CallAsync(HttpMethod.Post, $"{hub.ResourceGroup}/providers/{path}", null, cancellationToken);
        return (string?)keys["key1"];
    }
}
