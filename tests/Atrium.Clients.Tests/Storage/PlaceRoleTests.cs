using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Files.Shares;

namespace Atrium.Clients.Tests.Storage;

/// <summary>Somebody whose role is given at one container or one file share, with the clients of both: he works there, and learns nothing of what is beside it.</summary>
public sealed class PlaceRoleTests(Hub hub)
{
    private const string BlobContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string BlobReader = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
    private const string FileContributor = "69566ab7-960f-475b-8e7c-b3118f30c6bd";
    private const string FileReader = "b8eda974-7b85-4f76-af95-65846b26df6d";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_role_at_a_container_is_for_that_container()
    {
        var all = await hub.BlobsAsync();
        var (one, other) = (all.GetBlobContainerClient(Hub.Unique("one")), all.GetBlobContainerClient(Hub.Unique("other")));
        foreach (var container in (BlobContainerClient[])[one, other])
        {
            await container.CreateAsync(cancellationToken: Cancel);
            await container.UploadBlobAsync("there", BinaryData.FromString("abc"), Cancel);
        }

        BlobServiceClient As(TokenCredential who) => new(new(hub["blobEndpoint"]), who, hub.BlobOptions());
        var place = $"blobServices/default/containers/{one.Name}";
        var (writer, reader) = (As(await hub.NewPrincipalAsync(place, BlobContributor)), As(await hub.NewPrincipalAsync(place, BlobReader)));
        var mine = writer.GetBlobContainerClient(one.Name);
        await mine.UploadBlobAsync("mine", BinaryData.FromBytes(StorageAccess.Bytes(300_000)), Cancel);
        Assert.Equal(["mine", "there"], await mine.GetBlobsAsync(cancellationToken: Cancel).Select(blob => blob.Name).ToListAsync(Cancel));
        await mine.DeleteBlobAsync("there", cancellationToken: Cancel);
        Assert.Equal(300_000, (await reader.GetBlobContainerClient(one.Name).GetBlobClient("mine").DownloadContentAsync(Cancel)).Value.Content.ToArray().Length);
        await RefusedAsync(() => reader.GetBlobContainerClient(one.Name).DeleteBlobAsync("mine", cancellationToken: Cancel));

        foreach (var client in (BlobServiceClient[])[writer, reader])
        {
            var there = await RefusedAsync(() => client.GetBlobContainerClient(other.Name).GetBlobClient("there").DownloadContentAsync(Cancel));
            var nowhere = await RefusedAsync(() => client.GetBlobContainerClient("nowhere").GetBlobClient("there").DownloadContentAsync(Cancel));
            Assert.Equal((nowhere.Status, nowhere.ErrorCode), (there.Status, there.ErrorCode));
            await RefusedAsync(async () => await client.GetBlobContainersAsync(cancellationToken: Cancel).ToListAsync(Cancel));
            await RefusedAsync(async () => await client.GetBlobContainerClient(other.Name).GetBlobsAsync(cancellationToken: Cancel).ToListAsync(Cancel));
            await RefusedAsync(() => client.GetBlobContainerClient(other.Name).UploadBlobAsync("new", BinaryData.FromString("x"), Cancel));
        }
    }

    [Theory]
    [InlineData("fileshares")]
    [InlineData("shares")]
    public async Task A_role_at_a_file_share_is_for_that_share(string type)
    {
        var all = await hub.FilesAsync();
        var (one, other) = (all.GetShareClient(Hub.Unique("one")), all.GetShareClient(Hub.Unique("other")));
        foreach (var share in (ShareClient[])[one, other])
        {
            await share.CreateAsync(cancellationToken: Cancel);
            await share.GetRootDirectoryClient().CreateFileAsync("there", 3, cancellationToken: Cancel);
        }

        ShareServiceClient As(TokenCredential who) => new(new(hub["fileEndpoint"]), who, hub.FileOptions());
        var place = $"fileServices/default/{type}/{one.Name}";
        var (writer, reader) = (As(await hub.NewPrincipalAsync(place, FileContributor)), As(await hub.NewPrincipalAsync(place, FileReader)));
        var (bytes, mine) = (StorageAccess.Bytes(200_000), writer.GetShareClient(one.Name).GetRootDirectoryClient().GetFileClient("mine"));
        await mine.CreateAsync(bytes.Length, cancellationToken: Cancel);
        await mine.UploadAsync(new MemoryStream(bytes), cancellationToken: Cancel);
        var read = (await reader.GetShareClient(one.Name).GetRootDirectoryClient().GetFileClient("mine").DownloadAsync(cancellationToken: Cancel)).Value;
        using var whole = new MemoryStream();
        await read.Content.CopyToAsync(whole, Cancel);
        Assert.True(bytes.AsSpan().SequenceEqual(whole.ToArray()));
        await RefusedAsync(() => reader.GetShareClient(one.Name).GetRootDirectoryClient().DeleteFileAsync("mine", cancellationToken: Cancel));

        foreach (var client in (ShareServiceClient[])[writer, reader])
        {
            var there = await RefusedAsync(() => client.GetShareClient(other.Name).GetRootDirectoryClient().GetFileClient("there").DownloadAsync(cancellationToken: Cancel));
            var nowhere = await RefusedAsync(() => client.GetShareClient("nowhere").GetRootDirectoryClient().GetFileClient("there").DownloadAsync(cancellationToken: Cancel));
            Assert.Equal((nowhere.Status, nowhere.ErrorCode), (there.Status, there.ErrorCode));
            await RefusedAsync(async () => await client.GetSharesAsync(cancellationToken: Cancel).ToListAsync(Cancel));
            await RefusedAsync(() => client.GetShareClient(other.Name).GetRootDirectoryClient().CreateFileAsync("new", 1, cancellationToken: Cancel));
        }
    }

    private static async Task<RequestFailedException> RefusedAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RequestFailedException>(call);
        Assert.True(refused.Status == 403, refused.Message);
        return refused;
    }
}
