using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Audit;

/// <summary>The activity log by its published API, its export, and the check of its chain.</summary>
internal sealed class ActivityApi(IAtriumStore store, IAccessControl access, Hosting.Instance.ServerAddresses addresses)
{
    private const string ReadAction = "Microsoft.Insights/eventtypes/values/read";
    private const string ManagementValues = "Microsoft.Insights/eventtypes/management/values";
    private const int PageSize = 200;
    private const int MostScanned = 5000;
    private const int BatchSize = 500;
    private static readonly ImmutableArray<string> Versions = ["2015-04-01", "2014-04-01", "2017-03-01-preview"];
    private static readonly ImmutableArray<string> OwnVersions = ["2026-11-01"];

    /// <summary>ActivityLogs_List, newest first. The right is asked for where the filter points, so whoever has a project reads what was done in it.</summary>
    public Task<IResult> ListAsync(string subscriptionId, HttpContext context, CancellationToken cancellationToken) =>
        ListAsync(ResourceId.OfSubscription(subscriptionId), context, cancellationToken);

    /// <summary>TenantActivityLogs_List: the rows that belong to no subscription too.</summary>
    public Task<IResult> ListTenantAsync(HttpContext context, CancellationToken cancellationToken) => ListAsync(ResourceId.Tenant, context, cancellationToken);

    /// <summary>EventCategories_List.</summary>
    public static IResult ListCategories() => Results.Json(new JsonObject { ["value"] = new JsonArray(new JsonObject { ["value"] = "Administrative", ["localizedValue"] = "Administrative" }) });

    /// <summary>Rows as JSON lines or CloudEvents, oldest first, all at once.</summary>
    public async Task ExportAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, OwnVersions);
        await access.DemandAsync(request.Caller, ReadAction, ResourceId.Tenant, cancellationToken);
        var filter = ActivityFilter.Read(request.Query["$filter"].FirstOrDefault());
        var after = ReadNumber(request.Query, "after");
        var format = request.Query["format"].FirstOrDefault() ?? "jsonlines";
        if (format is not ("jsonlines" or "cloudevents"))
        {
            throw ApiException.Invalid("format", $"'format' must be jsonlines or cloudevents; found '{format}'.");
        }

        context.Response.ContentType = format == "cloudevents" ? "application/cloudevents+json-seq; charset=utf-8" : "application/x-ndjson; charset=utf-8";
        while (await store.ListActivityAfterAsync(after, BatchSize, cancellationToken) is { Count: > 0 } rows)
        {
            var lines = new StringBuilder();
            foreach (var row in rows.Where(row => filter.Matches(row) && !(row.Time < filter.From) && !(row.Time >= filter.To)))
            {
                lines.Append((format == "cloudevents" ? ActivityEvents.ToCloudEvent(row, addresses.Https) : ActivityEvents.ToLine(row)).ToJsonString()).Append('\n');
            }

            await context.Response.WriteAsync(lines.ToString(), cancellationToken);
            after = rows[^1].Sequence;
        }
    }

    /// <summary>Whether the log is whole: <c>atrium audit verify</c> over HTTP.</summary>
    public async Task<IResult> VerifyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, OwnVersions);
        await access.DemandAsync(request.Caller, ReadAction, ResourceId.Tenant, cancellationToken);
        return Results.Json(ToView(await store.VerifyActivityAsync(cancellationToken)));
    }

    public static JsonObject ToView(ActivityVerdict verdict) => new()
    {
        ["intact"] = verdict.FirstBad is null,
        ["checked"] = verdict.Checked,
        ["unchained"] = verdict.Unchained,
        ["lastRow"] = verdict.Head.Sequence,
        ["firstBadRow"] = verdict.FirstBad,
        ["problem"] = verdict.Wrong,
    };

    private async Task<IResult> ListAsync(ResourceId root, HttpContext context, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, Versions);
        var filter = ActivityFilter.Read(request.Query["$filter"].FirstOrDefault());
        var scope = ScopeOf(root, filter);
        await access.DemandAsync(request.Caller, ReadAction, scope, cancellationToken);
        var fields = request.Query["$select"].FirstOrDefault()?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var query = new ActivityQuery
        {
            ResourcePrefix = scope.Parent is null ? "" : scope.Text, From = filter.From, To = filter.To, Before = ReadToken(request.Query["$skiptoken"].FirstOrDefault()), Take = BatchSize,
        };
        var (events, scanned, next) = (new JsonArray(), 0, (long?)null);
        while (next is null && await store.ListActivityAsync(query, cancellationToken) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                if (events.Count == PageSize || scanned == MostScanned)
                {
                    // Who asks on goes on from here; a page may be short, or even empty, where few rows fit.
                    next = row.Sequence + 1;
                    break;
                }

                scanned++;
                if (filter.Matches(row) && Holds(scope, row.ResourceId))
                {
                    events.Add(Select(ActivityEvents.ToEventData(row), fields));
                }
            }

            query = query with { Before = rows[^1].Sequence };
        }

        var body = new JsonObject { ["value"] = events };
        if (next is { } before)
        {
            var place = root.Parent is null ? "" : root.Text;
            var rest = new QueryString().Add("api-version", request.ApiVersion);
            foreach (var name in (string[])["$filter", "$select"])
            {
                rest = request.Query[name].FirstOrDefault() is { Length: > 0 } value ? rest.Add(name, value) : rest;
            }

            body["nextLink"] = $"{request.BaseUri}{place}/providers/{ManagementValues}{rest.Add("$skiptoken", before.ToString(CultureInfo.InvariantCulture))}";
        }

        return Results.Json(body);
    }

    /// <summary>The narrowest place that the filter names.</summary>
    private static ResourceId ScopeOf(ResourceId root, ActivityFilter filter)
    {
        if (filter.Resource is { } resource)
        {
            return root.Contains(resource) ? resource : throw ApiException.Invalid("$filter", $"'{resource}' does not lie in '{root}'.");
        }

        return filter.ResourceGroup is { } group && root.IsOfType(ResourceId.SubscriptionType) ? root.Group(group) : root;
    }

    private static bool Holds(ResourceId scope, string id) =>
        scope.Parent is null || id.Equals(scope.Text, StringComparison.OrdinalIgnoreCase) || id.StartsWith(scope.ChildPrefix, StringComparison.OrdinalIgnoreCase);

    private static JsonObject Select(JsonObject data, string[]? fields)
    {
        foreach (var name in fields is null ? [] : data.Select(member => member.Key).Except(fields, StringComparer.OrdinalIgnoreCase).ToArray())
        {
            data.Remove(name);
        }

        return data;
    }

    private static long? ReadToken(string? token) => string.IsNullOrEmpty(token) ? null
        : long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before
        : throw ApiException.BadRequest("InvalidSkipToken", "'$skiptoken' is not one that a 'nextLink' gave.", "$skiptoken");

    private static long ReadNumber(IQueryCollection query, string name) => query[name].FirstOrDefault() is not { Length: > 0 } text ? 0
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiException.Invalid(name, $"'{name}' must be the number of a row; found '{text}'.");
}
