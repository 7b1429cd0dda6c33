using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Files.Operations;

/// <summary>Operations on shares.</summary>
internal sealed class ShareOperations(FileShares shares, FileFolders folders)
{
    private const int LargestQuota = 102_400;
    private const int LongestPermission = 8 * 1024;
    private static readonly string[] Tiers = ["TransactionOptimized", "Hot", "Cool", "Premium"];

    public IEnumerable<FileOperation> All =>
    [
        new("CreateShare", "PUT", FileLevel.Share, "", FileRight.CreateShare, CreateAsync),
        new("GetShareProperties", "GET", FileLevel.Share, "", FileRight.ReadShare, ShowAsync),
        new("GetShareProperties", "HEAD", FileLevel.Share, "", FileRight.ReadShare, ShowAsync),
        new("GetShareMetadata", "GET", FileLevel.Share, "metadata", FileRight.ReadShare, ShowAsync),
        new("GetShareMetadata", "HEAD", FileLevel.Share, "metadata", FileRight.ReadShare, ShowAsync),
        new("SetShareMetadata", "PUT", FileLevel.Share, "metadata", FileRight.WriteShare, SetMetadataAsync),
        new("SetShareProperties", "PUT", FileLevel.Share, "properties", FileRight.WriteShare, SetPropertiesAsync),
        new("DeleteShare", "DELETE", FileLevel.Share, "", FileRight.DeleteShare, DeleteAsync),
        new("RestoreShare", "PUT", FileLevel.Share, "undelete", FileRight.WriteShare, RestoreAsync),
        new("GetShareStats", "GET", FileLevel.Share, "stats", FileRight.ReadShare, MeasureAsync),
        new("GetShareACL", "GET", FileLevel.Share, "acl", FileRight.Policies, GetPoliciesAsync),
        new("SetShareACL", "PUT", FileLevel.Share, "acl", FileRight.Policies, SetPoliciesAsync),
        new("LeaseShare", "PUT", FileLevel.Share, "lease", FileRight.WriteShare, LeaseAsync),
        new("CreatePermission", "PUT", FileLevel.Share, "filepermission", FileRight.WriteShare, KeepPermissionAsync),
        new("GetPermission", "GET", FileLevel.Share, "filepermission", FileRight.ReadShare, GetPermissionAsync),
    ];

