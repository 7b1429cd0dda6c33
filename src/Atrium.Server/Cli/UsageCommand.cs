using System.CommandLine;
using System.Text.Json.Nodes;

namespace Atrium.Server.Cli;

/// <summary>Sums what the data plane was used for.</summary>
internal static class UsageCommand
{
    public static Command Create()
    {
        var (data, output) = (CommonOptions.Data(), CommonOptions.Output());
        var by = new Option<string>("--by") { Description = "By what: project, key, deployment, model, tag or day.", DefaultValueFactory = _ => "project" };
        by.AcceptOnlyFromAmong("none", "project", "key", "deployment", "model", "tag", "day");
        var tag = new Option<string?>("--tag") { Description = "The tag's name, with --by tag." };
        var from = new Option<string?>("--from") { Description = "Not before, such as 2026-11-01. Default: 30 days before --to." };
        var to = new Option<string?>("--to") { Description = "Before. Default: now." };
        var subscription = new Option<string?>("--subscription") { Description = "Whose usage. Default: the hub's first subscription.", HelpName = "ID" };
        var command = new DocumentedCommand(
            "usage",
            "Show calls and tokens of a period, by project, key, deployment, model, tag or day.",
            "atrium usage\natrium usage --by key --from 2026-11-01\natrium usage --by tag --tag team -o json")
        {
            by, tag, from, to, subscription, data, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            var query = new QueryString("?api-version=2026-11-01").Add("by", parsed.GetValue(by)!);
            foreach (var (name, value) in new[] { ("tag", parsed.GetValue(tag)), ("from", parsed.GetValue(from)), ("to", parsed.GetValue(to)) })
            {
                query = value is null ? query : query.Add(name, value);
            }

            var path = $"/subscriptions/{parsed.GetValue(subscription) ?? hub.Installation.SubscriptionId}/providers/Atrium.Usage/totals{query}";
            Show(await hub.CallAsync(HttpMethod.Get, path, body: null, cancellationToken), parsed.GetValue(output) == "json");
        });
        return command;
    }

    private static void Show(JsonObject totals, bool json)
    {
        if (json)
        {
            Console.WriteLine(totals.ToJsonString(new() { WriteIndented = true }));
            return;
        }

        var rows = totals["value"]!.AsArray().Select(t => (IReadOnlyList<string>)
        [
            (string?)t!["value"] is { Length: > 0 } value ? value[(value.LastIndexOf('/') + 1)..] : "(none)",
            t["calls"]!.ToString(),
            t["failed"]!.ToString(),
            t["tokensIn"]!.ToString(),
            t["tokensOut"]!.ToString(),
        ]).ToList();
        if (rows.Count == 0)
        {
            Console.WriteLine("No call was made in this period.");
            return;
        }

        Table.Write([totals["by"]!.ToString(), "calls", "failed", "tokens in", "tokens out"], rows);
    }
}
