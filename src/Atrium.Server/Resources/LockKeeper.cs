using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;

namespace Atrium.Server.Resources;

/// <summary>Obeys management locks (<c>Microsoft.Authorization/locks</c>): a lock at a scope holds for all that lies under it.</summary>
internal sealed class LockKeeper(IAtriumStore store)
{
    public const string LockType = "Microsoft.Authorization/locks";
    private const string LockTypeKey = "microsoft.authorization/locks";

    /// <exception cref="ApiException">409: a ReadOnly lock is at or above the resource.</exception>
    public async ValueTask DemandWritableAsync(ResourceId id, CancellationToken cancellationToken)
    {
        if (!id.IsOfType(LockType) && await FindAboveAsync(id, readOnly: true, cancellationToken) is { } found)
        {
            throw Locked(id, "write", found);
        }
    }

    /// <exception cref="ApiException">409: a lock is at, above or below the resource.</exception>
    public async ValueTask DemandDeletableAsync(ResourceId id, CancellationToken cancellationToken)
    {
        if (id.IsOfType(LockType))
        {
            return;
        }

        var below = await store.ListAsync(new() { Type = LockTypeKey, KeyPrefix = id.ChildPrefix, Take = 1 }, cancellationToken);
        if ((below.Count > 0 ? below[0].Id : await FindAboveAsync(id, readOnly: false, cancellationToken)) is { } found)
        {
            throw Locked(id, "delete", found);
        }
    }

    private async ValueTask<string?> FindAboveAsync(ResourceId id, bool readOnly, CancellationToken cancellationToken)
    {
        foreach (var scope in id.SelfAndAncestors().Where(s => s.Parent is not null))
        {
            var query = new ResourceQuery { Type = LockTypeKey, KeyPrefix = $"{scope.Key}/providers/{LockTypeKey}/", Take = 20 };
            foreach (var stored in await store.ListAsync(query, cancellationToken))
            {
                if (!readOnly || (string?)new Resource(stored).Properties["level"] == "ReadOnly")
                {
                    return stored.Id;
                }
            }
        }

        return null;
    }

    private static ApiException Locked(ResourceId id, string what, string lockId) => ApiException.Conflict(
        "ScopeLocked", $"The scope '{id}' cannot perform {what} operation because the following scope(s) are locked: '{lockId}'. Remove the lock and try again.");
}
