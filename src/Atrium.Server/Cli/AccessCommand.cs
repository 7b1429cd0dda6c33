using System.CommandLine;
using System.Text.Json.Nodes;

namespace Atrium.Server.Cli;

/// <summary>Shows who may do what at a scope, and through which assignment.</summary>
internal static class AccessCommand
{
    private const string Version = "?api-version=2026-11-01";

    public static Command Create()
    {
        var (data, output) = (CommonOptions.Data(), CommonOptions.Output());
        var project = new Option<string?>("--project") { Description = "In a project. Default: in the hub." };
        var scope = new Option<string?>("--scope") { Description = "Anywhere else: '/' or the id of a resource.", HelpName = "ID" };
        var action = new Option<string?>("--can") { Description = "Only who may do this action.", HelpName = "ACTION" };
        var dataAction = new Option<string?>("--can-data") { Description = "Only who may do this data action.", HelpName = "ACTION" };
        var command = new DocumentedCommand(
            "access",
            "List who may do what in the hub, a project or anywhere else, and through which role assignment; what is denied, and by which deny assignment.",
            "atrium access --project chat\natrium access --can Microsoft.MachineLearningServices/workspaces/connections/listsecrets/action -o json")
        {
            project, scope, action, dataAction, data, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            var workspace = hub.ResourceGroup.Resource("Microsoft.MachineLearningServices/workspaces", parsed.GetValue(project) ?? hub.Installation.Hub!).Text;
            var place = (parsed.GetValue(scope) ?? workspace).TrimEnd('/');
            var asked = Asked("action", parsed.GetValue(action)) + Asked("dataAction", parsed.GetValue(dataAction));
            var found = new JsonArray();
            for (var page = $"{place}/providers/Atrium.Authorization/access{Version}{asked}"; page is not null;)
            {
                var answer = await hub.CallAsync(HttpMethod.Get, page, body: null, cancellationToken);
                foreach (var row in answer["value"]!.AsArray())
                {
                    found.Add(row!.DeepClone());
                }

                page = (string?)answer["nextLink"] is { } next ? new Uri(next).PathAndQuery : null;
            }

            Show(hub, found, parsed.GetValue(output) == "json");
        });
        return command;
    }

    private static string Asked(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static void Show(HubApi hub, JsonArray found, bool json)
    {
        if (json)
        {
            Console.WriteLine(new JsonObject { ["value"] = found }.ToJsonString(new() { WriteIndented = true }));
            return;
        }

        if (found.Count == 0)
        {
            Console.WriteLine("Nobody.");
            return;
        }

        Table.Write(["who", "type", "may", "from", "through", "if"], found.SelectMany(row => Rows(hub, row)));
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(HubApi hub, JsonNode? row)
    {
        var (who, type) = (NameOf(row), (string?)row!["principalType"] ?? "");
        foreach (var given in row["given"]!.AsArray())
        {
            yield return [who, type, (string)given!["roleName"]!, hub.Short((string)given["scope"]!), NameOf(given["through"]), (string?)given["condition"] ?? ""];
        }

        foreach (var denied in row["denied"]!.AsArray())
        {
            yield return [who, type, $"denied: {(string)denied!["denyAssignmentName"]!}", hub.Short((string)denied["scope"]!), NameOf(denied["through"]), (string?)denied["condition"] ?? ""];
        }
    }

    private static string NameOf(JsonNode? principal) => (string?)principal?["displayName"] ?? (string?)principal?["principalId"] ?? "";
}
