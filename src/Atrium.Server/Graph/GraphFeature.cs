using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Graph;

/// <summary>
/// Finds resources over all subscriptions and groups that the caller may read, in memory and with their number (Microsoft.ResourceGraph, resources). A caller without
/// any role finds nothing.
/// </summary>
internal static class GraphFeature
{
    private const int LargestPage = 1000;
    private static readonly ImmutableArray<string> Versions = ["2021-03-01", "2022-10-01", "2024-04-01"];

    public static IServiceCollection AddGraphFeature(this IServiceCollection services) =>
        services.AddSingleton<GraphState>().AddHostedService<GraphWarmUp>();

    public static void MapGraphFeature(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/providers/Microsoft.ResourceGraph/resources", FindAsync).WithTags("Resource graph");

    private static async Task<IResult> FindAsync(
        HttpContext context, GraphState state, IAtriumStore store, ResourceCatalog catalog, IAccessControl access, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, Versions);
        var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? throw ApiException.BadRequest("InvalidRequestContent", "The request has no body.");
        var query = GraphQuery.Parse(body["query"] is JsonValue text && text.TryGetValue<string>(out var found) ? found
            : throw ApiException.Invalid("query", "'query' is required, such as \"resources | where type =~ 'microsoft.machinelearningservices/workspaces'\".", ProblemCodes.Required));
        var (skip, top) = (ReadNumber(body, "$skip", 0, int.MaxValue, 0), ReadNumber(body, "$top", 1, LargestPage, LargestPage));
        var subscriptions = ReadSubscriptions(body);
        var match = (await state.ReadAsync(cancellationToken)).Match(query);
        var reach = await GraphReach.OfAsync(request.Caller, match.Types, access, cancellationToken);
        var rows = reach.IsEverything && subscriptions is null
            ? match.Rows
            : [.. match.Rows.Where(row => subscriptions?.Contains(row.SubscriptionId) != false && reach.Holds(row))];
        if (query.Counts)
        {
            return Show(1, [new JsonObject { ["Count"] = rows.Count }], 1);
        }

        if (query.Order is { } order)
        {
            rows = [.. rows.Order(Comparer<GraphRow>.Create(order))];
        }

        var total = Math.Min(rows.Count, query.Limit ?? int.MaxValue);
        var page = rows.Take(total).Skip(skip).Take(top).ToList();
        var data = new List<JsonObject>(page.Count);
        var reader = new ResourceReader(store);
        foreach (var row in page)
        {
            data.Add(query.Columns is { } columns ? Project(row, columns) : await ViewAsync(row, catalog, reader, cancellationToken));
        }

        return Show(total, data, skip + page.Count);
    }

    private static IResult Show(int total, List<JsonObject> data, int seen) => Results.Json(new JsonObject
    {
        ["totalRecords"] = total,
        ["count"] = data.Count,
        ["resultTruncated"] = seen < total ? "true" : "false",
        ["facets"] = new JsonArray(),
        ["data"] = new JsonArray([.. data]),
    });

    private static JsonObject Project(GraphRow row, IReadOnlyList<string> columns)
    {
        var shown = new JsonObject();
        foreach (var column in columns)
        {
            // As published: a dot of a path becomes an underscore in the name of its column.
            shown[column.Replace('.', '_')] = GraphFields.Find(column)!(row);
        }

        return shown;
    }

    private static async ValueTask<JsonObject> ViewAsync(GraphRow row, ResourceCatalog catalog, ResourceReader reader, CancellationToken cancellationToken)
    {
        if (catalog.Find(row.Type) is not { } type || await reader.FindAsync(ResourceId.Parse(row.Id), cancellationToken) is not { } resource)
        {
            return Project(row, ["id", "name", "type"]);
        }

        var view = await ResourceQueries.ViewAsync(type, resource, reader, cancellationToken);
        (view["resourceGroup"], view["subscriptionId"]) = (row.ResourceGroup, row.SubscriptionId);
        return view;
    }

    private static int ReadNumber(JsonObject body, string name, int least, int most, int standard) => (body["options"] as JsonObject)?[name] is not { } value ? standard
        : value is JsonValue number && number.TryGetValue<int>(out var read) && read >= least && read <= most ? read
        : throw ApiException.Invalid($"options.{name}", $"'options.{name}' must be a whole number from {least} to {most}.");

    private static HashSet<string>? ReadSubscriptions(JsonObject body) => body["subscriptions"] switch
    {
        null => null,
        JsonArray list when list.All(s => s is JsonValue value && value.TryGetValue<string>(out _)) => list.Select(s => (string)s!).ToHashSet(StringComparer.OrdinalIgnoreCase),
        _ => throw ApiException.Invalid("subscriptions", "'subscriptions' must be a list of subscription ids."),
    };
}
