using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Usage;

/// <summary>What the data plane was used for: totals and rows.</summary>
internal static class UsageFeature
{
    private const string ReadTotals = "Atrium.Usage/totals/read";
    private const int PageSize = 1000;
    private static readonly TimeSpan DefaultPeriod = TimeSpan.FromDays(30);

    public static IServiceCollection AddUsageFeature(this IServiceCollection services) => services
        .AddSingleton<UsageJournal>()
        .AddHostedService(provider => provider.GetRequiredService<UsageJournal>());

    public static void MapUsageFeature(this IEndpointRouteBuilder routes)
    {
        var usage = routes.MapGroup("/subscriptions/{subscriptionId}/providers/Atrium.Usage").WithTags("Usage");
        usage.MapGet("/totals", SumAsync);
        usage.MapGet("/rows", ListAsync);
    }

    private static async Task<IResult> SumAsync(
        string subscriptionId, HttpContext context, IAtriumStore store, IAccessControl access, UsageJournal journal, TimeProvider clock, CancellationToken cancellationToken)
    {
        var query = await ReadAsync(subscriptionId, context, access, clock, cancellationToken);
        await journal.FlushAsync(cancellationToken);
        var totals = (await store.SumUsageAsync(query, cancellationToken)).Select(t => new JsonObject
        {
            ["value"] = t.Value,
            ["calls"] = t.Calls,
            ["failed"] = t.Failed,
            ["tokensIn"] = t.TokensIn,
            ["tokensOut"] = t.TokensOut,
        });
        return Results.Json(new JsonObject
        {
            ["from"] = query.From.UtcDateTime,
            ["to"] = query.To.UtcDateTime,
            ["by"] = query.By.ToString().ToLowerInvariant(),
            ["value"] = new JsonArray([.. totals]),
        });
    }

    private static async Task<IResult> ListAsync(
        string subscriptionId, HttpContext context, IAtriumStore store, IAccessControl access, UsageJournal journal, TimeProvider clock, CancellationToken cancellationToken)
    {
        var query = await ReadAsync(subscriptionId, context, access, clock, cancellationToken);
        await journal.FlushAsync(cancellationToken);
        var after = UsagePage.Read(context.Request.Query[UsagePage.Token].FirstOrDefault());
        var rows = await store.ListUsageAsync(query with { After = after }, PageSize + 1, cancellationToken);
        var page = new JsonObject { ["value"] = new JsonArray([.. rows.Take(PageSize).Select(ToView)]) };
        if (rows.Count > PageSize)
        {
            page["nextLink"] = UsagePage.NextLink(context.Request, query, rows[PageSize - 1]);
        }

        return Results.Json(page);
    }

    private static JsonNode ToView(UsageRow row) => new JsonObject
    {
        ["id"] = row.Id,
        ["time"] = row.Time.UtcDateTime,
        ["account"] = row.Account,
        ["project"] = row.Project,
        ["caller"] = row.Caller,
        ["operation"] = row.Operation,
        ["deployment"] = row.Deployment,
        ["model"] = row.Model,
        ["tokensIn"] = row.TokensIn,
        ["tokensOut"] = row.TokensOut,
        ["latencyMilliseconds"] = row.LatencyMilliseconds,
        ["status"] = row.Status,
        ["tags"] = row.Tags.Length == 0 ? null : JsonNode.Parse(row.Tags),
    };

    /// <summary>What is asked for lies in the subscription. The right is asked for where the question points: at the project, else at the account, else at the subscription.</summary>
    private static async ValueTask<UsageQuery> ReadAsync(
        string subscriptionId, HttpContext context, IAccessControl access, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, ["2026-11-01"]);
        var subscription = ResourceId.OfSubscription(subscriptionId);
        var (account, project) = (ReadId(request.Query, "account", subscription), ReadId(request.Query, "project", subscription));
        await access.DemandAsync(request.Caller, ReadTotals, project ?? account ?? subscription, cancellationToken);

        var by = request.Query["by"].FirstOrDefault() ?? "none";
        var word = by.Equals("key", StringComparison.OrdinalIgnoreCase) ? "caller" : by;
        if (!Enum.TryParse<UsageDimension>(word, ignoreCase: true, out var dimension) || int.TryParse(word, out _))
        {
            throw ApiException.Invalid("by", $"'by' must be one of none, project, key, deployment, model, tag, day; found '{by}'.");
        }

        var tag = request.Query["tag"].FirstOrDefault();
        if (dimension is UsageDimension.Tag && string.IsNullOrEmpty(tag))
        {
            throw ApiException.Invalid("tag", "'tag' is required with by=tag: the name of the tag.", ProblemCodes.Required);
        }

        var to = ReadTime(request.Query, "to") ?? clock.GetUtcNow().AddMinutes(1);
        var from = ReadTime(request.Query, "from") ?? (to > DateTimeOffset.MinValue + DefaultPeriod ? to - DefaultPeriod : DateTimeOffset.MinValue);
        return from < to
            ? new() { From = from, To = to, By = dimension, Tag = tag, Account = account?.Key, Project = project?.Key, Prefix = subscription.ChildPrefix }
            : throw ApiException.Invalid("from", $"'from' must be before 'to', which is {to.UtcDateTime:O}; found {from.UtcDateTime:O}.");
    }

    private static ResourceId? ReadId(IQueryCollection query, string name, ResourceId subscription)
    {
        if (query[name].FirstOrDefault() is not { Length: > 0 } text)
        {
            return null;
        }

        if (!ResourceId.TryParse(text, out var id, out var error))
        {
            throw ApiException.Invalid(name, $"'{name}' must be a resource id. {error}");
        }

        return subscription.Contains(id) ? id : throw ApiException.Invalid(name, $"'{name}' must lie in '{subscription}'; found '{id}'.");
    }

    private static DateTimeOffset? ReadTime(IQueryCollection query, string name) => query[name].FirstOrDefault() is not { Length: > 0 } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw ApiException.Invalid(name, $"'{name}' must be a time such as 2026-01-31T12:00:00Z; found '{text}'.");
}
