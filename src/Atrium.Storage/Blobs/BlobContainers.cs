namespace Atrium.Storage.Blobs;

/// <summary>Containers of an account.</summary>
public sealed class BlobContainers(BlobRows rows)
{
    /// <summary>Makes one.</summary>
    /// <exception cref="StorageException">One of that name is there.</exception>
    public Task<StoredContainer> CreateAsync(Guid account, string name, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken) => rows.WriteAsync(
        account,
        async transaction =>
        {
            if (await transaction.FindContainerAsync(name) is not null)
            {
                throw new StorageException("ContainerAlreadyExists", "The specified container already exists.");
            }

            var container = new StoredContainer
            {
                Id = Guid.CreateVersion7(transaction.Now), Name = name, ETag = transaction.Now.UtcTicks, Modified = transaction.Now.UtcTicks, Metadata = metadata,
            };
            await transaction.Rows.AddAsync(BlobKeys.OfContainer(account, name), Documents.Write(container), transaction.Cancel);
            return container;
        },
        cancellationToken);

    /// <summary>The container of a name; null where there is none.</summary>
    public ValueTask<StoredContainer?> FindAsync(Guid account, string name, CancellationToken cancellationToken) => rows.FindContainerAsync(account, name, cancellationToken);

    /// <summary>A page of the live ones in the order of their names.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <param name="after">Only names behind this one; null for all.</param>
    /// <param name="take">The most.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async Task<IReadOnlyList<StoredContainer>> ListAsync(Guid account, string prefix, string? after, int take, CancellationToken cancellationToken)
    {
        var range = BlobKeys.Containers(account, prefix);
        if (after is not null && BlobKeys.OfContainer(account, after) is var key && key.AsSpan().SequenceCompareTo(range.From) >= 0)
        {
            range = range.After(key);
        }

        return [.. (await rows.Store.ListAsync(range, take, cancellationToken)).Select(row => Documents.ReadContainer(row.Value))];
    }

    /// <summary>Those that were deleted and can be had back, in the order in which they were made.</summary>
    public async Task<IReadOnlyList<StoredContainer>> ListDeletedAsync(Guid account, CancellationToken cancellationToken) =>
        [.. (await rows.Store.ListAsync(BlobKeys.DeletedContainers(account), int.MaxValue, cancellationToken)).Select(row => Documents.ReadContainer(row.Value)).Where(c => c.PurgeAt > c.Deleted)];

    /// <summary>Gives it other metadata.</summary>
    public Task<StoredContainer> SetMetadataAsync(Guid account, string name, IReadOnlyDictionary<string, string>? metadata, Conditions conditions, CancellationToken cancellationToken) =>
        ChangeAsync(account, name, conditions, container => container with { Metadata = metadata }, cancellationToken);

    /// <summary>Gives it other stored access policies.</summary>
    public Task<StoredContainer> SetPoliciesAsync(Guid account, string name, IReadOnlyList<StoredPolicy> policies, Conditions conditions, CancellationToken cancellationToken) =>
        ChangeAsync(account, name, conditions, container => container with { Policies = policies }, cancellationToken);

    /// <summary>Carries out a request about its lease.</summary>
    public Task<StoredContainer> LeaseAsync(Guid account, string name, LeaseRequest request, Conditions conditions, CancellationToken cancellationToken) => rows.WriteAsync(
        account,
        async transaction =>
        {
            var container = await transaction.FindContainerAsync(name) ?? throw StorageFaults.NoContainer();
            ConditionRules.DemandWrite(container.ETag, container.Modified, null, conditions);
            var after = container with { Lease = LeaseRules.Apply(container.Lease, request, transaction.Now, Guid.NewGuid) };
            await transaction.Rows.PutAsync(BlobKeys.OfContainer(account, name), Documents.Write(after), transaction.Cancel);
            return after;
        },
        cancellationToken);

    /// <summary>Deletes it with all its blobs, for good or for as long as the account keeps deleted containers. The name is free at once.</summary>
    public Task DeleteAsync(Guid account, string name, Conditions conditions, CancellationToken cancellationToken) => rows.WriteAsync(
        account,
        async transaction =>
        {
            var container = await transaction.FindContainerAsync(name) ?? throw StorageFaults.NoContainer();
            ConditionRules.DemandWrite(container.ETag, container.Modified, null, conditions);
            LeaseRules.DemandWrite(container.Lease, conditions.LeaseId, "Container", transaction.Now);
            var days = (await transaction.SettingsAsync()).ContainerRetentionDays;
            var gone = container with { Deleted = transaction.Now.UtcTicks, PurgeAt = transaction.Now.AddDays(days).UtcTicks, Lease = null };
            await transaction.Rows.RemoveAsync(BlobKeys.OfContainer(account, name), transaction.Cancel);
            await transaction.Rows.PutAsync(BlobKeys.OfDeletedContainer(account, container.Id), Documents.Write(gone), transaction.Cancel);
            return gone;
        },
        cancellationToken);

    /// <summary>Takes a deleted container back, with its blobs.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="name">Its name.</param>
    /// <param name="version">Which of the deleted ones.</param>
    /// <param name="cancellationToken">Before it is done.</param>
    public Task<StoredContainer> RestoreAsync(Guid account, string name, string version, CancellationToken cancellationToken) => rows.WriteAsync(
        account,
        async transaction =>
        {
            var key = Guid.TryParseExact(version, "N", out var id) ? BlobKeys.OfDeletedContainer(account, id) : throw StorageFaults.NoContainer();
            if (await transaction.Rows.FindAsync(key, transaction.Cancel) is not { } value || Documents.ReadContainer(value) is not { } gone || gone.Name != name || gone.PurgeAt <= transaction.Now.UtcTicks)
            {
                throw StorageFaults.NoContainer();
            }

            if (await transaction.FindContainerAsync(name) is not null)
            {
                throw new StorageException("ContainerAlreadyExists", "A container of that name is there.");
            }

            var back = gone with { Deleted = 0, PurgeAt = 0, ETag = transaction.NewETag(gone.ETag), Modified = transaction.Now.UtcTicks };
            await transaction.Rows.RemoveAsync(key, transaction.Cancel);
            await transaction.Rows.AddAsync(BlobKeys.OfContainer(account, name), Documents.Write(back), transaction.Cancel);
            return back;
        },
        cancellationToken);

    private Task<StoredContainer> ChangeAsync(Guid account, string name, Conditions conditions, Func<StoredContainer, StoredContainer> change, CancellationToken cancellationToken) => rows.WriteAsync(
        account,
        async transaction =>
        {
            var container = await transaction.FindContainerAsync(name) ?? throw StorageFaults.NoContainer();
            ConditionRules.DemandWrite(container.ETag, container.Modified, null, conditions);
            LeaseRules.DemandMatch(container.Lease, conditions.LeaseId, "Container", transaction.Now);
            var after = change(container) with { ETag = transaction.NewETag(container.ETag), Modified = transaction.Now.UtcTicks };
            await transaction.Rows.PutAsync(BlobKeys.OfContainer(account, name), Documents.Write(after), transaction.Cancel);
            return after;
        },
        cancellationToken);
}
