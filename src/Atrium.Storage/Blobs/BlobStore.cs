namespace Atrium.Storage.Blobs;

/// <summary>Blobs as wholes: their content, what they say of themselves, their snapshots, leases and deletion.</summary>
public sealed class BlobStore(BlobRows rows)
{
    /// <summary>The blob; null where there is none.</summary>
    /// <exception cref="StorageException">There is no container.</exception>
    public async ValueTask<StoredBlob?> FindAsync(BlobAddress at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        var container = await rows.DemandContainerAsync(at.Account, at.Container, cancellationToken);
        return await rows.FindBlobAsync(at, container.Id, cancellationToken);
    }

    /// <summary>Checks before the bytes of a write come whether it could land now. It is checked again when they are there.</summary>
    /// <exception cref="StorageException">It could not.</exception>
    public async ValueTask DemandWritableAsync(BlobAddress at, Conditions conditions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        var blob = await FindAsync(at, cancellationToken);
        ConditionRules.DemandWrite(blob?.ETag, blob?.Modified ?? 0, blob?.Tags, conditions);
        LeaseRules.DemandWrite(blob?.Lease, conditions.LeaseId, "Blob", rows.Clock.GetUtcNow());
    }

    /// <summary>Writes a blob whole, over what is there.</summary>
    /// <param name="at">Where.</param>
    /// <param name="kind">Which kind it shall be; one that is appended to begins empty.</param>
    /// <param name="upload">Its content; null for none.</param>
    /// <param name="write">What comes with it.</param>
    /// <param name="cancellationToken">Before it is written.</param>
    public Task<StoredBlob> PutAsync(BlobAddress at, BlobKind kind, Upload? upload, BlobWrite write, CancellationToken cancellationToken) => ReplaceAsync(
        at,
        write,
        async (transaction, _, _) =>
        {
            if (upload is null)
            {
                return (kind, null, 0L);
            }

            await transaction.KeepAsync(upload.Id.Value, upload.IsRow, upload.Row);
            return (kind, new StoredContent(upload.Id.Value, IsRow: upload.IsRow), upload.Length);
        },
        cancellationToken);

    /// <summary>Makes a block blob of another one's content in the same account, without moving a byte.</summary>
    /// <param name="at">Where.</param>
    /// <param name="source">Which blob or snapshot.</param>
    /// <param name="sourceConditions">What must hold for it.</param>
    /// <param name="write">What comes with the copy, by the source as it is then.</param>
    /// <param name="cancellationToken">Before it is written.</param>
    public Task<StoredBlob> ShareAsync(BlobAddress at, BlobAddress source, Conditions sourceConditions, Func<StoredBlob, BlobWrite> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(write);
        return rows.WriteAsync(
            at.Account,
            async transaction =>
            {
                var from = await transaction.DemandContainerAsync(source.Container);
                var blob = await transaction.FindAnyAsync(from.Id, source.Name, source.Snapshot) is { IsDeleted: false } there ? there : throw StorageFaults.NoBlob();
                if (!ConditionRules.DemandRead(blob.ETag, blob.Modified, blob.Tags, sourceConditions))
                {
                    throw ConditionRules.NotMet();
                }

                return await ReplaceAsync(
                    transaction,
                    at,
                    write(blob),
                    async (_, _, _) =>
                    {
                        if (blob.Content is { } content)
                        {
                            await transaction.ShareAsync(content.Id);
                        }

                        return (blob.Kind == BlobKind.Block ? blob.Kind : throw StorageFaults.WrongKind(), blob.Content, blob.Length);
                    });
            },
            cancellationToken);
    }

    /// <summary>Changes what a blob says of itself; its content stays.</summary>
    /// <param name="at">Which blob, or which snapshot.</param>
    /// <param name="conditions">Under what.</param>
    /// <param name="change">What it shall say.</param>
    /// <param name="isNewState">Whether its entity tag changes: not for leases, tags and tiers.</param>
    /// <param name="cancellationToken">Before it is written.</param>
    public Task<StoredBlob> ChangeAsync(BlobAddress at, Conditions conditions, Func<StoredBlob, DateTimeOffset, StoredBlob> change, bool isNewState, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        return rows.WriteAsync(
            at.Account,
            async transaction =>
            {
                var container = await transaction.DemandContainerAsync(at.Container);
                var blob = await transaction.FindAnyAsync(container.Id, at.Name, at.Snapshot) is { IsDeleted: false } there ? there : throw StorageFaults.NoBlob();
                ConditionRules.DemandWrite(blob.ETag, blob.Modified, blob.Tags, conditions);
                if (isNewState)
                {
                    LeaseRules.DemandWrite(blob.Lease, conditions.LeaseId, "Blob", transaction.Now);
                }
                else
                {
                    LeaseRules.DemandMatch(blob.Lease, conditions.LeaseId, "Blob", transaction.Now);
                }

                var after = change(blob, transaction.Now);
                if (isNewState)
                {
                    after = after with { ETag = transaction.NewETag(blob.ETag), Modified = transaction.Now.UtcTicks };
                }

                await transaction.WriteAsync(container.Id, at.Name, blob, after);
                return after;
            },
            cancellationToken);
    }

