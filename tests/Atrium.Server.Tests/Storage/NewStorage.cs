using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Storage;

/// <summary>A storage account of a test's own.</summary>
internal static class NewStorage
{
    private const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    private const string BlobOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string FileContributor = "69566ab7-960f-475b-8e7c-b3118f30c6bd";

    /// <summary>The account's id, and a client of somebody who may do everything in it.</summary>
    public static async Task<(string Id, HttpClient Client)> MakeAsync(HubServer hub, string name)
    {
        using var owner = await hub.OwnerAsync();
        var group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
        await owner.CallAsync("PUT", $"{group.Split("/resourceGroups")[0]}?api-version=2024-07-01", new { displayName = "t" });
        await owner.CallAsync("PUT", $"{group}?api-version=2024-07-01", new { location = "local" });
        var account = $"{group}/providers/Microsoft.Storage/storageAccounts/{name}";
        var made = await owner.CallAsync("PUT", $"{account}?api-version=2023-05-01", new { location = "local", kind = "StorageV2", sku = new { name = "Standard_LRS" } });
        Assert.Equal(HttpStatusCode.OK, made.Status);
        return (account, await hub.ClientForAsync(HubClients.Storage, (BlobOwner, account), (FileContributor, account), (Owner, account)));
    }
}
