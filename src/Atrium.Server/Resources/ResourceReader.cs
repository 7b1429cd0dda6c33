using Atrium.Contracts;
using Atrium.Persistence;

namespace Atrium.Server.Resources;

/// <summary>Reads live resources, each once: one reader serves one request and sees each resource at one version.</summary>
internal sealed class ResourceReader(IAtriumStore store)
{
    private readonly Dictionary<string, Resource?> seen = [];

    public IAtriumStore Store => store;

    /// <summary>The resource if it is there, not soft-deleted, and nor is any resource it is nested in.</summary>
    public async ValueTask<Resource?> FindAsync(ResourceId id, CancellationToken cancellationToken)
    {
        var resource = await FindAnyAsync(id.Key, cancellationToken);
        if (resource is null or { Stored.PurgeAt: not null })
        {
            return null;
        }

        return id.Parent is { Parent: not null } parent && parent.Type is not (ResourceId.SubscriptionType or ResourceId.ResourceGroupType)
            && await FindAsync(parent, cancellationToken) is null
            ? null
            : resource;
    }

    /// <summary>The resource, also when it is soft-deleted.</summary>
    public async ValueTask<Resource?> FindAnyAsync(string key, CancellationToken cancellationToken)
    {
        if (!seen.TryGetValue(key, out var resource))
        {
            resource = await store.FindAsync(key, cancellationToken) is { } stored ? new(stored) : null;
            seen[key] = resource;
        }

        return resource;
    }

    /// <summary>All resources of a query.</summary>
    public async IAsyncEnumerable<Resource> AllAsync(
        ResourceQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in PagesAsync(query, cancellationToken))
        {
            foreach (var resource in page)
            {
                yield return resource;
            }
        }
    }

    /// <summary>The same, page by page.</summary>
    public async IAsyncEnumerable<IReadOnlyList<Resource>> PagesAsync(
        ResourceQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await store.ListAsync(query, cancellationToken);
            if (page.Count > 0)
            {
                yield return [.. page.Select(stored => new Resource(stored))];
            }

            if (page.Count < query.Take)
            {
                yield break;
            }

            query = query with { After = page[^1].Key };
        }
    }
}
