using Atrium.Server.Tests.Support;
using Atrium.Storage.Contents;
using Atrium.Testing.Peers;
using Azure.Storage.Blobs;

[assembly: AssemblyFixture(typeof(Atrium.Server.Tests.Storage.Contents.PeerServers))]

namespace Atrium.Server.Tests.Storage.Contents;

/// <summary>The servers of others that hold contents, each started when the first test asks.</summary>
public sealed class PeerServers : IAsyncDisposable
{
    public const string Contents = "contents";
    private readonly Lazy<Task<Peer>> s3 = new(() => Peer.StartAsync("s3rver", Repository.Root));
    private readonly Lazy<Task<Peer>> azure = new(StartAzureAsync);

    /// <summary>The S3 server, with a bucket; the test is skipped where it is not installed.</summary>
    public Task<Peer> S3Async() => RequireAsync(s3);

    /// <summary>The Azure Blob server, with a container; the test is skipped where it is not installed.</summary>
    public Task<Peer> AzureAsync() => RequireAsync(azure);

    public static string ConnectionString(Peer peer, string? secret = null) =>
        $"DefaultEndpointsProtocol=http;AccountName={Peer.Account};AccountKey={secret ?? peer.Secret};BlobEndpoint={peer.Endpoint}{Peer.Account};";

    /// <summary>The bucket, for its own access key, or for an unknown one: s3rver looks whose a signature of version 4 is, and not whether it is right.</summary>
    public static S3Bucket Bucket(Peer peer, string prefix, string? secret = null) => new()
    {
        Endpoint = peer.Endpoint,
        Region = "us-east-1",
        Bucket = Contents,
        Prefix = prefix,
        AccessKey = secret is null ? Peer.Account : "nobody",
        SecretKey = secret ?? peer.Secret,
        UsesPathStyle = true,
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in (Lazy<Task<Peer>>[])[s3, azure])
        {
            if (peer.IsValueCreated)
            {
                await (await peer.Value).DisposeAsync();
            }
        }
    }

    private static Task<Peer> RequireAsync(Lazy<Task<Peer>> peer)
    {
        var lacks = Peer.Lacks(Repository.Root);
        Assert.SkipWhen(lacks is not null, lacks ?? "");
        return peer.Value;
    }

    private static async Task<Peer> StartAzureAsync()
    {
        var peer = await Peer.StartAsync("azurite", Repository.Root);
        await new BlobContainerClient(ConnectionString(peer), Contents, new(BlobClientOptions.ServiceVersion.V2021_12_02)).CreateIfNotExistsAsync();
        return peer;
    }
}
