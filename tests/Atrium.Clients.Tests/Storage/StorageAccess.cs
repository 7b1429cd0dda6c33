using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Storage;
using Azure.Storage.Blobs;

namespace Atrium.Clients.Tests.Storage;

/// <summary>The storage account that came with the first hub, by its key.</summary>
internal static class StorageAccess
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<StorageSharedKeyCredential> KeyAsync(this Hub hub)
    {
        var token = (await hub.Credential.GetTokenAsync(new(["https://management.azure.com/.default"]), Cancel)).Token;
        var account = $"{hub.Group.Id}/providers/Microsoft.Storage/storageAccounts/{hub["storageAccount"]}";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{hub["httpsEndpoint"]}{account}/listKeys?api-version=2023-05-01") { Headers = { Authorization = new("Bearer", token) } };
        var keys = await (await hub.Http.SendAsync(request, Cancel)).Content.ReadFromJsonAsync<JsonObject>(Cancel);
        return new(hub["storageAccount"], (string)keys!["keys"]![0]!["value"]!);
    }

    public static async Task<BlobServiceClient> BlobsAsync(this Hub hub) => new(new(hub["blobEndpoint"]), await hub.KeyAsync(), hub.BlobOptions());

    public static BlobClientOptions BlobOptions(this Hub hub) => new() { Transport = hub.Transport, Retry = { MaxRetries = 0 } };

    /// <summary>Bytes that do not repeat soon.</summary>
    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        var state = (ulong)(uint)seed * 0x9E3779B97F4A7C15;
        for (var at = 0; at < length; at++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes[at] = (byte)state;
        }

        return bytes;
    }
}
