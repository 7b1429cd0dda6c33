using System.Net;
using System.Text;
using Atrium.Server.Storage;
using Atrium.Server.Tests.Encryption;
using Atrium.Server.Tests.Support;
using Atrium.Testing.Peers;

namespace Atrium.Server.Tests.Storage.Contents;

/// <summary>A hub whose contents lie at another server.</summary>
public sealed class BackendTests(PeerServers peers)
{
    private const string Secret = "an artifact not to be found; ";
    private const string Loopback = "--Network:AllowedPrivateRanges:0";
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("an artifact to be found; ", 800_000)));
    private static readonly byte[] SecretContent = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Secret, 800_000)));

    [Theory]
    [InlineData("s3")]
    [InlineData("azure")]
    public async Task Contents_lie_there_sealed_where_artifacts_are_encrypted(string backend)
    {
        var (peer, settings) = await SettingsAsync(backend);
        await using var scene = await EncryptionScene.MakeAsync(["--Encryption:Artifacts", "true", Loopback, "127.0.0.0/8", .. settings]);
        var hub = await scene.NewHubAsync("team", key: null);
        var project = await scene.NewProjectAsync(hub, "one");
        await scene.WriteAsync(project, "a.txt", SecretContent);
        Assert.True((await scene.ReadAsync(project, "a.txt")).AsSpan().SequenceEqual(SecretContent));
        Assert.Empty(FilesOf(Path.Combine(scene.Server.Data, "storage", "contents")));
        Assert.DoesNotContain(FilesOf(peer.Folder), path => IsIn(path, Secret));
        Assert.Contains(FilesOf(peer.Folder), path => new FileInfo(path).Length > 1_000_000);
        Assert.False(scene.IsOnDisk(peer.Secret));
    }

    [Theory]
    [InlineData("s3")]
    [InlineData("azure")]
    public async Task Contents_lie_there_as_they_came_and_are_read_in_ranges(string backend)
    {
        var (peer, settings) = await SettingsAsync(backend);
        await using var scene = await EncryptionScene.MakeAsync([Loopback, "127.0.0.0/8", .. settings]);
        var project = await scene.NewProjectAsync(await scene.NewHubAsync("team", key: null), "one");
        await scene.WriteAsync(project, "a.txt", Content);
        await using var opened = await scene.OpenAsync(project, "a.txt");
        Assert.True((await scene.ReadAsync(project, "a.txt")).AsSpan().SequenceEqual(Content));
        Assert.Contains(FilesOf(peer.Folder), path => IsIn(path, "an artifact to be found"));
    }

    [Theory]
    [InlineData("s3")]
    [InlineData("azure")]
    public async Task A_backend_that_may_not_be_called_is_a_busy_server_to_callers(string backend)
    {
        var (peer, settings) = await SettingsAsync(backend);
        await using var server = await HubServer.StartAsync(settings: ["--Models:Warm", "false", .. settings]);
        using var client = (await NewStorage.MakeAsync(server, "away")).Client;
        Assert.Equal(HttpStatusCode.Created, (await client.BlobAsync("PUT", "/away.blob/box?restype=container")).Status);
        var put = await client.PutBlobAsync("/away.blob/box/one", new string('a', 100_000));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "ServerBusy"), (put.Status, put.Code));
        Assert.Equal(HttpStatusCode.NotFound, (await client.BlobAsync("GET", "/away.blob/box/one")).Status);
        Assert.DoesNotContain(peer.Secret, put.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_backend_needs_is_asked_for_at_start()
    {
        Assert.Equal(
            ["Storage:S3:Endpoint", "Storage:S3:Bucket", "Storage:S3:AccessKey", "Storage:S3:SecretKey"],
            new StorageOptions { Backend = StorageOptions.S3Backend }.Check().Select(problem => problem.Key));
        var wrong = new StorageOptions { Backend = StorageOptions.AzureBackend, Azure = { ConnectionString = "AccountKey=hidden" } }.Check().ToList();
        Assert.Equal(["Storage:Azure:ConnectionString", "Storage:Azure:Container"], wrong.Select(problem => problem.Key));
        Assert.All(wrong, problem => Assert.DoesNotContain("hidden", problem.ToString(), StringComparison.Ordinal));
    }

    private async Task<(Peer Peer, string[] Settings)> SettingsAsync(string backend)
    {
        if (backend == StorageOptions.S3Backend)
        {
            var s3 = await peers.S3Async();
            return (s3,
            [
                "--Storage:Backend", backend, "--Storage:S3:Endpoint", s3.Endpoint.ToString(), "--Storage:S3:Bucket", PeerServers.Contents,
                "--Storage:S3:AccessKey", Peer.Account, "--Storage:S3:SecretKey", s3.Secret,
            ]);
        }

        var azure = await peers.AzureAsync();
        return (azure, ["--Storage:Backend", backend, "--Storage:Azure:ConnectionString", PeerServers.ConnectionString(azure), "--Storage:Azure:Container", PeerServers.Contents]);
    }

    private static List<string> FilesOf(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)] : [];

    private static bool IsIn(string path, string words)
    {
        try
        {
            return File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(words)) >= 0;
        }
        catch (FileNotFoundException)
        {
            // Other tests delete theirs meanwhile.
            return false;
        }
    }
}
