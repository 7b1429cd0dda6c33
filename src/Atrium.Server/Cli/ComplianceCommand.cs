using System.CommandLine;
using System.Text.Json.Nodes;

namespace Atrium.Server.Cli;

/// <summary>Shows what is not as the policies want it.</summary>
internal static class ComplianceCommand
{
    private const string Path = "/providers/Microsoft.PolicyInsights/policyStates/latest/";
    private const string Version = "?api-version=2019-10-01";

    public static Command Create()
    {
        var (data, output) = (CommonOptions.Data(), CommonOptions.Output());
        var scope = new Option<string?>("--scope") { Description = "Where: the id of a subscription, a resource group or a resource. Default: the hub, its projects and its account.", HelpName = "ID" };
        var command = new DocumentedCommand(
            "compliance",
            "List what is not as the policies assigned to it want it. Exit code 0 when everything is, 1 when not.",
            "atrium compliance\natrium compliance --scope /subscriptions/... -o json")
        {
            scope, data, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            var place = parsed.GetValue(scope)?.TrimEnd('/') ?? hub.ResourceGroup.Resource("Microsoft.MachineLearningServices/workspaces", hub.Installation.Hub!).Text;
            var summary = await hub.CallAsync(HttpMethod.Post, $"{place}{Path}summarize{Version}", body: null, cancellationToken);
            var filter = Uri.EscapeDataString("complianceState eq 'NonCompliant'");
            var states = await hub.CallAsync(HttpMethod.Post, $"{place}{Path}queryResults{Version}&$filter={filter}", body: null, cancellationToken);
            Show(hub, summary["value"]![0]!["results"]!, states, parsed.GetValue(output) == "json");
            return states["value"]!.AsArray().Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static void Show(HubApi hub, JsonNode results, JsonObject states, bool json)
    {
        if (json)
        {
            Console.WriteLine(states.ToJsonString(new() { WriteIndented = true }));
            return;
        }

        var details = results["resourceDetails"]!.AsArray().ToDictionary(d => (string)d!["complianceState"]!, d => (int)d!["count"]!);
        if (details.Values.Sum() == 0)
        {
            Console.WriteLine("No policy looks at anything here. 'docs/policies.md' says how one is assigned.");
            return;
        }

        Console.WriteLine($"{details["compliant"]} resources are as the policies want them, {details["noncompliant"]} are not.");
        if (states["value"]!.AsArray() is { Count: > 0 } rows)
        {
            Table.Write(["resource", "policy", "effect", "assigned at"], rows.Select(row => (IReadOnlyList<string>)
            [
                hub.Short((string)row!["resourceId"]!),
                (string)row["policyAssignmentName"]!,
                (string)row["policyDefinitionAction"]!,
                hub.Short((string)row["policyAssignmentScope"]!),
            ]));
        }
    }
}
