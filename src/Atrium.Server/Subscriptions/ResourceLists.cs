using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Subscriptions;

/// <summary>All resources of a subscription or resource group, whatever their type (Microsoft.Resources, Resources_List).</summary>
internal static class ResourceLists
{
    private const int PageSize = 200;

    public static void MapResourceLists(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/subscriptions/{subscriptionId}/resources", ListInSubscriptionAsync).WithTags("Resources");
        routes.MapGet("/subscriptions/{subscriptionId}/resourceGroups/{group}/resources", ListInGroupAsync).WithTags("Resources");
        routes.MapGet("/subscriptions/{subscriptionId}/locations", ListLocations).WithTags("Subscriptions");
        routes.MapMethods("/subscriptions/{subscriptionId}/resourceGroups/{group}", ["HEAD"], HeadGroupAsync).WithTags("Subscriptions");
    }

    private static Task<IResult> ListInSubscriptionAsync(
        string subscriptionId, HttpContext context, ResourceCatalog catalog, IAtriumStore store, IAccessControl access, CancellationToken cancellationToken) =>
        ListAsync(ResourceId.OfSubscription(subscriptionId), context, catalog, store, access, cancellationToken);

    private static Task<IResult> ListInGroupAsync(
        string subscriptionId, string group, HttpContext context, ResourceCatalog catalog, IAtriumStore store, IAccessControl access, CancellationToken cancellationToken) =>
        ListAsync(ResourceId.OfSubscription(subscriptionId).Group(group), context, catalog, store, access, cancellationToken);

    /// <summary>Types in order of name, and in each type the resources by key: the token names the type and the last key.</summary>
    private static async Task<IResult> ListAsync(
        ResourceId scope, HttpContext context, ResourceCatalog catalog, IAtriumStore store, IAccessControl access, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, KnownVersions.Resources);
        var reader = new ResourceReader(store);
        var after = ContinuationToken.Read(request.Query["$skipToken"].FirstOrDefault());
        var items = new JsonArray();
        var allowedSomewhere = false;
        string? last = null;
        foreach (var type in catalog.Types.Where(t => t.Parent is ResourceParent.ResourceGroup).OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase))
        {
            var place = $"/{type.Name.ToLowerInvariant()}";
            var begin = after is null || string.CompareOrdinal(place, after) > 0 ? null : after[(after.IndexOf('|', StringComparison.Ordinal) + 1)..];
            if (after is not null && begin is not null && !after.StartsWith(place + "|", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var allowed in await access.ScopesAllowingAsync(request.Caller, $"{type.Name}/read", scope, cancellationToken))
            {
                allowedSomewhere = true;
                var query = new ResourceQuery { Type = type.Name.ToLowerInvariant(), KeyPrefix = allowed.ChildPrefix, After = begin, Take = PageSize + 1 - items.Count };
                var found = allowed.IsOfType(type.Name) && await store.FindAsync(allowed.Key, cancellationToken) is { PurgeAt: null } itself
                    ? [itself]
                    : query.Take > 0 ? await store.ListAsync(query, cancellationToken) : [];
                foreach (var stored in found.TakeWhile(_ => items.Count < PageSize))
                {
                    var view = await ResourceQueries.ViewAsync(type, new(stored), reader, cancellationToken);
                    view.Remove("properties");
                    view.Remove("systemData");
                    items.Add(view);
                    last = $"{place}|{stored.Key}";
                }
            }

            if (items.Count >= PageSize)
            {
                break;
            }
        }

        if (!allowedSomewhere && after is null)
        {
            throw ApiException.Forbidden(request.Caller.ObjectId, "Microsoft.Resources/subscriptions/resources/read", scope);
        }

        var answer = new JsonObject { ["value"] = items };
        if (items.Count >= PageSize)
        {
            answer["nextLink"] = $"{request.BaseUri}{context.Request.Path}?api-version={request.ApiVersion}&$skipToken={ContinuationToken.Write(last!)}";
        }

        return Results.Json(answer);
    }

    /// <summary>There is one place: this installation. Its name is taken wherever Azure wants a region, beside any region's name.</summary>
    private static IResult ListLocations(string subscriptionId, HttpContext context)
    {
        ResourceRequests.Read(context, KnownVersions.Resources);
        var location = new JsonObject
        {
            ["id"] = $"/subscriptions/{subscriptionId}/locations/local",
            ["subscriptionId"] = subscriptionId,
            ["name"] = "local",
            ["displayName"] = "This installation",
            ["regionalDisplayName"] = "This installation",
            ["type"] = "Region",
        };
        return Results.Json(new JsonObject { ["value"] = new JsonArray(location) });
    }

    private static async Task<IResult> HeadGroupAsync(
        string subscriptionId, string group, HttpContext context, ResourceQueries queries, ResourceCatalog catalog, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, KnownVersions.Resources);
        await queries.GetAsync(catalog.Find(ResourceId.ResourceGroupType)!, ResourceId.OfSubscription(subscriptionId).Group(group), request.Caller, cancellationToken);
        return Results.NoContent();
    }
}
