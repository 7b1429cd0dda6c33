using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;

namespace Atrium.Clients.Tests.Storage;

/// <summary>Shared access signatures made by Azure.Storage.Blobs: of a blob, a container, an account and an identity.</summary>
public sealed class SignatureTests(Hub hub)
{
    private const string Owner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateTimeOffset Soon => TimeProvider.System.GetUtcNow().AddMinutes(20);

    [Fact]
    public async Task A_blobs_signature_reads_that_blob_and_nothing_else()
    {
        var container = await NewAsync();
        await container.UploadBlobAsync("a b/ü.txt", BinaryData.FromString("signed"), Cancel);
        await container.UploadBlobAsync("other", BinaryData.FromString("not"), Cancel);
        var url = container.GetBlobClient("a b/ü.txt").GenerateSasUri(new BlobSasBuilder(BlobSasPermissions.Read, Soon) { ContentType = "text/x-signed" });
        var signed = new BlobClient(url, hub.BlobOptions());
        var read = (await signed.DownloadContentAsync(Cancel)).Value;
        Assert.Equal(("signed", "text/x-signed"), (read.Content.ToString(), read.Details.ContentType));

        await RefusedAsync("AuthorizationPermissionMismatch", () => signed.UploadAsync(BinaryData.FromString("x"), overwrite: true, Cancel));
        await RefusedAsync("AuthorizationPermissionMismatch", () => signed.DeleteAsync(cancellationToken: Cancel));
        await RefusedAsync("AuthenticationFailed", () => new BlobClient(new(url.AbsoluteUri.Replace("%C3%BC.txt", "other.txt", StringComparison.Ordinal)), hub.BlobOptions()).DownloadContentAsync(Cancel));
        await RefusedAsync("AuthenticationFailed", () => new BlobClient(new(url.AbsoluteUri.Replace("sp=r", "sp=rw", StringComparison.Ordinal)), hub.BlobOptions()).DownloadContentAsync(Cancel));
    }

    [Fact]
    public async Task A_containers_signature_does_what_its_letters_say_and_ends_with_its_policy()
    {
        var container = await NewAsync();
        await container.SetAccessPolicyAsync(permissions: [new BlobSignedIdentifier { Id = "writers", AccessPolicy = new() { PolicyExpiresOn = Soon, Permissions = "cl" } }], cancellationToken: Cancel);
        Assert.Equal("writers", Assert.Single((await container.GetAccessPolicyAsync(cancellationToken: Cancel)).Value.SignedIdentifiers).Id);
        var signed = new BlobContainerClient(container.GenerateSasUri(new BlobSasBuilder { Identifier = "writers" }), hub.BlobOptions());
        await signed.UploadBlobAsync("new", BinaryData.FromString("1"), Cancel);
        Assert.Equal(["new"], await signed.GetBlobsAsync(cancellationToken: Cancel).Select(b => b.Name).ToListAsync(Cancel));
        await RefusedAsync("AuthorizationPermissionMismatch", () => signed.GetBlobClient("new").UploadAsync(BinaryData.FromString("2"), overwrite: true, Cancel));
        await RefusedAsync("AuthorizationPermissionMismatch", () => signed.GetBlobClient("new").DownloadContentAsync(Cancel));
        await RefusedAsync("AuthorizationPermissionMismatch", () => signed.DeleteAsync(cancellationToken: Cancel));

        await container.SetAccessPolicyAsync(permissions: [], cancellationToken: Cancel);
        await RefusedAsync("AuthenticationFailed", () => signed.UploadBlobAsync("late", BinaryData.FromString("1"), Cancel));
    }

