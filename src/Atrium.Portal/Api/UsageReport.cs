using System.Text.Json.Nodes;
using Atrium.Portal.Frame;

namespace Atrium.Portal.Api;

/// <summary>The calls of a day.</summary>
public sealed record UsageDay(DateOnly Day, long Calls, long Failed, long TokensIn, long TokensOut);

/// <summary>The calls of a project, key, deployment, model or tag.</summary>
public sealed record UsageTotal(string Value, long Calls, long Failed, long TokensIn, long TokensOut);

/// <summary>What a hub or project was used for.</summary>
public static class UsageReport
{
    /// <summary>Day by day up to today, days without a call too; null when the user may not see it.</summary>
    public static async Task<IReadOnlyList<UsageDay>?> DaysAsync(
        HubApi api, WorkspaceView view, DateTimeOffset now, int days, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var from = new DateTimeOffset(now.UtcDateTime.Date.AddDays(1 - days), TimeSpan.Zero);
        if (await SumAsync(api, view, "day", from, cancellationToken) is not { } totals)
        {
            return null;
        }

        var known = totals.ToDictionary(t => t.Value[..Math.Min(10, t.Value.Length)]);
        return [.. Enumerable.Range(0, days).Select(i => DateOnly.FromDateTime(from.UtcDateTime).AddDays(i)).Select(day =>
            known.TryGetValue(day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), out var t)
                ? new UsageDay(day, t.Calls, t.Failed, t.TokensIn, t.TokensOut)
                : new(day, 0, 0, 0, 0))];
    }

    /// <summary>Sums by a dimension; null when the user may not see them.</summary>
    public static async Task<IReadOnlyList<UsageTotal>?> SumAsync(HubApi api, WorkspaceView view, string by, DateTimeOffset from, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(view);
        if (!view.Self.IsProject && view.Account is null)
        {
            return [];
        }

        var answer = await api.FindAsync(ApiPaths.UsageTotals(view.Id, view.Self.IsProject ? null : view.Account, by, from), cancellationToken);
        return answer is null ? null : [.. (answer["value"] as JsonArray ?? []).OfType<JsonObject>().Select(t => new UsageTotal(
            t["value"]?.ToString() ?? "", (long)t["calls"]!, (long)t["failed"]!, (long)t["tokensIn"]!, (long)t["tokensOut"]!))];
    }
}
