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

    /// <summary>Behind every key of a scope.</summary>
    private const string LastKey = "\uffff";

    public static void MapResourceLists(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/subscriptions/{subscriptionId}/resources", ListInSubscriptionAsync).WithTags("Resources");
        routes.MapGet("/subscriptions/{subscriptionId}/resourceGroups/{group}/resources", ListInGroupAsync).WithTags("Resources");
        routes.MapGet("/subscriptions/{subscriptionId}/locations", ListLocations).WithTags("Subscriptions");
        routes.MapMethods("/subscriptions/{subscriptionId}/resourceGroups/{group}", ["HEAD"], HeadGroupAsync).WithTags("Subscriptions");
    }

    private static Task<IResult> ListInSubscriptionAsync(
        string subscriptionId, HttpContext context, ResourceCatalog catalog, ResourceQueries queries, IAtriumStore store, IAccessControl access, CancellationToken cancellationToken) =>
        ListAsync(ResourceId.OfSubscription(subscriptionId), context, catalog, queries, store, access, cancellationToken);

    private static Task<IResult> ListInGroupAsync(
        string subscriptionId, string group, HttpContext context, ResourceCatalog catalog, ResourceQueries queries, IAtriumStore store, IAccessControl access, CancellationToken cancellationToken) =>
        ListAsync(ResourceId.OfSubscription(subscriptionId).Group(group), context, catalog, queries, store, access, cancellationToken);

    /// <summary>Types in order of name, and in each type the resources by key: the token names the type and the last key.</summary>
    private static async Task<IResult> ListAsync(
        ResourceId scope, HttpContext context, ResourceCatalog catalog, ResourceQueries queries, IAtriumStore store, IAccessControl access, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, KnownVersions.Resources);
        var take = ResourceQueries.ReadTop(request.Query, PageSize);
        var text = request.Query["$filter"].FirstOrDefault();
        var filter = ResourceFilter.Read(text);
        var after = ContinuationToken.Read(request.Query["$skipToken"].FirstOrDefault());
        var reader = new ResourceReader(store);
        var items = new JsonArray();
        var allowedSomewhere = false;
        string? next = null;
        foreach (var type in catalog.Types.Where(t => t.Parent is ResourceParent.ResourceGroup).OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase))
        {
            var scopes = await access.ScopesAllowingAsync(request.Caller, $"{type.OperationName}/read", scope, cancellationToken);
            allowedSomewhere |= !scopes.IsEmpty;
            if (next is not null || !Begins(type, after, out var begin))
            {
                continue;
            }

            var (found, last) = await queries.PageAsync(type, scope, scopes, filter, begin, take - items.Count, request.Origin, cancellationToken);
            foreach (var resource in found)
            {
                items.Add(await ViewAsync(type, resource, reader, cancellationToken));
            }

            next = last is not null ? Place(type, last) : items.Count == take ? Place(type, scope.ChildPrefix + LastKey) : null;
        }

        if (!allowedSomewhere)
        {
            throw ApiException.Forbidden(request.Caller.ObjectId, "Microsoft.Resources/subscriptions/resources/read", scope);
        }

        if (await reader.FindAsync(scope, cancellationToken) is null)
        {
            throw ApiException.NotFound(scope);
        }

        var answer = new JsonObject { ["value"] = items };
        if (next is not null)
        {
            answer["nextLink"] = ResourceQueries.NextLink(request, context.Request.Path, take, text, next);
        }

        return Results.Json(answer);
    }

    /// <summary>Whether a page that goes on after the token has anything of the type, and after which of its keys.</summary>
    private static bool Begins(ResourceType type, string? after, out string? key)
    {
        var place = Place(type, "");
        var isHere = after?.StartsWith(place, StringComparison.Ordinal) is true;
        key = isHere ? after![place.Length..] : null;
        return after is null || isHere || string.CompareOrdinal(place, after) > 0;
    }

    /// <summary>Places are in the order of the types: the mark between name and key comes before all that a name may hold.</summary>
    private static string Place(ResourceType type, string key) => $"/{type.Name.ToLowerInvariant()}!{key}";

    private static async ValueTask<JsonObject> ViewAsync(ResourceType type, Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        var view = await ResourceQueries.ViewAsync(type, resource, reader, cancellationToken);
        view.Remove("properties");
        view.Remove("systemData");
        return view;
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