    [Fact]
    public async Task An_accounts_signature_is_for_the_services_kinds_and_letters_it_names()
    {
        var service = await hub.BlobsAsync();
        var signed = new BlobServiceClient(service.GenerateAccountSasUri(AccountSasPermissions.Read | AccountSasPermissions.Write | AccountSasPermissions.Create, Soon, AccountSasResourceTypes.Container | AccountSasResourceTypes.Object), hub.BlobOptions());
        var container = signed.GetBlobContainerClient(Hub.Unique("acct"));
        await container.CreateAsync(cancellationToken: Cancel);
        await container.UploadBlobAsync("a", BinaryData.FromString("1"), Cancel);
        Assert.Equal("1", (await container.GetBlobClient("a").DownloadContentAsync(Cancel)).Value.Content.ToString());
        await RefusedAsync("AuthorizationPermissionMismatch", async () => await signed.GetBlobContainersAsync(cancellationToken: Cancel).ToListAsync(Cancel));
        await RefusedAsync("AuthorizationPermissionMismatch", () => container.DeleteAsync(cancellationToken: Cancel));
        var over = new BlobServiceClient(service.GenerateAccountSasUri(AccountSasPermissions.All, TimeProvider.System.GetUtcNow().AddMinutes(-1), AccountSasResourceTypes.All), hub.BlobOptions());
        await RefusedAsync("AuthenticationFailed", async () => await over.GetBlobContainersAsync(cancellationToken: Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task An_identitys_signature_holds_no_longer_than_its_own_right()
    {
        var container = await NewAsync();
        await container.UploadBlobAsync("a", BinaryData.FromString("1"), Cancel);
        var assignment = await hub.AssignStorageAsync(Owner);
        var service = new BlobServiceClient(new(hub["blobEndpoint"]), hub.Credential, hub.BlobOptions());
        var key = (await service.GetUserDelegationKeyAsync(TimeProvider.System.GetUtcNow().AddMinutes(-5), Soon, Cancel)).Value;
        Assert.Equal(hub["tenantId"], key.SignedTenantId);
        var builder = new BlobSasBuilder(BlobSasPermissions.Read, Soon) { BlobContainerName = container.Name, BlobName = "a", Resource = "b" };
        var signed = new BlobClient(new UriBuilder(container.GetBlobClient("a").Uri) { Query = builder.ToSasQueryParameters(key, hub["storageAccount"]).ToString() }.Uri, hub.BlobOptions());
        Assert.Equal("1", (await signed.DownloadContentAsync(Cancel)).Value.Content.ToString());
        await RefusedAsync("AuthorizationPermissionMismatch", () => signed.DeleteAsync(cancellationToken: Cancel));

        await hub.UnassignAsync(assignment);
        await RefusedAsync("AuthorizationPermissionMismatch", () => signed.DownloadContentAsync(Cancel));
    }

    [Fact]
    public async Task A_token_without_a_role_opens_nothing_and_nobody_is_told_what_is_there()
    {
        var container = await NewAsync();
        await container.UploadBlobAsync("a", BinaryData.FromString("1"), Cancel);
        var service = new BlobServiceClient(new(hub["blobEndpoint"]), hub.Credential, hub.BlobOptions());
        var there = await RefusedAsync("AuthorizationPermissionMismatch", () => service.GetBlobContainerClient(container.Name).GetBlobClient("a").GetPropertiesAsync(cancellationToken: Cancel));
        var missing = await RefusedAsync("AuthorizationPermissionMismatch", () => service.GetBlobContainerClient("nothing-there").GetBlobClient("a").GetPropertiesAsync(cancellationToken: Cancel));
        Assert.Equal(missing.Status, there.Status);
        Assert.Equal(401, (await Assert.ThrowsAsync<RequestFailedException>(() => new BlobContainerClient(container.Uri, hub.BlobOptions()).GetPropertiesAsync(cancellationToken: Cancel))).Status);
    }

    private static async Task<RequestFailedException> RefusedAsync(string code, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RequestFailedException>(call);
        Assert.True(refused.ErrorCode == code, $"{refused.ErrorCode}: {refused.Message}");
        return refused;
    }

    private async Task<BlobContainerClient> NewAsync()
    {
        var container = (await hub.BlobsAsync()).GetBlobContainerClient(Hub.Unique("sign"));
        await container.CreateAsync(cancellationToken: Cancel);
        return container;
    }
}
