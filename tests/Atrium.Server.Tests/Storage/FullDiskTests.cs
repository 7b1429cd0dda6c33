using System.Net;
using System.Security.Cryptography;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Storage;

/// <summary>A disk with no room left, a real one: what does not fit is refused and leaves no trace, what was acknowledged stays, and with room again all goes on.</summary>
public sealed class FullDiskTests
{
    private const string BlobOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    private const string FileContributor = "69566ab7-960f-475b-8e7c-b3118f30c6bd";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Contents_that_do_not_fit_are_refused_and_what_was_acknowledged_stays()
    {
        using var disk = SmallDisk.Mount(megabytes: 24);
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false", "--Storage:Folder", Path.Combine(disk.Path, "contents"), "--Storage:Shares", Path.Combine(disk.Path, "shares")]);
        using var client = await AccountAsync(hub);
        Assert.Equal(HttpStatusCode.Created, (await client.BlobAsync("PUT", "/fulldisk.blob/box?restype=container")).Status);

        var kept = new Dictionary<string, byte[]>();
        while (kept.Count < 100)
        {
            var (name, content) = ($"/fulldisk.blob/box/{kept.Count}", RandomNumberGenerator.GetBytes(1_000_000));
            using var put = await PutAsync(client, name, content, ("x-ms-blob-type", "BlockBlob"));
            if (put.StatusCode != HttpStatusCode.Created)
            {
                Assert.Equal((HttpStatusCode.InsufficientStorage, "InsufficientStorage"), (put.StatusCode, put.Headers.GetValues("x-ms-error-code").Single()));
                Assert.Equal(HttpStatusCode.NotFound, (await client.BlobAsync("GET", name)).Status);
                break;
            }

            kept[name] = content;
        }

        Assert.InRange(kept.Count, 10, 24);
        using var over = await PutAsync(client, "/fulldisk.blob/box/0", RandomNumberGenerator.GetBytes(2_000_000), ("x-ms-blob-type", "BlockBlob"));
        Assert.Equal(HttpStatusCode.InsufficientStorage, over.StatusCode);
        using var block = await PutAsync(client, "/fulldisk.blob/box/blocks?comp=block&blockid=QQ==", RandomNumberGenerator.GetBytes(2_000_000));
        Assert.Equal(HttpStatusCode.InsufficientStorage, block.StatusCode);
        foreach (var (name, content) in kept)
        {
            Assert.True(IsSame(content, await client.GetByteArrayAsync(new Uri(name, UriKind.Relative), Cancel)), $"'{name}' is not what was acknowledged.");
        }

        disk.GiveRoom();
        using var again = await PutAsync(client, "/fulldisk.blob/box/again", RandomNumberGenerator.GetBytes(1_000_000), ("x-ms-blob-type", "BlockBlob"));
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
    }

    [Fact]
    public async Task Ranges_of_files_that_do_not_fit_are_refused_and_the_others_stay()
    {
        const int rangeBytes = 1024 * 1024;
        using var disk = SmallDisk.Mount(megabytes: 12);
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false", "--Storage:Shares", Path.Combine(disk.Path, "shares")]);
        using var client = await AccountAsync(hub);
        client.DefaultRequestHeaders.Add("x-ms-file-request-intent", "backup");
        Assert.Equal(HttpStatusCode.Created, (await client.BlobAsync("PUT", "/fulldisk.file/box?restype=share")).Status);
        Assert.Equal(HttpStatusCode.Created, (await client.BlobAsync("PUT", "/fulldisk.file/box/file", null, ("x-ms-type", "file"), ("x-ms-content-length", $"{100L * rangeBytes}"))).Status);

        var content = RandomNumberGenerator.GetBytes(rangeBytes);
        var written = 0;
        HttpStatusCode status;
        while ((status = await WriteAsync(written)) == HttpStatusCode.Created && written < 100)
        {
            written++;
        }

        Assert.Equal(HttpStatusCode.InsufficientStorage, status);
        Assert.InRange(written, 5, 12);
        for (var at = 0; at < written; at++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/fulldisk.file/box/file");
            request.Headers.Add("x-ms-range", $"bytes={at * rangeBytes}-{((at + 1) * rangeBytes) - 1}");
            using var read = await client.SendAsync(request, Cancel);
            Assert.True(IsSame(content, await read.Content.ReadAsByteArrayAsync(Cancel)), $"Range {at} is not what was acknowledged.");
        }

        disk.GiveRoom();
        Assert.Equal(HttpStatusCode.Created, await WriteAsync(written));

        async Task<HttpStatusCode> WriteAsync(int at)
        {
            using var put = await PutAsync(client, "/fulldisk.file/box/file?comp=range", content, ("x-ms-write", "update"), ("x-ms-range", $"bytes={at * rangeBytes}-{((at + 1) * rangeBytes) - 1}"));
            return put.StatusCode;
        }
    }