    /// <summary>Carries out a request about a blob's lease.</summary>
    public Task<StoredBlob> LeaseAsync(BlobAddress at, LeaseRequest request, Conditions conditions, CancellationToken cancellationToken) =>
        ChangeAsync(at, conditions, (blob, now) => blob with { Lease = LeaseRules.Apply(blob.Lease, request, now, Guid.NewGuid) }, isNewState: false, cancellationToken);

    /// <summary>Keeps the blob as it is now under a time of its own. Costs a row; the content is shared.</summary>
    /// <param name="at">Which blob.</param>
    /// <param name="metadata">The snapshot's own; null for the blob's.</param>
    /// <param name="conditions">Under what.</param>
    /// <param name="cancellationToken">Before it is written.</param>
    public Task<StoredBlob> SnapshotAsync(BlobAddress at, IReadOnlyDictionary<string, string>? metadata, Conditions conditions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        return rows.WriteAsync(
            at.Account,
            async transaction =>
            {
                var container = await transaction.DemandContainerAsync(at.Container);
                var blob = await transaction.FindAnyAsync(container.Id, at.Name) is { IsDeleted: false } there ? there : throw StorageFaults.NoBlob();
                ConditionRules.DemandWrite(blob.ETag, blob.Modified, blob.Tags, conditions);
                LeaseRules.DemandMatch(blob.Lease, conditions.LeaseId, "Blob", transaction.Now);
                return await KeepAsSnapshotAsync(transaction, container.Id, at.Name, blob with { Metadata = metadata ?? blob.Metadata, Lease = null }, isShared: true);
            },
            cancellationToken);
    }

    /// <summary>Deletes a blob or a snapshot, for good or for as long as the account keeps what is deleted.</summary>
    /// <param name="at">Which.</param>
    /// <param name="snapshots"><c>include</c>: with its snapshots; <c>only</c>: just these; null: only where it has none.</param>
    /// <param name="isForGood">Whether a deleted one shall go for good now.</param>
    /// <param name="conditions">Under what.</param>
    /// <param name="cancellationToken">Before it is done.</param>
    /// <returns>Whether it can be had back.</returns>
    public Task<bool> DeleteAsync(BlobAddress at, string? snapshots, bool isForGood, Conditions conditions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        return rows.WriteAsync(
            at.Account,
            async transaction =>
            {
                var container = await transaction.DemandContainerAsync(at.Container);
                if (await transaction.FindAnyAsync(container.Id, at.Name, at.Snapshot) is not { } blob || blob.IsDeleted != isForGood)
                {
                    throw StorageFaults.NoBlob();
                }

                ConditionRules.DemandWrite(blob.ETag, blob.Modified, blob.Tags, conditions);
                LeaseRules.DemandWrite(blob.Lease, conditions.LeaseId, "Blob", transaction.Now);
                var days = isForGood ? 0 : (await transaction.SettingsAsync()).BlobRetentionDays;
                if (at.Snapshot == 0)
                {
                    var kept = await DemandSnapshotsAsync(transaction, at, container.Id, snapshots);
                    foreach (var snapshot in kept)
                    {
                        await DeleteOneAsync(transaction, container.Id, at.Name, snapshot, days);
                    }

                    if (snapshots == "only")
                    {
                        return days > 0;
                    }

                    await transaction.DropBlocksAsync(container.Id, at.Name);
                }

                await DeleteOneAsync(transaction, container.Id, at.Name, blob, days);
                return days > 0;
            },
            cancellationToken);
    }

    /// <summary>Takes back a deleted blob and all deleted snapshots of it. What lives stays.</summary>
    public Task UndeleteAsync(BlobAddress at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        return rows.WriteAsync(
            at.Account,
            async transaction =>
            {
                var container = await transaction.DemandContainerAsync(at.Container);
                var blob = await transaction.FindAnyAsync(container.Id, at.Name);
                var snapshots = await SnapshotsAsync(transaction, at, container.Id);
                if (blob is null && !snapshots.Exists(s => s.IsDeleted))
                {
                    throw StorageFaults.NoBlob();
                }

                foreach (var gone in snapshots.Append(blob).OfType<StoredBlob>().Where(b => b.IsDeleted))
                {
                    await transaction.WriteAsync(container.Id, at.Name, gone, gone with { Deleted = 0, PurgeAt = 0 });
                }

                return 0;
            },
            cancellationToken);
    }

