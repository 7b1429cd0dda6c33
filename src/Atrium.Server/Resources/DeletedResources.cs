using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;

namespace Atrium.Server.Resources;

/// <summary>
/// The soft-deleted resources of a type, at the published places: a list in the subscription, and one by location, with or without its resource group, to look at,
/// or to purge by DELETE or POST.
/// </summary>
internal static class DeletedResources
{
    private const int PageSize = 200;

    /// <summary>The names that the types' <see cref="SoftDelete"/> rules give. The types themselves are made later than the routes.</summary>
    private static readonly string[] Collections = ["deletedWorkspaces", "deletedAccounts", "deletedVaults"];

    public static void MapDeletedResources(this IEndpointRouteBuilder routes)
    {
        const string provider = "/subscriptions/{subscriptionId}/providers/{provider}";
        foreach (var collection in Collections)
        {
            routes.MapGet($"{provider}/{collection}", ListAsync).WithTags("Deleted resources");
            foreach (var place in (string[])["/locations/{location}", "/locations/{location}/resourceGroups/{group}"])
            {
                var one = $"{provider}{place}/{collection}/{{name}}";
                routes.MapGet(one, GetAsync).WithTags("Deleted resources");
                routes.MapDelete(one, PurgeAsync).WithTags("Deleted resources");
                routes.MapPost($"{one}/purge", PurgeAsync).WithTags("Deleted resources");
            }
        }
    }

    private static async Task<IResult> ListAsync(
        string subscriptionId, string provider, HttpContext context, ResourceCatalog catalog, IAtriumStore store, IAccessControl access, CancellationToken cancellationToken)
    {
        var type = Find(provider, context, catalog);
        var request = ResourceRequests.Read(context, type.ApiVersions);
        var subscription = ResourceId.OfSubscription(subscriptionId);
        await access.DemandAsync(request.Caller, $"{type.OperationName}/read", subscription, cancellationToken);
        var reader = new ResourceReader(store);
        var items = new JsonArray();
        var query = new ResourceQuery { Type = type.Name.ToLowerInvariant(), KeyPrefix = subscription.ChildPrefix, Deleted = true, Take = PageSize };
        await foreach (var deleted in reader.AllAsync(query, cancellationToken))
        {
            items.Add(await ShowAsync(type, deleted, reader, cancellationToken));
        }

        return Results.Json(new JsonObject { ["value"] = items });
    }

    private static async Task<IResult> GetAsync(
        string subscriptionId, string provider, string name, HttpContext context,
        ResourceCatalog catalog, IAtriumStore store, IAccessControl access, CancellationToken cancellationToken)
    {
        var (type, deleted, _) = await FindAsync(subscriptionId, provider, name, "read", context, catalog, store, access, cancellationToken);
        return deleted is null
            ? throw ApiException.NotFound("DeletedResourceNotFound", $"There is no deleted {type.Name} '{name}'.")
            : Results.Json(await ShowAsync(type, deleted, new(store), cancellationToken));
    }

    private static async Task<IResult> PurgeAsync(
        string subscriptionId, string provider, string name, HttpContext context,
        ResourceCatalog catalog, IAtriumStore store, IAccessControl access, ResourceRemover remover, CancellationToken cancellationToken)
    {
        var (type, deleted, request) = await FindAsync(subscriptionId, provider, name, "delete", context, catalog, store, access, cancellationToken);
        if (deleted is null)
        {
            return Results.NoContent();
        }

        if (deleted.Properties["enablePurgeProtection"]?.GetValue<bool>() == true)
        {
            throw ApiException.Conflict("PurgeProtected", $"'{deleted.Id}' has purge protection: it goes at {deleted.Stored.PurgeAt:u}, not before. It can be recovered.");
        }

        await remover.RemoveAsync(deleted, purge: true, request.Caller.ObjectId, request.CorrelationId, cancellationToken);
        return Results.Ok();
    }

    private static async Task<(ResourceType Type, Resource? Deleted, ResourceRequest Request)> FindAsync(
        string subscriptionId, string provider, string name, string verb, HttpContext context,
        ResourceCatalog catalog, IAtriumStore store, IAccessControl access, CancellationToken cancellationToken)
    {
        var type = Find(provider, context, catalog);
        var request = ResourceRequests.Read(context, type.ApiVersions);
        var scope = ResourceId.OfSubscription(subscriptionId);
        if (context.Request.RouteValues["group"] is string group)
        {
            scope = scope.Group(group);
        }

        await access.DemandAsync(request.Caller, $"{type.OperationName}/{verb}", scope, cancellationToken);
        var query = new ResourceQuery { Type = type.Name.ToLowerInvariant(), KeyPrefix = scope.ChildPrefix, Deleted = true, Take = PageSize };
        await foreach (var deleted in new ResourceReader(store).AllAsync(query, cancellationToken))
        {
            if (deleted.Id.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return (type, deleted, request);
            }
        }

        return (type, null, request);
    }

    private static ResourceType Find(string provider, HttpContext context, ResourceCatalog catalog) => catalog.Types.FirstOrDefault(t =>
            t.SoftDelete is { } rule && t.Name.StartsWith(provider + "/", StringComparison.OrdinalIgnoreCase)
            && context.Request.Path.Value!.Contains($"/{rule.CollectionName}", StringComparison.OrdinalIgnoreCase))
        ?? throw ApiException.NotFound("InvalidResourceType", $"There is nothing at '{context.Request.Path}'.");

    private static async ValueTask<JsonObject> ShowAsync(ResourceType type, Resource deleted, ResourceReader reader, CancellationToken cancellationToken)
    {
        var view = await ResourceQueries.ViewAsync(type, deleted, reader, cancellationToken);
        var provider = type.Name[..type.Name.IndexOf('/', StringComparison.Ordinal)];
        var collection = type.SoftDelete!.CollectionName;
        var location = PlaceName((string?)deleted.Body["location"] ?? "local");
        var place = $"{deleted.Id.Subscription!.Text}/providers/{provider}/locations/{location}/resourceGroups/{deleted.Id.ResourceGroup?.Name}/{collection}/{deleted.Id.Name}";
        view["id"] = place;
        view["type"] = $"{provider}/locations/resourceGroups/{collection}";
        var properties = (JsonObject)(view["properties"] ??= new JsonObject());
        properties["scheduledPurgeDate"] = deleted.Stored.PurgeAt?.UtcDateTime;
        properties["deletedResourceId"] = deleted.Id.Text;
        return view;
    }

    /// <summary>A location as it stands in ids: West US is westus there.</summary>
    private static string PlaceName(string location) => location.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}
