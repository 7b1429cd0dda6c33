namespace Atrium.Storage.Blobs;

/// <summary>Where an append shall land.</summary>
/// <param name="Position">x-ms-blob-condition-appendpos: at this length; null for wherever the end is.</param>
/// <param name="MaxLength">x-ms-blob-condition-maxsize: not if it would grow beyond; null for no bound.</param>
public sealed record AppendPlace(long? Position, long? MaxLength);

/// <summary>Blobs that grow at their end. Appends of many callers at once land one after another, each whole.</summary>
public sealed class AppendStore(BlobRows rows)
{
    /// <summary>A blob takes at most so many appends.</summary>
    public const int MostAppends = 50_000;

    /// <summary>Adds bytes at the end.</summary>
    /// <returns>The blob, and the offset at which they landed.</returns>
    public Task<(StoredBlob Blob, long Offset)> AppendAsync(BlobAddress at, Upload upload, AppendPlace place, Conditions conditions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(upload);
        ArgumentNullException.ThrowIfNull(place);
        return rows.WriteAsync(
            at.Account,
            async transaction =>
            {
                var (container, blob) = await DemandAsync(transaction, at, conditions);
                if (place.Position is { } position && position != blob.Length)
                {
                    throw new StorageException("AppendPositionConditionNotMet", "The append position condition specified was not met.");
                }

                if (place.MaxLength is { } most && blob.Length + upload.Length > most)
                {
                    throw new StorageException("MaxBlobSizeConditionNotMet", "The max blob size condition specified was not met.");
                }

                if (blob.AppendedBlocks >= MostAppends)
                {
                    throw new StorageException("BlockCountExceedsLimit", $"The committed block count cannot exceed the maximum limit of {MostAppends} blocks.");
                }

                await transaction.KeepAsync(upload.Id.Value, upload.IsRow, upload.Row);
                var after = blob with
                {
                    Content = await transaction.AppendAsync(blob.Content, new(upload.Id.Value, upload.Length, upload.IsRow, [])),
                    Length = blob.Length + upload.Length,
                    AppendedBlocks = blob.AppendedBlocks + 1,
                    ETag = transaction.NewETag(blob.ETag),
                    Modified = transaction.Now.UtcTicks,
                };
                await transaction.WriteAsync(container.Id, at.Name, blob, after);
                return (after, blob.Length);
            },
            cancellationToken);
    }

    /// <summary>Ends the growing.</summary>
    public Task<StoredBlob> SealAsync(BlobAddress at, long? position, Conditions conditions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        return rows.WriteAsync(
            at.Account,
            async transaction =>
            {
                var (container, blob) = await DemandAsync(transaction, at, conditions, isSealing: true);
                if (position is { } there && there != blob.Length)
                {
                    throw new StorageException("AppendPositionConditionNotMet", "The append position condition specified was not met.");
                }

                var after = blob with { IsSealed = true, ETag = transaction.NewETag(blob.ETag), Modified = transaction.Now.UtcTicks };
                await transaction.WriteAsync(container.Id, at.Name, blob, after);
                return after;
            },
            cancellationToken);
    }

    private static async ValueTask<(StoredContainer Container, StoredBlob Blob)> DemandAsync(BlobTransaction transaction, BlobAddress at, Conditions conditions, bool isSealing = false)
    {
        var container = await transaction.DemandContainerAsync(at.Container);
        var blob = await transaction.FindAnyAsync(container.Id, at.Name) is { IsDeleted: false } there ? there : throw StorageFaults.NoBlob();
        ConditionRules.DemandWrite(blob.ETag, blob.Modified, blob.Tags, conditions);
        LeaseRules.DemandWrite(blob.Lease, conditions.LeaseId, "Blob", transaction.Now);
        if (blob.Kind != BlobKind.Append)
        {
            throw StorageFaults.WrongKind();
        }

        return blob.IsSealed && !isSealing ? throw new StorageException("BlobIsSealed", "The specified blob is sealed and its contents can't be modified unless the blob is re-created after a delete.") : (container, blob);
    }
}
