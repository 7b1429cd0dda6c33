using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;

namespace Atrium.Server.Resources;

/// <summary>GET of one resource and of a list.</summary>
internal sealed class ResourceQueries(IAtriumStore store, IAccessControl access)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    public async Task<(Resource Resource, JsonObject View)> GetAsync(ResourceType type, ResourceId id, Caller caller, CancellationToken cancellationToken)
    {
        await access.DemandAsync(caller, $"{type.Name}/read", id, cancellationToken);
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

        var scopes = await access.ScopesAllowingAsync(request.Caller, $"{type.Name}/read", scope, cancellationToken);
        if (scopes.Count == 0)
        {
            throw ApiException.Forbidden(request.Caller.ObjectId, $"{type.Name}/read", scope);
        }

        if (scope.Parent is not null && await reader.FindAsync(scope, cancellationToken) is null)
        {
            throw ApiException.NotFound(scope);
        }

        var take = ReadTop(request.Query);
        var after = ContinuationToken.Read(request.Query["$skipToken"].FirstOrDefault() ?? request.Query["$skip"].FirstOrDefault());
        var page = await PageAsync(type, scope, scopes, after, take + 1, cancellationToken);
        var items = new JsonArray();
        foreach (var stored in page.Take(take))
        {
            items.Add(await ViewAsync(type, new(stored), reader, cancellationToken));
        }

        var answer = new JsonObject { ["value"] = items };
        if (page.Count > take)
        {
            var token = ContinuationToken.Write(page[take - 1].Key);
            answer["nextLink"] = $"{request.BaseUri}{path}?api-version={request.ApiVersion}&$top={take}&$skipToken={token}";
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

    /// <summary>Merges the ordered ranges of the scopes where the caller may read; with one scope it is one range.</summary>
    private async Task<List<StoredResource>> PageAsync(
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

    private static int ReadTop(IQueryCollection query)
    {
        if (query["$top"].FirstOrDefault() is not { } text)
        {
            return DefaultPage;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var top) && top > 0
            ? Math.Min(top, LargestPage)
            : throw ApiException.Invalid("$top", $"'$top' must be a whole number from 1 to {LargestPage}; found '{text}'.");
    }
}
