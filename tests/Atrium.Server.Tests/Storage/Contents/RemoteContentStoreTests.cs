using Atrium.Storage.Contents;
using Atrium.Testing.Peers;

namespace Atrium.Server.Tests.Storage.Contents;

/// <summary>What a content store at another server does besides.</summary>
public abstract class RemoteContentStoreTests : ContentStoreContractTests, IDisposable
{
    private readonly SocketsHttpHandler way = new();
    private readonly string prefix = $"{Guid.NewGuid()}/";

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Nothing_is_seen_of_what_lies_under_another_prefix()
    {
        var peer = await PeerAsync();
        var (one, other, id) = (Open(peer, $"{prefix}one/", null, way), Open(peer, $"{prefix}other/", null, way), NewId());
        await one.PutAsync(id, new Trickle([1]), 1, Cancel);
        Assert.Equal([id], await ListAsync(one));
        Assert.Empty(await ListAsync(other));
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await other.OpenAsync(id, 0, 1, Cancel));
    }

    [Fact]
    public async Task A_wrong_secret_is_told_without_the_secret()
    {
        const string secret = "d3Jvbmctc2VjcmV0LXRoYXQtbm9ib2R5LW1heS1zZWU=";
        var store = Open(await PeerAsync(), prefix, secret, way);
        foreach (var call in (Func<Task>[])[() => store.PutAsync(NewId(), new Trickle([1]), 1, Cancel), async () => await store.OpenAsync(NewId(), 0, 1, Cancel), () => store.DeleteAsync(NewId(), Cancel), () => ListAsync(store)])
        {
            var refused = await Assert.ThrowsAsync<ContentsUnavailableException>(call);
            Assert.Contains("403", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, refused.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_that_cannot_be_called_is_told()
    {
        using var closed = new ClosedWay();
        var store = Open(await PeerAsync(), prefix, null, closed);
        var failed = await Assert.ThrowsAsync<ContentsUnavailableException>(async () => await store.OpenAsync(NewId(), 0, 1, Cancel));
        Assert.Contains(ClosedWay.Why, failed.Message, StringComparison.Ordinal);
    }

    protected abstract Task<Peer> PeerAsync();

    protected abstract IContentStore Open(Peer peer, string prefix, string? secret, HttpMessageHandler way);

    protected sealed override async Task<IContentStore> OpenAsync() => Open(await PeerAsync(), prefix, null, way);

    protected virtual void Dispose(bool disposing) => way.Dispose();

    private sealed class ClosedWay : HttpMessageHandler
    {
        public const string Why = "No rule lets it out.";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new HttpRequestException(Why);
    }
}

public sealed class S3ContentStoreTests(PeerServers peers) : RemoteContentStoreTests
{
    [Fact]
    public async Task More_than_a_page_is_listed_whole()
    {
        const int count = 1005;
        var store = await OpenAsync();
        await Parallel.ForAsync(0, count, Cancel, async (_, token) => await store.PutAsync(NewId(), new Trickle([1]), 1, token));
        Assert.Equal(count, (await ListAsync(store)).Count);
    }

    protected override Task<Peer> PeerAsync() => peers.S3Async();

    protected override IContentStore Open(Peer peer, string prefix, string? secret, HttpMessageHandler way) => new S3ContentStore(PeerServers.Bucket(peer, prefix, secret), way);
}

public sealed class AzureContentStoreTests(PeerServers peers) : RemoteContentStoreTests
{
    protected override Task<Peer> PeerAsync() => peers.AzureAsync();

    protected override IContentStore Open(Peer peer, string prefix, string? secret, HttpMessageHandler way) =>
        new AzureContentStore(PeerServers.ConnectionString(peer, secret), PeerServers.Contents, prefix, way);
}