    /// <summary>Replaces a blob's content with what <paramref name="make"/> says, under the rules that every write has.</summary>
    internal Task<StoredBlob> ReplaceAsync(
        BlobAddress at, BlobWrite write, Func<BlobTransaction, StoredContainer, StoredBlob?, ValueTask<(BlobKind Kind, StoredContent? Content, long Length)>> make, CancellationToken cancellationToken) =>
        rows.WriteAsync(at.Account, transaction => ReplaceAsync(transaction, at, write, make), cancellationToken);

    private static async ValueTask<StoredBlob> ReplaceAsync(
        BlobTransaction transaction, BlobAddress at, BlobWrite write, Func<BlobTransaction, StoredContainer, StoredBlob?, ValueTask<(BlobKind Kind, StoredContent? Content, long Length)>> make)
    {
        var container = await transaction.DemandContainerAsync(at.Container);
        var row = await transaction.FindAnyAsync(container.Id, at.Name);
        var before = row is { IsDeleted: false } ? row : null;
        ConditionRules.DemandWrite(before?.ETag, before?.Modified ?? 0, before?.Tags, write.Conditions);
        LeaseRules.DemandWrite(before?.Lease, write.Conditions.LeaseId, "Blob", transaction.Now);
        var (kind, content, length) = await make(transaction, container, before);
        if (row is not null)
        {
            await SetAsideAsync(transaction, container.Id, at.Name, row);
        }

        await transaction.DropBlocksAsync(container.Id, at.Name);
        var after = new StoredBlob
        {
            Kind = kind,
            ETag = transaction.NewETag(row?.ETag ?? 0),
            Created = before?.Created ?? transaction.Now.UtcTicks,
            Modified = transaction.Now.UtcTicks,
            Length = length,
            Content = content,
            Headers = write.Headers,
            Metadata = write.Metadata,
            Tags = write.Tags,
            Tier = write.Tier,
            TierChanged = write.Tier is null ? 0 : transaction.Now.UtcTicks,
            Copy = write.Copy,
            AppendedBlocks = kind == BlobKind.Append && content is not null ? content.Parts : 0,
            Lease = LeaseRules.IsHeld(before?.Lease, transaction.Now) ? before!.Lease : null,
        };
        await transaction.WriteAsync(container.Id, at.Name, row, after);
        return after;
    }

    /// <summary>What happens to the content that is written over: it becomes a deleted snapshot where the account keeps what is deleted, as is what was deleted before.</summary>
    private static async ValueTask SetAsideAsync(BlobTransaction transaction, Guid container, string name, StoredBlob row)
    {
        var days = row.IsDeleted ? 0 : (await transaction.SettingsAsync()).BlobRetentionDays;
        if (!row.IsDeleted && days == 0)
        {
            await transaction.ReleaseAsync(row.Content);
            return;
        }

        var gone = row.IsDeleted ? row : row with { Deleted = transaction.Now.UtcTicks, PurgeAt = transaction.Now.AddDays(days).UtcTicks };
        await KeepAsSnapshotAsync(transaction, container, name, gone with { Lease = null }, isShared: false);
    }

    private static async ValueTask<StoredBlob> KeepAsSnapshotAsync(BlobTransaction transaction, Guid container, string name, StoredBlob blob, bool isShared)
    {
        // A time of its own: two snapshots within one tick of the clock follow one another.
        var ticks = transaction.Now.UtcTicks;
        while (await transaction.FindAnyAsync(container, name, ticks) is not null)
        {
            ticks++;
        }

        if (isShared && blob.Content is { } content)
        {
            await transaction.ShareAsync(content.Id);
        }

        var snapshot = blob with { Snapshot = ticks };
        await transaction.WriteAsync(container, name, null, snapshot);
        return snapshot;
    }

    private static async ValueTask DeleteOneAsync(BlobTransaction transaction, Guid container, string name, StoredBlob blob, int days)
    {
        if (blob.IsDeleted || days == 0)
        {
            await transaction.RemoveAsync(container, name, blob);
        }
        else
        {
            var gone = blob with { Deleted = transaction.Now.UtcTicks, PurgeAt = transaction.Now.AddDays(days).UtcTicks, Lease = null };
            await transaction.WriteAsync(container, name, blob, gone);
        }
    }

    private static async ValueTask<List<StoredBlob>> DemandSnapshotsAsync(BlobTransaction transaction, BlobAddress at, Guid container, string? wish)
    {
        var live = (await SnapshotsAsync(transaction, at, container)).FindAll(s => !s.IsDeleted);
        return wish is not null || live.Count == 0
            ? live
            : throw new StorageException("SnapshotsPresent", "This operation is not permitted while the blob has snapshots.");
    }

    private static async ValueTask<List<StoredBlob>> SnapshotsAsync(BlobTransaction transaction, BlobAddress at, Guid container) =>
        [.. (await transaction.Rows.ListAsync(BlobKeys.SnapshotsOf(at.Account, container, at.Name), int.MaxValue, transaction.Cancel))
            .Select(row => Documents.ReadBlob(row.Value, BlobKeys.ReadBlob(row.Key).Snapshot))];
}
