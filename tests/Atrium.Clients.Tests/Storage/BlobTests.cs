using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

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

    private async Task<BlobContainerClient> NewAsync()
    {
        var container = (await hub.BlobsAsync()).GetBlobContainerClient(Hub.Unique("test"));
        await container.CreateAsync(cancellationToken: Cancel);
        return container;
    }
}
