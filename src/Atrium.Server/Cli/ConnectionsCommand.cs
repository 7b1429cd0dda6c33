using System.CommandLine;
using System.Text.Json.Nodes;

namespace Atrium.Server.Cli;

/// <summary>Shows the connections of a hub and its projects, and which secrets are due to be replaced.</summary>
internal static class ConnectionsCommand
{
    private const string Version = "?api-version=2024-04-01";

    public static Command Create()
    {
        var (data, output) = (CommonOptions.Data(), CommonOptions.Output());
        var due = new Option<bool>("--due") { Description = "Only those whose secret is due to be replaced." };
        var command = new DocumentedCommand(
            "connections",
            "List the connections of the hub and of its projects: who made each, when it was last used, when its secret expires, what is due to be replaced.",
            "atrium connections\natrium connections --due -o json")
        {
            due, data, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            var workspace = hub.ResourceGroup.Resource("Microsoft.MachineLearningServices/workspaces", hub.Installation.Hub!);
            var audit = await hub.CallAsync(HttpMethod.Get, $"{workspace}/connectionAudit{Version}{(parsed.GetValue(due) ? "&due=true" : "")}", body: null, cancellationToken);
            Show(audit, parsed.GetValue(output) == "json");
        });
        return command;
    }

    private static void Show(JsonObject audit, bool json)
    {
        if (json)
        {
            Console.WriteLine(audit.ToJsonString(new() { WriteIndented = true }));
            return;
        }

        var rows = audit["value"]!.AsArray().Select(row => (IReadOnlyList<string>)
        [
            NameOf((string?)row!["workspace"]),
            (string?)row["name"] ?? "",
            (string?)row["category"] ?? "",
            (string?)row["createdBy"] ?? "",
            row["lastUsed"] is null ? "never" : Day(row["lastUsed"]!["at"]),
            (string?)row["lastUsed"]?["byName"] ?? (string?)row["lastUsed"]?["by"] ?? "",
            (string?)row["health"]?["result"] ?? "not tested",
            Day(row["secret"]?["expiresAt"]),
            (string?)row["rotation"]?["reason"] ?? "",
        ]).ToList();
        if (rows.Count == 0)
        {
            Console.WriteLine("There are none.");
            return;
        }

        Table.Write(["workspace", "connection", "category", "made by", "last used", "by", "test", "expires", "due"], rows);
    }

    private static string NameOf(string? id) => id is null ? "" : id[(id.LastIndexOf('/') + 1)..];

    private static string Day(JsonNode? time) => (string?)time is { Length: >= 10 } text ? text[..10] : "";
}
