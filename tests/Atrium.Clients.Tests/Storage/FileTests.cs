using Azure;
using Azure.Storage.Files.Shares;
using Azure.Storage.Files.Shares.Models;
using Azure.Storage.Files.Shares.Specialized;
using Azure.Storage.Sas;

namespace Atrium.Clients.Tests.Storage;

/// <summary>Azure.Storage.Files.Shares against the storage account that came with the first hub.</summary>
public sealed class FileTests(Hub hub)
{
    private const string Contributor = "69566ab7-960f-475b-8e7c-b3118f30c6bd";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateTimeOffset Soon => TimeProvider.System.GetUtcNow().AddMinutes(20);

    [Fact]
    public async Task A_share_is_made_described_listed_and_deleted()
    {
        var service = await hub.FilesAsync();
        var share = service.GetShareClient(Hub.Unique("walk"));
        await share.CreateAsync(new ShareCreateOptions { QuotaInGB = 7, AccessTier = ShareAccessTier.Cool, Metadata = new Dictionary<string, string> { ["team"] = "blue" } }, Cancel);
        var properties = (await share.GetPropertiesAsync(Cancel)).Value;
        Assert.Equal((7, "Cool", "blue"), (properties.QuotaInGB, properties.AccessTier, properties.Metadata["team"]));
        await share.SetPropertiesAsync(new() { QuotaInGB = 8, AccessTier = ShareAccessTier.Hot }, Cancel);
        await share.SetMetadataAsync(new Dictionary<string, string> { ["team"] = "red" }, cancellationToken: Cancel);
        var listed = await service.GetSharesAsync(ShareTraits.Metadata, prefix: share.Name, cancellationToken: Cancel).SingleAsync(Cancel);
        Assert.Equal((8, "red"), (listed.Properties.QuotaInGB, listed.Properties.Metadata["team"]));

        var file = share.GetRootDirectoryClient().GetFileClient("a.bin");
        await file.CreateAsync(1_000_000, cancellationToken: Cancel);
        Assert.Equal(1_000_000, (await share.GetStatisticsAsync(Cancel)).Value.ShareUsageInBytes);
        await RefusedAsync(409, "ShareAlreadyExists", () => share.CreateAsync(cancellationToken: Cancel));
        await share.DeleteAsync(cancellationToken: Cancel);
        Assert.False(await share.ExistsAsync(Cancel));
        await RefusedAsync(404, "ShareNotFound", () => file.GetPropertiesAsync(cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_deleted_share_comes_back_where_the_policy_says_so()
    {
        await hub.SetRetentionAsync("fileServices", new { shareDeleteRetentionPolicy = new { enabled = true, days = 5 } });
        var service = await hub.FilesAsync();
        var share = service.GetShareClient(Hub.Unique("back"));
        await share.CreateAsync(cancellationToken: Cancel);
        await share.GetRootDirectoryClient().GetFileClient("a").CreateAsync(5, cancellationToken: Cancel);
        await share.DeleteAsync(cancellationToken: Cancel);
        var gone = await service.GetSharesAsync(states: ShareStates.Deleted, prefix: share.Name, cancellationToken: Cancel).SingleAsync(Cancel);
        Assert.True(gone.IsDeleted);
        Assert.InRange(gone.Properties.RemainingRetentionDays ?? 0, 4, 5);
        var back = (await service.UndeleteShareAsync(gone.Name, gone.VersionId, Cancel)).Value;
        Assert.Equal(5, (await back.GetRootDirectoryClient().GetFileClient("a").GetPropertiesAsync(Cancel)).Value.ContentLength);
    }

    [Fact]
    public async Task A_large_file_is_uploaded_in_ranges_and_read_whole_and_in_part()
    {
        var file = (await NewAsync()).GetRootDirectoryClient().GetFileClient("large ü.bin");
        var bytes = StorageAccess.Bytes(10_000_001);
        await file.CreateAsync(bytes.Length, cancellationToken: Cancel);
        await file.UploadAsync(new MemoryStream(bytes), new ShareFileUploadOptions { TransferOptions = new() { MaximumTransferSize = 3_000_000 } }, Cancel);
        Assert.Equal(bytes, await ReadAsync(file));
        Assert.Equal(bytes[5_000_000..5_000_100], await ReadAsync(file, new() { Range = new(5_000_000, 100) }));
        var hashed = (await file.DownloadAsync(new() { Range = new(5, 1_000_000), TransferValidation = new() { ChecksumAlgorithm = Azure.Storage.StorageChecksumAlgorithm.MD5 } }, Cancel)).Value;
        Assert.Equal(bytes[5..1_000_005], (await BinaryData.FromStreamAsync(hashed.Content, Cancel)).ToArray());
        var structured = new ShareFileUploadOptions { TransferValidation = new() { ChecksumAlgorithm = Azure.Storage.StorageChecksumAlgorithm.StorageCrc64 } };
        await file.UploadAsync(new MemoryStream(bytes, 0, 2_000_000), structured, Cancel);
        Assert.Equal(bytes, await ReadAsync(file, new() { TransferValidation = new() { ChecksumAlgorithm = Azure.Storage.StorageChecksumAlgorithm.StorageCrc64 } }));
        await RefusedAsync(416, "InvalidRange", () => file.DownloadAsync(new() { Range = new(bytes.Length + 1, 10) }, Cancel));
        await RefusedAsync(416, "InvalidRange", () => file.UploadRangeAsync(new(bytes.Length - 1, 2), new MemoryStream([1, 2]), cancellationToken: Cancel));
    }

    [Fact]
    public async Task Ranges_that_were_written_are_listed_and_cleared_ones_are_zeros()
    {
        var file = (await NewAsync()).GetRootDirectoryClient().GetFileClient("sparse");
        await file.CreateAsync(1_000_000, cancellationToken: Cancel);
        Assert.Empty((await file.GetRangeListAsync(new ShareFileGetRangeListOptions(), Cancel)).Value.Ranges);
        await file.UploadRangeAsync(new(0, 100_000), new MemoryStream(StorageAccess.Bytes(100_000)), cancellationToken: Cancel);
        await file.UploadRangeAsync(new(500_000, 1000), new MemoryStream(StorageAccess.Bytes(1000)), cancellationToken: Cancel);
        await file.ClearRangeAsync(new(50_000, 10_000), cancellationToken: Cancel);
        var ranges = (await file.GetRangeListAsync(new ShareFileGetRangeListOptions(), Cancel)).Value.Ranges.Select(r => (r.Offset, r.Length));
        Assert.Equal([(0, 50_000), (60_000, 40_000), (500_000, 1000)], ranges);
        var part = (await file.GetRangeListAsync(new ShareFileGetRangeListOptions { Range = new(90_000, 500_000) }, Cancel)).Value.Ranges.Select(r => (r.Offset, r.Length));
        Assert.Equal([(90_000, 10_000), (500_000, 1000)], part);
        Assert.All(await ReadAsync(file, new() { Range = new(50_000, 10_000) }), b => Assert.Equal(0, b));
        await file.SetHttpHeadersAsync(new() { NewSize = 70_000 }, cancellationToken: Cancel);
        Assert.Equal(70_000, (await file.GetPropertiesAsync(cancellationToken: Cancel)).Value.ContentLength);
    }

    [Fact]
    public async Task Directories_are_made_listed_in_pages_by_prefix_and_deleted_when_empty()
    {
        var share = await NewAsync();
        var folder = share.GetDirectoryClient("folder ü");
        await folder.CreateAsync(new ShareDirectoryCreateOptions { Metadata = new Dictionary<string, string> { ["kind"] = "f" } }, Cancel);
        Assert.Equal("f", (await folder.GetPropertiesAsync(Cancel)).Value.Metadata["kind"]);
        await folder.SetMetadataAsync(new Dictionary<string, string> { ["kind"] = "g" }, Cancel);
        var inner = (await folder.CreateSubdirectoryAsync("a-inner", cancellationToken: Cancel)).Value;
        string[] names = [.. Enumerable.Range(0, 12).Select(i => $"{(char)('a' + (i % 3))}-{i:D2}").Order(StringComparer.Ordinal)];
        foreach (var name in names)
        {
            await folder.CreateFileAsync(name, 3, cancellationToken: Cancel);
        }

        var pages = await folder.GetFilesAndDirectoriesAsync(cancellationToken: Cancel).AsPages(pageSizeHint: 5).ToListAsync(Cancel);
        Assert.Equal(3, pages.Count);
        Assert.Equal([.. names.Append("a-inner").Order(StringComparer.Ordinal)], pages.SelectMany(p => p.Values).Select(i => i.Name).Order(StringComparer.Ordinal));
        var found = await folder.GetFilesAndDirectoriesAsync(new ShareDirectoryGetFilesAndDirectoriesOptions { Prefix = "a-", Traits = ShareFileTraits.All, IncludeExtendedInfo = true }, Cancel).ToListAsync(Cancel);
        Assert.Equal(["a-00", "a-03", "a-06", "a-09", "a-inner"], found.Select(i => i.Name).Order(StringComparer.Ordinal));
        Assert.True(found.Single(i => i.IsDirectory).Name == "a-inner" && found.Where(i => !i.IsDirectory).All(i => i.FileSize == 3 && i.Properties.ETag is not null));

        await RefusedAsync(409, "DirectoryNotEmpty", () => folder.DeleteAsync(Cancel));
        await RefusedAsync(404, "ParentNotFound", () => share.GetDirectoryClient("none/below").CreateAsync(cancellationToken: Cancel));
        await RefusedAsync(409, "ResourceAlreadyExists", () => inner.CreateAsync(cancellationToken: Cancel));
        await RefusedAsync(409, "ResourceTypeMismatch", () => folder.GetFileClient("a-inner").CreateAsync(1, cancellationToken: Cancel));
        await inner.DeleteAsync(Cancel);
        Assert.False(await inner.ExistsAsync(Cancel));
    }

    [Fact]
    public async Task Headers_metadata_times_attributes_and_permissions_are_kept()
    {
        var share = await NewAsync();
        var file = share.GetRootDirectoryClient().GetFileClient("a.txt");
        var made = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);
        var options = new ShareFileCreateOptions
        {
            HttpHeaders = new() { ContentType = "text/x-test", CacheControl = "no-store", ContentLanguage = ["en"], ContentDisposition = "inline" },
            Metadata = new Dictionary<string, string> { ["who"] = "me" },
            SmbProperties = new() { FileAttributes = NtfsFileAttributes.ReadOnly | NtfsFileAttributes.Hidden, FileCreatedOn = made, FileLastWrittenOn = made.AddDays(1) },
            FilePermission = new() { Permission = "O:S-1-5-21-1G:S-1-5-21-1D:AI(A;;FA;;;SY)" },
        };
        await file.CreateAsync(4, options, cancellationToken: Cancel);
        var kept = (await file.GetPropertiesAsync(cancellationToken: Cancel)).Value;
        Assert.Equal(("text/x-test", "no-store", "inline", "me"), (kept.ContentType, kept.CacheControl, kept.ContentDisposition, kept.Metadata["who"]));
        Assert.Equal((NtfsFileAttributes.ReadOnly | NtfsFileAttributes.Hidden, made, made.AddDays(1)), (kept.SmbProperties.FileAttributes!.Value, kept.SmbProperties.FileCreatedOn!.Value, kept.SmbProperties.FileLastWrittenOn!.Value));
        Assert.StartsWith("O:S-1-5-21-1", (await share.GetPermissionAsync(kept.SmbProperties.FilePermissionKey, Cancel)).Value, StringComparison.Ordinal);

        await file.SetMetadataAsync(new Dictionary<string, string> { ["who"] = "you" }, cancellationToken: Cancel);
        await file.UploadRangeAsync(new(0, 4), new MemoryStream("text"u8.ToArray()), cancellationToken: Cancel);
        var after = (await file.GetPropertiesAsync(cancellationToken: Cancel)).Value;
        Assert.Equal(("you", "text/x-test", true), (after.Metadata["who"], after.ContentType, after.SmbProperties.FileLastWrittenOn > made.AddDays(1)));
        Assert.NotEqual(kept.ETag, after.ETag);
    }

    [Fact]
    public async Task Files_and_directories_are_renamed_with_what_is_known_of_them()
    {
        var share = await NewAsync();
        var folder = share.GetDirectoryClient("old");
        await folder.CreateAsync(cancellationToken: Cancel);
        var file = folder.GetFileClient("a.txt");
        await file.CreateAsync(4, new ShareFileCreateOptions { Metadata = new Dictionary<string, string> { ["who"] = "me" } }, cancellationToken: Cancel);
        await file.UploadRangeAsync(new(0, 4), new MemoryStream("text"u8.ToArray()), cancellationToken: Cancel);
        var renamed = (await file.RenameAsync("old/b ü.txt", cancellationToken: Cancel)).Value;
        Assert.Equal("me", (await renamed.GetPropertiesAsync(cancellationToken: Cancel)).Value.Metadata["who"]);
        Assert.False(await file.ExistsAsync(Cancel));

        await folder.RenameAsync("new", cancellationToken: Cancel);
        var moved = share.GetDirectoryClient("new").GetFileClient("b ü.txt");
        Assert.Equal("text"u8.ToArray(), await ReadAsync(moved));
        Assert.Equal("me", (await moved.GetPropertiesAsync(cancellationToken: Cancel)).Value.Metadata["who"]);
        await share.GetRootDirectoryClient().CreateFileAsync("there", 1, cancellationToken: Cancel);
        await RefusedAsync(409, "ResourceAlreadyExists", () => moved.RenameAsync("there", cancellationToken: Cancel));
        await moved.RenameAsync("there", new ShareFileRenameOptions { ReplaceIfExists = true }, Cancel);
        Assert.Equal("text"u8.ToArray(), await ReadAsync(share.GetRootDirectoryClient().GetFileClient("there")));
    }

    [Fact]
    public async Task A_file_is_copied_within_and_from_another_share_by_its_signature()
    {
        var (share, other) = (await NewAsync(), await NewAsync());
        var source = other.GetRootDirectoryClient().GetFileClient("from");
        var bytes = StorageAccess.Bytes(5_000_000);
        await source.CreateAsync(bytes.Length, cancellationToken: Cancel);
        await source.UploadAsync(new MemoryStream(bytes), cancellationToken: Cancel);
        var target = share.GetRootDirectoryClient().GetFileClient("to");
        var copy = (await target.StartCopyAsync(source.Uri, cancellationToken: Cancel)).Value;
        Assert.Equal(CopyStatus.Success, copy.CopyStatus);
        Assert.Equal(bytes, await ReadAsync(target));

        var part = share.GetRootDirectoryClient().GetFileClient("part");
        await part.CreateAsync(1000, cancellationToken: Cancel);
        await part.UploadRangeFromUriAsync(source.GenerateSasUri(ShareFileSasPermissions.Read, Soon), new(0, 1000), new(2000, 1000), cancellationToken: Cancel);
        Assert.Equal(bytes[2000..3000], await ReadAsync(part));
    }

    [Fact]
    public async Task A_lease_keeps_others_from_writing_and_deleting()
    {
        var share = await NewAsync();
        var file = share.GetRootDirectoryClient().GetFileClient("a");
        await file.CreateAsync(4, cancellationToken: Cancel);
        var lease = (await file.GetShareLeaseClient().AcquireAsync(cancellationToken: Cancel)).Value;
        await RefusedAsync(412, "LeaseIdMissing", () => file.UploadRangeAsync(new(0, 1), new MemoryStream([1]), cancellationToken: Cancel));
        await RefusedAsync(412, "LeaseIdMissing", () => file.DeleteAsync(cancellationToken: Cancel));
        await file.UploadRangeAsync(new(0, 1), new MemoryStream([1]), new ShareFileUploadRangeOptions { Conditions = new() { LeaseId = lease.LeaseId } }, Cancel);
        await file.GetShareLeaseClient(lease.LeaseId).ReleaseAsync(cancellationToken: Cancel);
        await file.DeleteAsync(cancellationToken: Cancel);

        var held = (await share.GetShareLeaseClient().AcquireAsync(TimeSpan.FromSeconds(30), cancellationToken: Cancel)).Value;
        await RefusedAsync(412, "LeaseIdMissing", () => share.DeleteAsync(cancellationToken: Cancel));
        await share.DeleteAsync(new ShareDeleteOptions { Conditions = new() { LeaseId = held.LeaseId } }, Cancel);
    }

    [Fact]
    public async Task Signatures_of_a_file_a_share_and_an_account_do_what_their_letters_say()
    {
        var share = await NewAsync();
        var file = share.GetRootDirectoryClient().GetFileClient("a ü.txt");
        await file.CreateAsync(6, cancellationToken: Cancel);
        await file.UploadRangeAsync(new(0, 6), new MemoryStream("signed"u8.ToArray()), cancellationToken: Cancel);
        await share.GetRootDirectoryClient().CreateFileAsync("other", 1, cancellationToken: Cancel);

        var one = new ShareFileClient(file.GenerateSasUri(ShareFileSasPermissions.Read, Soon), hub.FileOptions());
        Assert.Equal("signed"u8.ToArray(), await ReadAsync(one));
        await RefusedAsync(403, "AuthorizationPermissionMismatch", () => one.DeleteAsync(cancellationToken: Cancel));
        await RefusedAsync(403, "AuthenticationFailed", () => new ShareFileClient(new(one.Uri.AbsoluteUri.Replace("a%20%C3%BC.txt", "other", StringComparison.Ordinal)), hub.FileOptions()).DownloadAsync(cancellationToken: Cancel));

        await share.SetAccessPolicyAsync([new ShareSignedIdentifier { Id = "readers", AccessPolicy = new() { PolicyExpiresOn = Soon, Permissions = "rl" } }], cancellationToken: Cancel);
        var whole = new ShareClient(share.GenerateSasUri(new ShareSasBuilder { Identifier = "readers", ShareName = share.Name }), hub.FileOptions());
        Assert.Equal(["a ü.txt", "other"], await whole.GetRootDirectoryClient().GetFilesAndDirectoriesAsync(cancellationToken: Cancel).Select(i => i.Name).ToListAsync(Cancel));
        await RefusedAsync(403, "AuthorizationPermissionMismatch", () => whole.GetRootDirectoryClient().CreateFileAsync("new", 1, cancellationToken: Cancel));
        await share.SetAccessPolicyAsync([], cancellationToken: Cancel);
        await RefusedAsync(403, "AuthenticationFailed", () => ReadAsync(whole.GetRootDirectoryClient().GetFileClient("other")));

        var service = await hub.FilesAsync();
        var account = new ShareServiceClient(service.GenerateAccountSasUri(AccountSasPermissions.List, Soon, AccountSasResourceTypes.Service), hub.FileOptions());
        Assert.True(await account.GetSharesAsync(cancellationToken: Cancel).AnyAsync(s => s.Name == share.Name, Cancel));
        await RefusedAsync(403, "AuthorizationPermissionMismatch", () => account.GetShareClient(share.Name).GetPropertiesAsync(Cancel));
    }

    [Fact]
    public async Task An_identitys_signature_holds_no_longer_than_its_own_right()
    {
        var share = await NewAsync();
        var file = share.GetRootDirectoryClient().GetFileClient("a");
        await file.CreateAsync(3, cancellationToken: Cancel);
        var assignment = await hub.AssignStorageAsync(Contributor);
        var service = new ShareServiceClient(new(hub["fileEndpoint"]), hub.Credential, hub.FileOptions());
        var key = (await service.GetUserDelegationKeyAsync(new ShareGetUserDelegationKeyOptions(Soon), Cancel)).Value;
        var builder = new ShareSasBuilder(ShareFileSasPermissions.Read, Soon) { ShareName = share.Name, FilePath = "a" };
        var signed = new ShareFileClient(new UriBuilder(file.Uri) { Query = builder.ToSasQueryParameters(key, hub["storageAccount"]).ToString() }.Uri, hub.FileOptions());
        Assert.Equal(3, (await ReadAsync(signed)).Length);
        await RefusedAsync(403, "AuthorizationPermissionMismatch", () => signed.DeleteAsync(cancellationToken: Cancel));
        await hub.UnassignAsync(assignment);
        await RefusedAsync(403, "AuthorizationPermissionMismatch", () => ReadAsync(signed));
    }

    [Fact]
    public async Task A_token_needs_a_role_of_files_and_the_backup_intent()
    {
        var share = await NewAsync();
        await share.GetRootDirectoryClient().CreateFileAsync("a", 3, cancellationToken: Cancel);
        var mine = new ShareServiceClient(new(hub["fileEndpoint"]), hub.Credential, hub.FileOptions()).GetShareClient(share.Name);
        await RefusedAsync(403, "AuthorizationPermissionMismatch", () => ReadAsync(mine.GetRootDirectoryClient().GetFileClient("a")));
        await RefusedAsync(403, "AuthorizationPermissionMismatch", () => ReadAsync(mine.GetRootDirectoryClient().GetFileClient("not-there")));
        var assignment = await hub.AssignStorageAsync(Contributor);
        Assert.Equal(3, (await ReadAsync(mine.GetRootDirectoryClient().GetFileClient("a"))).Length);
        await mine.GetRootDirectoryClient().CreateFileAsync("b", 1, cancellationToken: Cancel);
        await hub.UnassignAsync(assignment);
        await RefusedAsync(403, "AuthorizationPermissionMismatch", () => mine.GetRootDirectoryClient().CreateFileAsync("c", 1, cancellationToken: Cancel));
    }

    private static async Task<byte[]> ReadAsync(ShareFileClient file, ShareFileDownloadOptions? options = null)
    {
        var answer = (await file.DownloadAsync(options, Cancel)).Value;
        return (await BinaryData.FromStreamAsync(answer.Content, Cancel)).ToArray();
    }

    private static async Task RefusedAsync(int status, string code, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RequestFailedException>(call);
        Assert.True((refused.Status, refused.ErrorCode) == (status, code), $"{refused.Status} {refused.ErrorCode}: {refused.Message}");
    }

    private async Task<ShareClient> NewAsync()
    {
        var share = (await hub.FilesAsync()).GetShareClient(Hub.Unique("test"));
        await share.CreateAsync(cancellationToken: Cancel);
        return share;
    }
}
