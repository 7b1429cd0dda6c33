using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Portal.Frame;

namespace Atrium.Portal.Api;

/// <summary>The activity log of a hub or project and of what is nested in it, newest first, page by page. A hub's has that of its AI services account with it: its keys are the hub's keys.</summary>
public sealed class ActivityLog
{
    private readonly HubApi api;
    private readonly IReadOnlyList<Part> parts;

    private ActivityLog(HubApi api, IReadOnlyList<Part> parts) => (this.api, this.parts) = (api, parts);

    /// <summary>What was read. Where one part has older rows that were not, the other's are kept back to that time: no row comes in between later.</summary>
    public IReadOnlyList<ActivityEvent> Rows
    {
        get
        {
            var complete = parts.Where(part => part.Next is not null).Select(part => part.Rows[^1].Time).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
            return [.. parts.SelectMany(part => part.Rows).Where(row => row.Time >= complete).OrderByDescending(row => row.Time)];
        }
    }

    /// <summary>Whether there are older ones.</summary>
    public bool HasMore => parts.Any(part => part.Next is not null);

    /// <summary>Reads the newest page; null where the user may not see it.</summary>
    /// <param name="api">The public API.</param>
    /// <param name="view">The hub or project.</param>
    /// <param name="conditions">Further conditions of the published filter; none for all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<ActivityLog?> OpenAsync(HubApi api, WorkspaceView view, IReadOnlyList<string> conditions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(view);
        ResourceId[] about = [view.Id, .. view is { Self.IsHub: true, Account: { } account } ? [account] : Array.Empty<ResourceId>()];
        var answers = await Task.WhenAll(about.Select(id => api.FindAsync(
            ApiPaths.Activity(view.Id.Subscription!, string.Join(" and ", conditions.Prepend($"resourceUri eq '{Quote(id.Text)}'"))), cancellationToken)));
        if (answers[0] is null)
        {
            return null;
        }

        var log = new ActivityLog(api, [.. answers.Select(_ => new Part())]);
        foreach (var (part, answer) in log.parts.Zip(answers))
        {
            log.Add(part, answer ?? []);
        }

        return log;
    }

    /// <summary>A text within a condition.</summary>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace("'", "''", StringComparison.Ordinal);
    }

    /// <summary>Reads the next page.</summary>
    public async Task ReadMoreAsync(CancellationToken cancellationToken)
    {
        foreach (var part in parts.Where(part => part.Next is not null))
        {
            Add(part, await api.GetAsync(part.Next!, cancellationToken));
        }
    }

    private void Add(Part part, JsonObject answer)
    {
        part.Rows.AddRange((answer["value"] as JsonArray ?? []).OfType<JsonObject>().Select(ActivityEvent.Read));
        part.Next = part.Rows.Count > 0 ? api.NextOf(answer) : null;
    }

    private sealed class Part
    {
        public List<ActivityEvent> Rows { get; } = [];

        public string? Next { get; set; }
    }
}
