using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Atrium.Clients.Tests.Storage;

/// <summary>Azure.Storage.Blobs against the storage account that came with the first hub.</summary>
public sealed class BlobTests(Hub hub)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_is_made_filled_listed_read_and_deleted()
    {
        var service = await hub.BlobsAsync();
        var container = service.GetBlobContainerClient(Hub.Unique("walk"));
        await container.CreateAsync(metadata: new Dictionary<string, string> { ["team"] = "blue" }, cancellationToken: Cancel);
        Assert.Equal("blue", (await container.GetPropertiesAsync(cancellationToken: Cancel)).Value.Metadata["team"]);
        Assert.True(await service.GetBlobContainersAsync(cancellationToken: Cancel).AnyAsync(c => c.Name == container.Name, Cancel));

        foreach (var name in (string[])["a.txt", "folder/b.txt", "folder/sub/c ü +.txt"])
        {
            await container.UploadBlobAsync(name, BinaryData.FromString($"This is {name}."), Cancel);
        }

        Assert.Equal(["a.txt", "folder/b.txt", "folder/sub/c ü +.txt"], await container.GetBlobsAsync(cancellationToken: Cancel).Select(b => b.Name).ToListAsync(Cancel));
        var tree = await container.GetBlobsByHierarchyAsync(new() { Delimiter = "/" }, Cancel).ToListAsync(Cancel);
        Assert.Equal(["a.txt", "folder/"], tree.Select(item => item.IsPrefix ? item.Prefix : item.Blob.Name).Order());
        var read = await container.GetBlobClient("folder/sub/c ü +.txt").DownloadContentAsync(Cancel);
        Assert.Equal("This is folder/sub/c ü +.txt.", read.Value.Content.ToString());

        Assert.Equal("BlobAlreadyExists", (await Assert.ThrowsAsync<RequestFailedException>(() => container.UploadBlobAsync("a.txt", BinaryData.FromString("again"), Cancel))).ErrorCode);
        await container.DeleteBlobAsync("a.txt", cancellationToken: Cancel);
        Assert.False(await container.GetBlobClient("a.txt").ExistsAsync(Cancel));
        await container.DeleteAsync(cancellationToken: Cancel);
        Assert.Equal("ContainerNotFound", (await Assert.ThrowsAsync<RequestFailedException>(() => container.UploadBlobAsync("a.txt", BinaryData.FromString("x"), Cancel))).ErrorCode);
    }

    [Fact]
    public async Task A_large_blob_goes_up_in_parallel_blocks_and_comes_back_whole_and_in_ranges()
    {
        var container = await NewAsync();
        var bytes = StorageAccess.Bytes(9_000_001);
        var blob = container.GetBlobClient("large");
        var options = new BlobUploadOptions
        {
            TransferOptions = new() { InitialTransferSize = 1_000_000, MaximumTransferSize = 1_000_000, MaximumConcurrency = 4 },
            HttpHeaders = new() { ContentType = "text/x-large", CacheControl = "no-store" },
            Metadata = new Dictionary<string, string> { ["kind"] = "large" },
        };
        await blob.UploadAsync(BinaryData.FromBytes(bytes), options, Cancel);

        var properties = (await blob.GetPropertiesAsync(cancellationToken: Cancel)).Value;
        Assert.Equal((9_000_001, "text/x-large", "no-store", "large"), (properties.ContentLength, properties.ContentType, properties.CacheControl, properties.Metadata["kind"]));
        using var whole = new MemoryStream();
        await blob.DownloadToAsync(whole, new BlobDownloadToOptions { TransferOptions = new() { InitialTransferSize = 700_001, MaximumTransferSize = 700_001, MaximumConcurrency = 4 } }, Cancel);
        Assert.True(bytes.AsSpan().SequenceEqual(whole.ToArray()));
        var part = (await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new(2_999_990, 20) }, Cancel)).Value;
        Assert.Equal(bytes[2_999_990..3_000_010], part.Content.ToArray());
    }

    [Fact]
    public async Task Conditions_hold_for_reads_and_writes()
    {
        var blob = (await NewAsync()).GetBlobClient("a");
        var first = (await blob.UploadAsync(BinaryData.FromString("1"), Cancel)).Value.ETag;
        var second = (await blob.UploadAsync(BinaryData.FromString("2"), new BlobUploadOptions { Conditions = new() { IfMatch = first } }, Cancel)).Value.ETag;
        Assert.NotEqual(first, second);
        await RefusedAsync(412, "ConditionNotMet", () => blob.UploadAsync(BinaryData.FromString("3"), new BlobUploadOptions { Conditions = new() { IfMatch = first } }, Cancel));
        await RefusedAsync(409, "BlobAlreadyExists", () => blob.UploadAsync(BinaryData.FromString("3"), Cancel));
        await RefusedAsync(412, "ConditionNotMet", () => blob.DeleteAsync(conditions: new() { IfUnmodifiedSince = DateTimeOffset.UnixEpoch }, cancellationToken: Cancel));
        var same = await blob.DownloadStreamingAsync(new BlobDownloadOptions { Conditions = new() { IfNoneMatch = second } }, Cancel);
        Assert.Equal(304, same.GetRawResponse().Status);
        await RefusedAsync(412, "ConditionNotMet", () => blob.DownloadContentAsync(new BlobDownloadOptions { Conditions = new() { IfMatch = first } }, Cancel));
        Assert.Equal("2", (await blob.DownloadContentAsync(Cancel)).Value.Content.ToString());
    }

    [Fact]
    public async Task A_lease_keeps_others_from_writing()
    {
        var blob = (await NewAsync()).GetBlobClient("a");
        await blob.UploadAsync(BinaryData.FromString("1"), Cancel);
        var lease = blob.GetBlobLeaseClient();
        await lease.AcquireAsync(TimeSpan.FromSeconds(15), cancellationToken: Cancel);
        await RefusedAsync(412, "LeaseIdMissing", () => blob.UploadAsync(BinaryData.FromString("2"), overwrite: true, Cancel));
        await RefusedAsync(409, "LeaseAlreadyPresent", () => blob.GetBlobLeaseClient().AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: Cancel));
        await blob.UploadAsync(BinaryData.FromString("2"), new BlobUploadOptions { Conditions = new() { LeaseId = lease.LeaseId } }, Cancel);
        await lease.RenewAsync(cancellationToken: Cancel);
        await lease.ChangeAsync(Guid.NewGuid().ToString(), cancellationToken: Cancel);
        var seen = (await blob.GetPropertiesAsync(cancellationToken: Cancel)).Value;
        Assert.Equal((LeaseState.Leased, LeaseDurationType.Fixed), (seen.LeaseState, seen.LeaseDuration));
        await RefusedAsync(412, "LeaseIdMissing", () => blob.DeleteAsync(cancellationToken: Cancel));
        await lease.BreakAsync(TimeSpan.Zero, cancellationToken: Cancel);
        Assert.Equal(LeaseState.Broken, (await blob.GetPropertiesAsync(cancellationToken: Cancel)).Value.LeaseState);
        await blob.DeleteAsync(cancellationToken: Cancel);
    }

    [Fact]
    public async Task Headers_metadata_tags_and_tier_change_and_tags_find_the_blob()
    {
        var container = await NewAsync();
        var blob = container.GetBlobClient("folder/a");
        var mark = Hub.Unique("mark");
        await blob.UploadAsync(BinaryData.FromString("1"), new BlobUploadOptions { Tags = new Dictionary<string, string> { ["mark"] = mark, ["n"] = "5" }, AccessTier = AccessTier.Cool }, Cancel);
        await blob.SetHttpHeadersAsync(new() { ContentType = "text/x-new", ContentLanguage = "de" }, cancellationToken: Cancel);
        await blob.SetMetadataAsync(new Dictionary<string, string> { ["one"] = "1", ["two_2"] = "x y" }, cancellationToken: Cancel);
        var seen = (await blob.GetPropertiesAsync(cancellationToken: Cancel)).Value;
        Assert.Equal(("text/x-new", "de", "Cool", 2, "x y"), (seen.ContentType, seen.ContentLanguage, seen.AccessTier, seen.TagCount, seen.Metadata["two_2"]));

        var service = container.GetParentBlobServiceClient();
        Assert.Equal(["folder/a"], await service.FindBlobsByTagsAsync($"\"mark\" = '{mark}' AND \"n\" >= '5'", Cancel).Select(b => b.BlobName).ToListAsync(Cancel));
        Assert.Empty(await service.FindBlobsByTagsAsync($"\"mark\" = '{mark}' AND \"n\" > '5'", Cancel).ToListAsync(Cancel));
        await blob.SetTagsAsync(new Dictionary<string, string> { ["mark"] = "none" }, cancellationToken: Cancel);
        Assert.Empty(await service.FindBlobsByTagsAsync($"\"mark\" = '{mark}'", Cancel).ToListAsync(Cancel));
        Assert.Equal("none", (await blob.GetTagsAsync(cancellationToken: Cancel)).Value.Tags["mark"]);
        await RefusedAsync(412, "ConditionNotMet", () => blob.DownloadContentAsync(new BlobDownloadOptions { Conditions = new() { TagConditions = "\"mark\" <> 'none'" } }, Cancel));
        await blob.SetAccessTierAsync(AccessTier.Archive, cancellationToken: Cancel);
        Assert.Equal("Archive", (await blob.GetPropertiesAsync(cancellationToken: Cancel)).Value.AccessTier);
        var listed = await container.GetBlobsAsync(new() { Traits = BlobTraits.All }, Cancel).SingleAsync(Cancel);
        Assert.Equal(("none", "1"), (listed.Tags["mark"], listed.Metadata["one"]));
    }

    [Fact]
    public async Task An_append_blob_grows_where_it_should_and_can_be_sealed()
    {
        var container = await NewAsync();
        var blob = container.GetAppendBlobClient("log");
        await blob.CreateAsync(cancellationToken: Cancel);
        foreach (var text in (string[])["one ", "two ", new('x', 30_000)])
        {
            using var block = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
            await blob.AppendBlockAsync(block, cancellationToken: Cancel);
        }

        using var late = new MemoryStream([1]);
        await RefusedAsync(412, "AppendPositionConditionNotMet", () => blob.AppendBlockAsync(late, new AppendBlobAppendBlockOptions { Conditions = new() { IfAppendPositionEqual = 3 } }, Cancel));
        Assert.Equal("one two " + new string('x', 30_000), (await blob.DownloadContentAsync(Cancel)).Value.Content.ToString());
        Assert.Equal(3, (await blob.GetPropertiesAsync(cancellationToken: Cancel)).Value.BlobCommittedBlockCount);
        await blob.SealAsync(cancellationToken: Cancel);
        late.Position = 0;
        await RefusedAsync(409, "BlobIsSealed", () => blob.AppendBlockAsync(late, cancellationToken: Cancel));
        await RefusedAsync(409, "InvalidBlobType", () => container.GetBlockBlobClient("log").StageBlockAsync(Convert.ToBase64String([1]), new MemoryStream([1]), cancellationToken: Cancel));
    }

    [Fact]
    public async Task Snapshots_stay_as_they_were_and_deleted_blobs_come_back()
    {
        var service = await hub.BlobsAsync();
        var container = await NewAsync();
        var blob = container.GetBlobClient("a");
        await blob.UploadAsync(BinaryData.FromString("first"), Cancel);
        var snapshot = (await blob.CreateSnapshotAsync(cancellationToken: Cancel)).Value.Snapshot;
        await blob.UploadAsync(BinaryData.FromString("second"), overwrite: true, Cancel);
        Assert.Equal("first", (await blob.WithSnapshot(snapshot).DownloadContentAsync(Cancel)).Value.Content.ToString());
        Assert.Equal<string?>([snapshot, null], await container.GetBlobsAsync(new() { States = BlobStates.Snapshots }, Cancel).Select(b => b.Snapshot).ToListAsync(Cancel));
        await RefusedAsync(409, "SnapshotsPresent", () => blob.DeleteAsync(cancellationToken: Cancel));

        var properties = (await service.GetPropertiesAsync(Cancel)).Value;
        properties.DeleteRetentionPolicy = new() { Enabled = true, Days = 3 };
        await service.SetPropertiesAsync(properties, Cancel);
        Assert.Equal(3, (await service.GetPropertiesAsync(Cancel)).Value.DeleteRetentionPolicy.Days);
        await blob.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: Cancel);
        Assert.False(await blob.ExistsAsync(Cancel));
        Assert.Equal(2, await container.GetBlobsAsync(new() { States = BlobStates.Snapshots | BlobStates.Deleted }, Cancel).CountAsync(b => b.Deleted, Cancel));
        await blob.UndeleteAsync(Cancel);
        Assert.Equal("second", (await blob.DownloadContentAsync(Cancel)).Value.Content.ToString());
        Assert.Equal("first", (await blob.WithSnapshot(snapshot).DownloadContentAsync(Cancel)).Value.Content.ToString());
        properties.DeleteRetentionPolicy = new() { Enabled = false };
        await service.SetPropertiesAsync(properties, Cancel);
    }

    [Fact]
    public async Task A_deleted_container_comes_back_where_the_policy_says_so()
    {
        await hub.SetRetentionAsync("blobServices", new { containerDeleteRetentionPolicy = new { enabled = true, days = 5 } });
        var service = await hub.BlobsAsync();
        var container = await NewAsync();
        await container.GetBlobClient("a").UploadAsync(BinaryData.FromString("kept"), Cancel);
        await container.DeleteAsync(cancellationToken: Cancel);
        Assert.False(await container.ExistsAsync(Cancel));
        var gone = await service.GetBlobContainersAsync(states: BlobContainerStates.Deleted, prefix: container.Name, cancellationToken: Cancel).SingleAsync(Cancel);
        Assert.True(gone.IsDeleted);
        Assert.InRange(gone.Properties.RemainingRetentionDays ?? 0, 4, 5);
        var back = (await service.UndeleteBlobContainerAsync(gone.Name, gone.VersionId, Cancel)).Value;
        Assert.Equal("kept", (await back.GetBlobClient("a").DownloadContentAsync(Cancel)).Value.Content.ToString());
        await RefusedAsync(404, "ContainerNotFound", () => service.UndeleteBlobContainerAsync(gone.Name, gone.VersionId, Cancel));
    }

    [Fact]
    public async Task Copies_are_made_within_an_account_and_from_urls()
    {
        var container = await NewAsync();
        var source = container.GetBlobClient("source");
        var bytes = StorageAccess.Bytes(300_000);
        await source.UploadAsync(BinaryData.FromBytes(bytes), new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["a"] = "b" }, HttpHeaders = new() { ContentType = "text/x-source" } }, Cancel);
        var copy = container.GetBlobClient("copy");
        var operation = await copy.StartCopyFromUriAsync(source.Uri, cancellationToken: Cancel);
        Assert.Equal(300_000, (await operation.WaitForCompletionAsync(Cancel)).Value);
        await source.DeleteAsync(cancellationToken: Cancel);
        var seen = (await copy.GetPropertiesAsync(cancellationToken: Cancel)).Value;
        Assert.Equal((CopyStatus.Success, "text/x-source", "b"), (seen.BlobCopyStatus, seen.ContentType, seen.Metadata["a"]));
        Assert.Equal(bytes, (await copy.DownloadContentAsync(Cancel)).Value.Content.ToArray());

        var signed = copy.GenerateSasUri(Azure.Storage.Sas.BlobSasPermissions.Read, TimeProvider.System.GetUtcNow().AddMinutes(5));
        await container.GetBlobClient("sync").SyncCopyFromUriAsync(signed, cancellationToken: Cancel);
        await container.GetBlockBlobClient("put").SyncUploadFromUriAsync(signed, overwrite: true, cancellationToken: Cancel);
        var staged = container.GetBlockBlobClient("staged");
        var ids = (string[])[Convert.ToBase64String([1]), Convert.ToBase64String([2])];
        await staged.StageBlockFromUriAsync(signed, ids[0], new() { SourceRange = new(100_000, 200_000) }, Cancel);
        await staged.StageBlockFromUriAsync(signed, ids[1], new() { SourceRange = new(0, 10) }, Cancel);
        await staged.CommitBlockListAsync(ids, cancellationToken: Cancel);
        Assert.Equal(bytes, (await container.GetBlobClient("put").DownloadContentAsync(Cancel)).Value.Content.ToArray());
        Assert.Equal<byte[]>([.. bytes[100_000..], .. bytes[..10]], (await staged.DownloadContentAsync(Cancel)).Value.Content.ToArray());
        await RefusedAsync(400, "CannotVerifyCopySource", () => container.GetBlobClient("out").SyncCopyFromUriAsync(new("http://169.254.169.254/latest"), cancellationToken: Cancel));
        await RefusedAsync(404, "CannotVerifyCopySource", () => container.GetBlobClient("out").SyncCopyFromUriAsync(source.Uri, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Checksums_are_proved_both_ways()
    {
        var blob = (await NewAsync()).GetBlobClient("a");
        var bytes = StorageAccess.Bytes(3_000_000);
        foreach (var algorithm in (Azure.Storage.StorageChecksumAlgorithm[])[Azure.Storage.StorageChecksumAlgorithm.MD5, Azure.Storage.StorageChecksumAlgorithm.StorageCrc64])
        {
            foreach (var size in (int[])[1_000_000, 5_000_000])
            {
                var options = new BlobUploadOptions { TransferValidation = new() { ChecksumAlgorithm = algorithm }, TransferOptions = new() { InitialTransferSize = size, MaximumTransferSize = 1_000_000 } };
                await blob.UploadAsync(BinaryData.FromBytes(bytes), options, Cancel);
                var read = await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new(5, 1_000_000), TransferValidation = new() { ChecksumAlgorithm = algorithm } }, Cancel);
                Assert.Equal(bytes[5..1_000_005], read.Value.Content.ToArray());
            }
        }

        var block = (await NewAsync()).GetBlockBlobClient("b");
        var wrong = new BlockBlobStageBlockOptions { TransferValidation = new() { ChecksumAlgorithm = Azure.Storage.StorageChecksumAlgorithm.MD5, PrecalculatedChecksum = Zeros } };
        await RefusedAsync(400, "Md5Mismatch", () => block.StageBlockAsync(Convert.ToBase64String([1]), new MemoryStream([1, 2]), wrong, Cancel));
    }

    [Fact]
    public async Task Pages_of_a_list_hold_every_name_once()
    {
        var container = await NewAsync();
        var names = Enumerable.Range(0, 25).Select(i => $"{(char)('a' + (i % 3))}/{i:D2}").Order(StringComparer.Ordinal).ToArray();
        foreach (var name in names)
        {
            await container.UploadBlobAsync(name, BinaryData.FromString(name), Cancel);
        }

        var pages = await container.GetBlobsAsync(cancellationToken: Cancel).AsPages(pageSizeHint: 7).ToListAsync(Cancel);
        Assert.Equal(4, pages.Count);
        Assert.Equal(names, pages.SelectMany(p => p.Values).Select(b => b.Name));
        var tree = await container.GetBlobsByHierarchyAsync(new() { Delimiter = "/" }, Cancel).AsPages(pageSizeHint: 1).ToListAsync(Cancel);
        Assert.Equal(["a/", "b/", "c/"], tree.SelectMany(p => p.Values).Select(i => i.Prefix));
    }

    private static ReadOnlyMemory<byte> Zeros { get; } = new byte[16];

    private static async Task RefusedAsync(int status, string code, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RequestFailedException>(call);
        Assert.True((refused.Status, refused.ErrorCode) == (status, code), $"{refused.Status} {refused.ErrorCode}: {refused.Message}");
    }

    private async Task<BlobContainerClient> NewAsync()
    {
        var container = (await hub.BlobsAsync()).GetBlobContainerClient(Hub.Unique("test"));
        await container.CreateAsync(cancellationToken: Cancel);
        return container;
    }
}
