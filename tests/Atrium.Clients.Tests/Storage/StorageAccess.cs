using System.IdentityModel.Tokens.Jwt;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Files.Shares;
using Azure.Storage.Files.Shares.Models;

namespace Atrium.Clients.Tests.Storage;

/// <summary>The storage account that came with the first hub, by its key.</summary>
internal static class StorageAccess
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<StorageSharedKeyCredential> KeyAsync(this Hub hub)
    {
        var keys = await hub.ManageAsync(HttpMethod.Post, $"{hub.StorageId()}/listKeys?api-version=2023-05-01", null);
        return new(hub["storageAccount"], (string)keys["keys"]![0]!["value"]!);
    }

    /// <summary>Gives the hub's first principal a role on the account, so that it must not have it already.</summary>
    public static async Task<string> AssignStorageAsync(this Hub hub, string role)
    {
        var token = (await hub.Credential.GetTokenAsync(new(["https://management.azure.com/.default"]), Cancel)).Token;
        var id = $"{hub.StorageId()}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}";
        await hub.ManageAsync(HttpMethod.Put, $"{id}?api-version=2022-04-01", new
        {
            properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{role}", principalId = (string)new JwtSecurityToken(token).Payload["oid"] },
        });
        return id;
    }

    /// <summary>Somebody new who has a role at one place of the account and nothing else.</summary>
    /// <param name="hub">Where.</param>
    /// <param name="place">Below the account: <c>blobServices/default/containers/NAME</c>.</param>
    /// <param name="role">Id of the role's definition.</param>
    public static async Task<ClientSecretCredential> NewPrincipalAsync(this Hub hub, string place, string role)
    {
        var app = $"/providers/Atrium.Identity/servicePrincipals/{Hub.Unique("app")}";
        var made = await hub.ManageAsync(HttpMethod.Put, $"{app}?api-version=2026-11-01", new { properties = new { displayName = "App" } });
        var secret = await hub.ManageAsync(HttpMethod.Post, $"{app}/addPassword?api-version=2026-11-01", new { });
        await hub.ManageAsync(HttpMethod.Put, $"{hub.StorageId()}/{place}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01", new
        {
            properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{role}", principalId = (string)made["properties"]!["objectId"]! },
        });
        return new(
            hub["tenantId"],
            (string)made["properties"]!["appId"]!,
            (string)secret["secretText"]!,
            new ClientSecretCredentialOptions { AuthorityHost = new(hub["httpsEndpoint"]), DisableInstanceDiscovery = true, Transport = hub.Transport });
    }

    public static Task UnassignAsync(this Hub hub, string assignment) => hub.ManageAsync(HttpMethod.Delete, $"{assignment}?api-version=2022-04-01", null);

    public static async Task<BlobServiceClient> BlobsAsync(this Hub hub) => new(new(hub["blobEndpoint"]), await hub.KeyAsync(), hub.BlobOptions());

    public static BlobClientOptions BlobOptions(this Hub hub) => new() { Transport = hub.Transport, Retry = { MaxRetries = 0 } };

    public static async Task<ShareServiceClient> FilesAsync(this Hub hub) => new(new(hub["fileEndpoint"]), await hub.KeyAsync(), hub.FileOptions());

    public static ShareClientOptions FileOptions(this Hub hub) => new() { Transport = hub.Transport, Retry = { MaxRetries = 0 }, ShareTokenIntent = ShareTokenIntent.Backup };

    /// <summary>Sets how long what is deleted can be had back.</summary>
    public static Task SetRetentionAsync(this Hub hub, string service, object properties) =>
        hub.ManageAsync(HttpMethod.Put, $"{hub.StorageId()}/{service}/default?api-version=2023-05-01", new { properties });

    private static string StorageId(this Hub hub) => $"{hub.Group.Id}/providers/Microsoft.Storage/storageAccounts/{hub["storageAccount"]}";

    private static async Task<JsonObject> ManageAsync(this Hub hub, HttpMethod method, string path, object? body)
    {
        var token = (await hub.Credential.GetTokenAsync(new(["https://management.azure.com/.default"]), Cancel)).Token;
        using var request = new HttpRequestMessage(method, hub["httpsEndpoint"] + path) { Headers = { Authorization = new("Bearer", token) }, Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await hub.Http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)!.AsObject() : throw new InvalidOperationException(text);
    }

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