    private async Task CreateAsync(FileCall call, CancellationToken cancellationToken)
    {
        var (quota, tier) = (ReadQuota(call), ReadTier(call));
        if (call.Header("x-ms-enabled-protocols") is { } protocol && !protocol.Equals("SMB", StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.NotBuilt("A share with the protocol NFS");
        }

        Stamp(call, await shares.CreateAsync(call.Account.Data, call.Target.Share!, quota, tier, HeaderRules.ReadMetadata(call.Request), cancellationToken));
        call.Answer(StatusCodes.Status201Created);
    }

    private async Task ShowAsync(FileCall call, CancellationToken cancellationToken)
    {
        var share = await FindAsync(call, cancellationToken);
        LeaseRules.DemandMatch(share.Lease, call.LeaseId, "Share", call.Now);
        Stamp(call, share);
        HeaderRules.WriteMetadata(call, share.Metadata);
        LeaseView.Of(share.Lease, call.Now).Write(call);
        call.Set("x-ms-share-quota", share.Quota.ToString(CultureInfo.InvariantCulture));
        call.Set("x-ms-access-tier", share.Tier ?? Tiers[0]);
        call.Set("x-ms-enabled-protocols", "SMB");
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task SetMetadataAsync(FileCall call, CancellationToken cancellationToken)
    {
        var metadata = HeaderRules.ReadMetadata(call.Request);
        Stamp(call, await shares.ChangeAsync(call.Account.Data, call.Target.Share!, call.LeaseId, share => share with { Metadata = metadata }, cancellationToken));
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task SetPropertiesAsync(FileCall call, CancellationToken cancellationToken)
    {
        var (quota, tier) = (ReadQuota(call), ReadTier(call));
        Stamp(call, await shares.ChangeAsync(call.Account.Data, call.Target.Share!, call.LeaseId, share => share with { Quota = quota ?? share.Quota, Tier = tier ?? share.Tier }, cancellationToken));
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task DeleteAsync(FileCall call, CancellationToken cancellationToken)
    {
        await shares.DeleteAsync(call.Account.Data, call.Target.Share!, call.LeaseId, cancellationToken);
        call.Answer(StatusCodes.Status202Accepted);
    }

    private async Task RestoreAsync(FileCall call, CancellationToken cancellationToken)
    {
        Stamp(call, await shares.RestoreAsync(call.Account.Data, call.Target.Share!, Demand(call, "x-ms-deleted-share-name"), Demand(call, "x-ms-deleted-share-version"), cancellationToken));
        call.Answer(StatusCodes.Status201Created);
    }

    /// <summary>Walks the folder: what is there counts, whoever wrote it.</summary>
    private async Task MeasureAsync(FileCall call, CancellationToken cancellationToken)
    {
        var share = await FindAsync(call, cancellationToken);
        Stamp(call, share);
        var walk = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        var bytes = new DirectoryInfo(folders.Of(call.Account.Data, share)).EnumerateFiles("*", walk).Sum(file => file.Length);
        await call.AnswerXmlAsync(
            StorageXml.Write(xml =>
            {
                xml.WriteStartElement("ShareStats");
                xml.WriteElementString("ShareUsageBytes", bytes.ToString(CultureInfo.InvariantCulture));
                xml.WriteEndElement();
            }),
            cancellationToken);
    }

    private async Task GetPoliciesAsync(FileCall call, CancellationToken cancellationToken)
    {
        var share = await FindAsync(call, cancellationToken);
        Stamp(call, share);
        await call.AnswerXmlAsync(PolicyXml.Write(share.Policies), cancellationToken);
    }

    private async Task SetPoliciesAsync(FileCall call, CancellationToken cancellationToken)
    {
        var policies = call.Request.ContentLength is null or 0 ? [] : PolicyXml.Read(await StorageXml.ReadAsync(call.Request, "SignedIdentifiers", cancellationToken));
        Stamp(call, await shares.ChangeAsync(call.Account.Data, call.Target.Share!, call.LeaseId, share => share with { Policies = policies }, cancellationToken));
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task LeaseAsync(FileCall call, CancellationToken cancellationToken)
    {
        var request = LeaseHeaders.Read(call);
        var share = await shares.LeaseAsync(call.Account.Data, call.Target.Share!, request, cancellationToken);
        Stamp(call, share);
        LeaseHeaders.Answer(call, request, share.Lease);
    }

    private async Task KeepPermissionAsync(FileCall call, CancellationToken cancellationToken)
    {
        var share = await FindAsync(call, cancellationToken);
        var bytes = await BoundedBody.ReadAsync(call.Request.Body, call.Request.ContentLength, LongestPermission * 2, cancellationToken);
        string? permission = null;
        try
        {
            permission = bytes is null ? null : (string?)JsonNode.Parse(bytes)?["permission"];
        }
        catch (JsonException)
        {
        }

        if (permission is not { Length: > 0 and <= LongestPermission })
        {
            throw ApiException.BadRequest("InvalidInput", $"The body must be a JSON object with the field permission, a text of 1 to {LongestPermission} characters (SDDL).");
        }

        call.Set("x-ms-file-permission-key", await shares.KeepPermissionAsync(call.Account.Data, share, permission, cancellationToken));
        call.Answer(StatusCodes.Status201Created);
    }

    private async Task GetPermissionAsync(FileCall call, CancellationToken cancellationToken)
    {
        var share = await FindAsync(call, cancellationToken);
        var permission = await shares.FindPermissionAsync(call.Account.Data, share, Demand(call, "x-ms-file-permission-key"), cancellationToken)
            ?? throw ApiException.NotFound("SecurityDescriptorNotFound", "The permission of that key is not kept in this share.");
        call.Response.ContentType = "application/json";
        await call.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["permission"] = permission }), cancellationToken);
    }

    private async Task<StoredShare> FindAsync(FileCall call, CancellationToken cancellationToken) =>
        await shares.FindAsync(call.Account.Data, call.Target.Share!, cancellationToken) ?? throw FileFaults.NoShare();

    private static string Demand(FileCall call, string header) =>
        call.Header(header) ?? throw ApiException.BadRequest("MissingRequiredHeader", $"An HTTP header that's mandatory for this request is not specified: {header}.", header);

    private static int? ReadQuota(FileCall call) => call.Number("x-ms-share-quota") switch
    {
        null => null,
        >= 1 and <= LargestQuota and var quota => (int)quota,
        _ => throw StorageCall.BadHeader("x-ms-share-quota", $"1 to {LargestQuota} (GiB)."),
    };

    private static string? ReadTier(FileCall call) => call.Header("x-ms-access-tier") is not { } text ? null
        : Tiers.FirstOrDefault(tier => tier.Equals(text, StringComparison.OrdinalIgnoreCase)) ?? throw StorageCall.BadHeader("x-ms-access-tier", $"one of {string.Join(", ", Tiers)}.");

    private static void Stamp(FileCall call, StoredShare share)
    {
        call.Set("ETag", ConditionRules.Tag(share.ETag));
        call.Set("Last-Modified", HeaderRules.Time(share.Modified));
    }
}