    /// <summary>The rows of blobs on the full disk: small blobs lie in them whole.</summary>
    [Fact]
    public async Task Blobs_in_rows_that_do_not_fit_are_refused_and_what_was_acknowledged_stays()
    {
        using var disk = SmallDisk.Mount(megabytes: 64);
        var data = Path.Combine(disk.Path, "data");
        Directory.CreateDirectory(data);
        await using var hub = await HubServer.StartAsync(data, settings: ["--Models:Warm", "false"]);
        using var client = await AccountAsync(hub);
        Assert.Equal(HttpStatusCode.Created, (await client.BlobAsync("PUT", "/fulldisk.blob/box?restype=container")).Status);
        disk.Fill(leavingBytes: 2_000_000);

        var (content, kept) = (RandomNumberGenerator.GetBytes(16_000), new List<string>());
        HttpStatusCode status;
        do
        {
            using var put = await PutAsync(client, $"/fulldisk.blob/box/{kept.Count}", content, ("x-ms-blob-type", "BlockBlob"));
            status = put.StatusCode;
            if (status == HttpStatusCode.Created)
            {
                kept.Add($"/fulldisk.blob/box/{kept.Count}");
            }
        }
        while (status == HttpStatusCode.Created && kept.Count < 2000);

        Assert.Equal(HttpStatusCode.InsufficientStorage, status);
        Assert.NotEmpty(kept);
        disk.GiveRoom();
        foreach (var name in kept)
        {
            Assert.True(IsSame(content, await client.GetByteArrayAsync(new Uri(name, UriKind.Relative), Cancel)), $"'{name}' is not what was acknowledged.");
        }

        Assert.Equal(HttpStatusCode.NotFound, (await client.BlobAsync("GET", $"/fulldisk.blob/box/{kept.Count}")).Status);
        using var again = await PutAsync(client, $"/fulldisk.blob/box/{kept.Count}", content, ("x-ms-blob-type", "BlockBlob"));
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
    }

    private static bool IsSame(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, string path, byte[] content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(content) };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await client.SendAsync(request, Cancel);
    }

    /// <summary>Somebody who may do everything in an account of his own.</summary>
    private static async Task<HttpClient> AccountAsync(HubServer hub)
    {
        using var owner = await hub.OwnerAsync();
        var group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
        await owner.CallAsync("PUT", $"{group.Split("/resourceGroups")[0]}?api-version=2024-07-01", new { displayName = "t" });
        await owner.CallAsync("PUT", $"{group}?api-version=2024-07-01", new { location = "local" });
        var account = $"{group}/providers/Microsoft.Storage/storageAccounts/fulldisk";
        var made = await owner.CallAsync("PUT", $"{account}?api-version=2023-05-01", new { location = "local", kind = "StorageV2", sku = new { name = "Standard_LRS" } });
        Assert.Equal(HttpStatusCode.OK, made.Status);
        return await hub.ClientForAsync(HubClients.Storage, (BlobOwner, account), (FileContributor, account), (Owner, account));
    }
}
