using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Atrium.Storage;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>What a blob says of itself: headers, metadata, tags, tier, lease; snapshots of it, and taking it back.</summary>
internal sealed class StateOperations(BlobStore blobs)
{
    public IEnumerable<BlobOperation> All =>
    [
        new("SetBlobProperties", "PUT", BlobLevel.Blob, "properties", BlobRight.Write, SetHeadersAsync),
        new("GetBlobMetadata", "GET", BlobLevel.Blob, "metadata", BlobRight.Read, GetMetadataAsync),
        new("GetBlobMetadata", "HEAD", BlobLevel.Blob, "metadata", BlobRight.Read, GetMetadataAsync),
        new("SetBlobMetadata", "PUT", BlobLevel.Blob, "metadata", BlobRight.Write, SetMetadataAsync),
        new("GetBlobTags", "GET", BlobLevel.Blob, "tags", BlobRight.ReadTags, GetTagsAsync),
        new("SetBlobTags", "PUT", BlobLevel.Blob, "tags", BlobRight.WriteTags, SetTagsAsync),
        new("SetBlobTier", "PUT", BlobLevel.Blob, "tier", BlobRight.Write, SetTierAsync),
        new("LeaseBlob", "PUT", BlobLevel.Blob, "lease", BlobRight.Write, LeaseAsync),
        new("SnapshotBlob", "PUT", BlobLevel.Blob, "snapshot", BlobRight.Snapshot, SnapshotAsync),
        new("UndeleteBlob", "PUT", BlobLevel.Blob, "undelete", BlobRight.Write, UndeleteAsync),
    ];

    private async Task SetHeadersAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var headers = BlobHeaderRules.ReadHeaders(call) with { ContentType = call.Header("x-ms-blob-content-type") };
        await ChangeAsync(call, blob => blob with { Headers = headers }, isNewState: true, cancellationToken);
    }

    private async Task GetMetadataAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var blob = await FindAsync(call, cancellationToken);
        BlobView.Stamp(call, blob);
        HeaderRules.WriteMetadata(call, blob.Metadata);
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task SetMetadataAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var metadata = HeaderRules.ReadMetadata(call.Request);
        await ChangeAsync(call, blob => blob with { Metadata = metadata }, isNewState: true, cancellationToken);
        call.Set("x-ms-request-server-encrypted", "false");
    }

    private async Task GetTagsAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var blob = await FindAsync(call, cancellationToken);
        await call.AnswerXmlAsync(StorageXml.Write(xml => TagXml.Write(xml, blob.Tags)), cancellationToken);
    }

    private async Task SetTagsAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var tags = TagXml.Read(await StorageXml.ReadAsync(call.Request, "Tags", cancellationToken));
        await blobs.ChangeAsync(call.Address, BlobHeaderRules.ReadConditions(call), (blob, _) => blob with { Tags = tags.Count == 0 ? null : tags }, isNewState: false, cancellationToken);
        call.Answer(StatusCodes.Status204NoContent);
    }

    private async Task SetTierAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var tier = Tiers.Read(call) ?? throw ApiException.BadRequest("MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified: x-ms-access-tier.", "x-ms-access-tier");
        await blobs.ChangeAsync(
            call.Address,
            BlobHeaderRules.ReadConditions(call),
            (blob, now) => blob.Kind == BlobKind.Block ? blob with { Tier = tier, TierChanged = now.UtcTicks } : throw StorageFaults.WrongKind(),
            isNewState: false,
            cancellationToken);
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task LeaseAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var request = LeaseHeaders.Read(call);
        var blob = await blobs.LeaseAsync(call.Address, request, BlobHeaderRules.ReadConditions(call) with { LeaseId = null }, cancellationToken);
        BlobView.Stamp(call, blob);
        LeaseHeaders.Answer(call, request, blob.Lease);
    }

    private async Task SnapshotAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var snapshot = await blobs.SnapshotAsync(call.Address, HeaderRules.ReadMetadata(call.Request), BlobHeaderRules.ReadConditions(call), cancellationToken);
        BlobView.Stamp(call, snapshot);
        call.Set("x-ms-snapshot", BlobHeaderRules.Snapshot(snapshot.Snapshot));
        call.Set("x-ms-request-server-encrypted", "false");
        call.Answer(StatusCodes.Status201Created);
    }

    private async Task UndeleteAsync(BlobCall call, CancellationToken cancellationToken)
    {
        await blobs.UndeleteAsync(call.Address, cancellationToken);
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task ChangeAsync(BlobCall call, Func<StoredBlob, StoredBlob> change, bool isNewState, CancellationToken cancellationToken)
    {
        if (call.Address.Snapshot != 0)
        {
            throw BlobCall.BadQuery("snapshot", "left out: a snapshot does not change.");
        }

        var blob = await blobs.ChangeAsync(call.Address, BlobHeaderRules.ReadConditions(call), (before, _) => change(before), isNewState, cancellationToken);
        BlobView.Stamp(call, blob);
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task<StoredBlob> FindAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var blob = await blobs.FindAsync(call.Address, cancellationToken) ?? throw StorageFaults.NoBlob();
        var conditions = BlobHeaderRules.ReadConditions(call);
        LeaseRules.DemandMatch(blob.Lease, conditions.LeaseId, "Blob", call.Now);
        return ConditionRules.DemandRead(blob.ETag, blob.Modified, blob.Tags, conditions) ? blob : throw ConditionRules.NotMet();
    }
}
