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
    public async Task RemoveAsync(Resource resource, bool purge, string caller, string correlationId, CancellationToken cancellationToken)
    {
        var type = catalog.Find(resource.Id.Type) ?? throw new InvalidOperationException($"No type is declared for '{resource.Id}'.");
        var reader = new ResourceReader(store);
        await foreach (var dependent in type.DependentsAsync(resource, reader, cancellationToken))
        {
            await RemoveAsync(dependent, purge, caller, correlationId, cancellationToken);
        }

        if (await store.FindAsync(resource.Stored.Key, cancellationToken) is not { } stored || (stored.PurgeAt is not null && !purge))
        {
            return;
        }

        var row = new ActivityRow
        {
            Time = clock.GetUtcNow(),
            Operation = $"{type.Name}/delete",
            ResourceId = stored.Id,
            Caller = caller,
            CorrelationId = correlationId,
            Status = "Succeeded",
        };
        if (type.SoftDelete is { } rule && !purge)
        {
            var marked = stored with { PurgeAt = clock.GetUtcNow() + rule.Retention };
            await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(stored, marked)], Activity = [row] }, cancellationToken);
            return;
        }

        await RemoveNestedAsync(resource.Id, cancellationToken);
        var removal = new ResourceWrite { Key = stored.Key, Type = stored.Type, Expect = Expect.Anything };
        await store.CommitAsync(new() { Resources = [removal], Activity = [row] }, cancellationToken);
    }

    private async Task RemoveNestedAsync(ResourceId id, CancellationToken cancellationToken)
    {
        foreach (var type in catalog.Under(id))
        {
            foreach (var deleted in (bool[])[false, true])
            {
                var query = new ResourceQuery { Type = type.Name.ToLowerInvariant(), KeyPrefix = id.ChildPrefix, Deleted = deleted, Take = BatchSize };
                while (await store.ListAsync(query, cancellationToken) is { Count: > 0 } page)
                {
                    var removals = page.Select(r => new ResourceWrite { Key = r.Key, Type = r.Type, Expect = Expect.Anything });
                    await store.CommitAsync(new() { Resources = [.. removals] }, cancellationToken);
                }
            }
        }
    }
}
