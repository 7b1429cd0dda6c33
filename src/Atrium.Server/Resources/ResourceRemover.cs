using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;

namespace Atrium.Server.Resources;

/// <summary>
/// Takes resources away: what depends on it first, then what is nested in it, then the resource. Each step is a transaction of its own and may run twice,
/// so a restart goes on where a crash stopped.
/// </summary>
internal sealed class ResourceRemover(IAtriumStore store, ResourceCatalog catalog, TimeProvider clock)
{
    private const int BatchSize = 100;

    /// <summary>Deletes, or marks as deleted where the type can be recovered and <paramref name="purge"/> is false.</summary>
    public Task RemoveAsync(Resource resource, bool purge, string caller, string correlationId, CancellationToken cancellationToken) =>
        RemoveAsync(resource, with: null, purge, caller, correlationId, cancellationToken);

    /// <param name="resource">What goes.</param>
    /// <param name="with">Key of the resource whose deletion takes it; null when it is deleted for itself.</param>
    /// <param name="purge">Whether it cannot be recovered.</param>
    /// <param name="caller">For the activity log.</param>
    /// <param name="correlationId">For the activity log.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    private async Task RemoveAsync(Resource resource, string? with, bool purge, string caller, string correlationId, CancellationToken cancellationToken)
    {
        var type = catalog.Find(resource.Id.Type) ?? throw new InvalidOperationException($"No type is declared for '{resource.Id}'.");
        var reader = new ResourceReader(store);
        purge = purge || await type.DeletesForGoodAsync(resource, reader, cancellationToken);
        await foreach (var dependent in type.DependentsAsync(resource, reader, cancellationToken))
        {
            await RemoveAsync(dependent, with ?? resource.Stored.Key, purge, caller, correlationId, cancellationToken);
        }

        if (await store.FindAsync(resource.Stored.Key, cancellationToken) is not { } stored || (stored.PurgeAt is not null && !purge))
        {
            return;
        }

        var row = new ActivityRow
        {
            Time = clock.GetUtcNow(),
            Operation = $"{type.OperationName}/delete",
            ResourceId = stored.Id,
            Caller = caller,
            CorrelationId = correlationId,
            Status = "Succeeded",
        };
        if (type.SoftDelete is { } rule && !purge)
        {
            var marked = stored with { PurgeAt = clock.GetUtcNow() + rule.Retention, Body = WithCause(stored.Body, with) };
            await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(stored, marked)], Activity = [row] }, cancellationToken);
            return;
        }

        await RemoveNestedAsync(resource.Id, cancellationToken);
        var removal = new ResourceWrite { Key = stored.Key, Type = stored.Type, Expect = Expect.Anything };
        await store.CommitAsync(new() { Resources = [removal, .. type.RemoveWith(resource)], Activity = [row] }, cancellationToken);
    }

    private static string WithCause(string body, string? with)
    {
        if (with is null)
        {
            return body;
        }

        var document = JsonNode.Parse(body)!.AsObject();
        ((JsonObject)(document[Resource.InternalName] ??= new JsonObject()))[Resource.DeletedWithName] = with;
        return document.ToJsonString();
    }

    private async Task RemoveNestedAsync(ResourceId id, CancellationToken cancellationToken)
    {
        foreach (var type in catalog.StoredUnder(id))
        {
            foreach (var deleted in (bool[])[false, true])
            {
                var query = new ResourceQuery { Type = type.ToLowerInvariant(), KeyPrefix = id.ChildPrefix, Deleted = deleted, Take = BatchSize };
                while (await store.ListAsync(query, cancellationToken) is { Count: > 0 } page)
                {
                    var removals = page.Select(r => new ResourceWrite { Key = r.Key, Type = r.Type, Expect = Expect.Anything });
                    var further = catalog.Find(type) is { } declared ? page.SelectMany(r => declared.RemoveWith(new(r))) : [];
                    await store.CommitAsync(new() { Resources = [.. removals, .. further] }, cancellationToken);
                }
            }
        }
    }
}
