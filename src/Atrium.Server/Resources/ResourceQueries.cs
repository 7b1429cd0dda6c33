using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Resources;

/// <summary>GET of one resource and of a list.</summary>
internal sealed class ResourceQueries(IAtriumStore store, IAccessControl access, INetworkGate gate)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    /// <summary>How many resources one page looks at for those that fit its filter.</summary>
    private const int LargestScan = 10_000;

    public async Task<(Resource Resource, JsonObject View)> GetAsync(ResourceType type, ResourceId id, Caller caller, CancellationToken cancellationToken)
    {
        if (!type.IsOpenToAll(id))
        {
            await access.DemandAsync(caller, $"{type.OperationName}/read", id, cancellationToken);
        }

        var reader = new ResourceReader(store);
        var resource = await reader.FindAsync(id, cancellationToken)
            ?? await type.FindUnstoredAsync(id, cancellationToken)
            ?? await type.FindInheritedAsync(id, reader, cancellationToken)
            ?? throw ApiException.NotFound(id);
        return (resource, await ViewAsync(type, resource, reader, cancellationToken));
    }

    /// <summary>One page of the type's resources under a scope. A caller without the right at the scope sees those resources where he has it.</summary>
    public async Task<JsonObject> ListAsync(ResourceType type, ResourceId scope, ResourceRequest request, string path, CancellationToken cancellationToken)
    {
        var reader = new ResourceReader(store);
        if (await type.ListAsync(scope, request, path, reader, cancellationToken) is { } own)
        {
            return own;
        }

        var scopes = await access.ScopesAllowingAsync(request.Caller, $"{type.OperationName}/read", scope, cancellationToken);
        if (scopes.IsEmpty && !(type.IsListedToAll && scope.Parent is null))
        {
            throw ApiException.Forbidden(request.Caller.ObjectId, $"{type.OperationName}/read", scope);
        }

        if (scope.Parent is not null && await reader.FindAsync(scope, cancellationToken) is null)
        {
            throw ApiException.NotFound(scope);
        }

        var take = ReadTop(request.Query, DefaultPage);
        var filter = request.Query["$filter"].FirstOrDefault();
        var after = ContinuationToken.Read(request.Query["$skipToken"].FirstOrDefault() ?? request.Query["$skip"].FirstOrDefault(), scope.ChildPrefix);
        var (found, next) = await PageAsync(type, scope, scopes, ResourceFilter.Read(filter), after, take, request.Origin, cancellationToken);
        var items = new JsonArray();
        foreach (var resource in found)
        {
            items.Add(await ViewAsync(type, resource, reader, cancellationToken));
        }

        var answer = new JsonObject { ["value"] = items };
        if (next is not null)
        {
            answer["nextLink"] = NextLink(request, path, take, filter, next);
        }

        return answer;
    }

    public static async ValueTask<JsonObject> ViewAsync(ResourceType type, Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        var view = new JsonObject
        {
            ["id"] = resource.Id.Text,
            ["name"] = resource.Id.Name,
            ["type"] = type.Name,
        };
        foreach (var (name, value) in resource.Body.Where(p => p.Key != Resource.InternalName))
        {
            view[name] = value?.DeepClone();
        }

        await type.PresentAsync(view, resource, reader, cancellationToken);
        return view;
    }

    /// <summary>One page of what fits and answers calls from where this one comes, from the key after which it begins, and the key after which the next one does; null where there is none.</summary>
    public async Task<(List<Resource> Found, string? Next)> PageAsync(
        ResourceType type, ResourceId scope, AllowedScopes scopes, ResourceFilter? filter, string? after, int take, CallOrigin origin, CancellationToken cancellationToken)
    {
        var found = new List<Resource>(take);
        var stride = filter is null && scopes.IsDenied is null ? take : Math.Max(take, DefaultPage);
        for (var scanned = stride; ; scanned += stride)
        {
            var rows = await MergeAsync(type, scope, scopes.Scopes, after, stride + 1, cancellationToken);
            foreach (var row in rows.Take(stride))
            {
                if (found.Count == take)
                {
                    return (found, after);
                }

                var resource = new Resource(row);
                after = row.Key;
                if ((filter is null || filter.Fits(resource)) && scopes.IsDenied?.Invoke(resource.Id) is not true
                    && await gate.AskManagementAsync(origin, resource.Id, cancellationToken) is GateAnswer.Open)
                {
                    found.Add(resource);
                }
            }

            if (rows.Count <= stride)
            {
                return (found, null);
            }

            // A filter that fits little, or a denial that leaves little, does not hold a request for long: the page is short then, and the next one goes on.
            if (found.Count == take || scanned >= LargestScan)
            {
                return (found, after);
            }
        }
    }

    public static string NextLink(ResourceRequest request, string path, int take, string? filter, string lastKey)
    {
        var rest = filter is null ? "" : $"&$filter={Uri.EscapeDataString(filter)}";
        return $"{request.BaseUri}{path}?api-version={request.ApiVersion}&$top={take}{rest}&$skipToken={ContinuationToken.Write(lastKey)}";
    }

    /// <exception cref="ApiException">400: no number, or none that a page can have.</exception>
    public static int ReadTop(IQueryCollection query, int standard)
    {
        if (query["$top"].FirstOrDefault() is not { } text)
        {
            return standard;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var top) && top > 0
            ? Math.Min(top, LargestPage)
            : throw ApiException.Invalid("$top", $"'$top' must be a whole number from 1 to {LargestPage}; found '{text}'.");
    }

    /// <summary>Merges the ordered ranges of the scopes where the caller may read; with one scope it is one range.</summary>
    private async Task<List<StoredResource>> MergeAsync(
        ResourceType type, ResourceId scope, IReadOnlyList<ResourceId> scopes, string? after, int take, CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<string, StoredResource>(StringComparer.Ordinal);
        foreach (var allowed in scopes)
        {
            var prefix = CollectionPrefix(type, allowed, scope);
            foreach (var stored in await store.ListAsync(new() { Type = type.Name.ToLowerInvariant(), KeyPrefix = prefix, After = after, Take = take }, cancellationToken))
            {
                found.TryAdd(stored.Key, stored);
            }

            if (allowed.IsOfType(type.Name) && allowed != scope && (after is null || string.CompareOrdinal(allowed.Key, after) > 0)
                && await store.FindAsync(allowed.Key, cancellationToken) is { PurgeAt: null } itself)
            {
                found.TryAdd(itself.Key, itself);
            }
        }

        return [.. found.Values.Take(take)];
    }

    /// <summary>Extensions of a scope are those on it; other types are listed with all that lies under the scope.</summary>
    private static string CollectionPrefix(ResourceType type, ResourceId allowed, ResourceId scope) =>
        type.Parent is ResourceParent.Anything && allowed == scope
            ? $"{(scope.Parent is null ? "" : scope.Key)}/providers/{type.Name.ToLowerInvariant()}/"
            : allowed.ChildPrefix;
}
