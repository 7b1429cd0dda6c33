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
    private const int MostRows = 1000;
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
        var rows = (await store.ListUsageAsync(query, MostRows, cancellationToken)).Select(r => new JsonObject
        {
            ["id"] = r.Id,
            ["time"] = r.Time.UtcDateTime,
            ["account"] = r.Account,
            ["project"] = r.Project,
            ["caller"] = r.Caller,
            ["operation"] = r.Operation,
            ["deployment"] = r.Deployment,
            ["model"] = r.Model,
            ["tokensIn"] = r.TokensIn,
            ["tokensOut"] = r.TokensOut,
            ["latencyMilliseconds"] = r.LatencyMilliseconds,
            ["status"] = r.Status,
            ["tags"] = r.Tags.Length == 0 ? null : JsonNode.Parse(r.Tags),
        });
        return Results.Json(new JsonObject { ["value"] = new JsonArray([.. rows]) });
    }

    /// <summary>The right is asked for where the question points: at the project, else at the account, else at the tenant, for the sums of all subscriptions are one.</summary>
    private static async ValueTask<UsageQuery> ReadAsync(
        string subscriptionId, HttpContext context, IAccessControl access, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, ["2026-11-01"]);
        var (account, project) = (ReadId(request.Query, "account"), ReadId(request.Query, "project"));
        await access.DemandAsync(request.Caller, ReadTotals, project ?? account ?? ResourceId.OfSubscription(subscriptionId), cancellationToken);
        if (project is null && account is null)
        {
            await access.DemandAsync(request.Caller, ReadTotals, ResourceId.Tenant, cancellationToken);
        }

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
        return new() { From = ReadTime(request.Query, "from") ?? to - DefaultPeriod, To = to, By = dimension, Tag = tag, Account = account?.Key, Project = project?.Key };
    }

    private static ResourceId? ReadId(IQueryCollection query, string name) => query[name].FirstOrDefault() is not { Length: > 0 } text ? null
        : ResourceId.TryParse(text, out var id, out var error) ? id
        : throw ApiException.Invalid(name, $"'{name}' must be a resource id. {error}");

    private static DateTimeOffset? ReadTime(IQueryCollection query, string name) => query[name].FirstOrDefault() is not { Length: > 0 } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw ApiException.Invalid(name, $"'{name}' must be a time such as 2026-01-31T12:00:00Z; found '{text}'.");
}
