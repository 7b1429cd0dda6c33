using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>Operations on containers.</summary>
internal sealed class ContainerOperations(BlobContainers containers)
{
    public IEnumerable<BlobOperation> All =>
    [
        new("CreateContainer", "PUT", BlobLevel.Container, "", BlobRight.CreateContainer, CreateAsync),
        new("GetContainerProperties", "GET", BlobLevel.Container, "", BlobRight.ReadContainer, ShowAsync),
        new("GetContainerProperties", "HEAD", BlobLevel.Container, "", BlobRight.ReadContainer, ShowAsync),
        new("GetContainerMetadata", "GET", BlobLevel.Container, "metadata", BlobRight.ReadContainer, ShowAsync),
        new("GetContainerMetadata", "HEAD", BlobLevel.Container, "metadata", BlobRight.ReadContainer, ShowAsync),
        new("SetContainerMetadata", "PUT", BlobLevel.Container, "metadata", BlobRight.WriteContainer, SetMetadataAsync),
        new("DeleteContainer", "DELETE", BlobLevel.Container, "", BlobRight.DeleteContainer, DeleteAsync),
        new("RestoreContainer", "PUT", BlobLevel.Container, "undelete", BlobRight.WriteContainer, RestoreAsync),
        new("GetContainerACL", "GET", BlobLevel.Container, "acl", BlobRight.ReadPolicies, GetPoliciesAsync),
        new("GetContainerACL", "HEAD", BlobLevel.Container, "acl", BlobRight.ReadPolicies, GetPoliciesAsync),
        new("SetContainerACL", "PUT", BlobLevel.Container, "acl", BlobRight.WritePolicies, SetPoliciesAsync),
        new("LeaseContainer", "PUT", BlobLevel.Container, "lease", BlobRight.WriteContainer, LeaseAsync),
    ];

    private async Task CreateAsync(BlobCall call, CancellationToken cancellationToken)
    {
        if (call.Header("x-ms-blob-public-access") is not null)
        {
            throw ApiException.Published(StatusCodes.Status409Conflict, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.");
        }

        Stamp(call, await containers.CreateAsync(call.Account.Data, call.Container, HeaderRules.ReadMetadata(call.Request), cancellationToken));
        call.Answer(StatusCodes.Status201Created);
    }

    private async Task ShowAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var container = await FindAsync(call, cancellationToken);
        Stamp(call, container);
        HeaderRules.WriteMetadata(call, container.Metadata);
        LeaseView.Of(container.Lease, call.Now).Write(call);
        call.Set("x-ms-has-immutability-policy", "false");
        call.Set("x-ms-has-legal-hold", "false");
        call.Set("x-ms-immutable-storage-with-versioning-enabled", "false");
        call.Set("x-ms-default-encryption-scope", "$account-encryption-key");
        call.Set("x-ms-deny-encryption-scope-override", "false");
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task SetMetadataAsync(BlobCall call, CancellationToken cancellationToken)
    {
        Stamp(call, await containers.SetMetadataAsync(call.Account.Data, call.Container, HeaderRules.ReadMetadata(call.Request), BlobHeaderRules.ReadConditions(call), cancellationToken));
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task DeleteAsync(BlobCall call, CancellationToken cancellationToken)
    {
        await containers.DeleteAsync(call.Account.Data, call.Container, BlobHeaderRules.ReadConditions(call), cancellationToken);
        call.Answer(StatusCodes.Status202Accepted);
    }

    private async Task RestoreAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var name = call.Header("x-ms-deleted-container-name") ?? throw Missing("x-ms-deleted-container-name");
        var version = call.Header("x-ms-deleted-container-version") ?? throw Missing("x-ms-deleted-container-version");
        if (name != call.Container)
        {
            throw BlobCall.BadHeader("x-ms-deleted-container-name", "the container of the address: a container comes back under its own name.");
        }

        await containers.RestoreAsync(call.Account.Data, name, version, cancellationToken);
        call.Answer(StatusCodes.Status201Created);
    }

    private async Task GetPoliciesAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var container = await FindAsync(call, cancellationToken);
        Stamp(call, container);
        await call.AnswerXmlAsync(PolicyXml.Write(container.Policies), cancellationToken);
    }

    private async Task SetPoliciesAsync(BlobCall call, CancellationToken cancellationToken)
    {
        if (call.Header("x-ms-blob-public-access") is not null)
        {
            throw ApiException.Published(StatusCodes.Status409Conflict, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.");
        }

        var policies = call.Request.ContentLength is null or 0 ? [] : PolicyXml.Read(await StorageXml.ReadAsync(call.Request, "SignedIdentifiers", cancellationToken));
        Stamp(call, await containers.SetPoliciesAsync(call.Account.Data, call.Container, policies, BlobHeaderRules.ReadConditions(call), cancellationToken));
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task LeaseAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var request = LeaseHeaders.Read(call);
        var container = await containers.LeaseAsync(call.Account.Data, call.Container, request, BlobHeaderRules.ReadConditions(call) with { LeaseId = null }, cancellationToken);
        Stamp(call, container);
        LeaseHeaders.Answer(call, request, container.Lease);
    }

    private async Task<StoredContainer> FindAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var container = await containers.FindAsync(call.Account.Data, call.Container, cancellationToken) ?? throw Atrium.Storage.StorageFaults.NoContainer();
        LeaseRules.DemandMatch(container.Lease, BlobHeaderRules.ReadConditions(call).LeaseId, "Container", call.Now);
        return container;
    }

    private static void Stamp(BlobCall call, StoredContainer container)
    {
        call.Set("ETag", ConditionRules.Tag(container.ETag));
        call.Set("Last-Modified", HeaderRules.Time(container.Modified));
    }

    private static ApiException Missing(string header) => ApiException.BadRequest("MissingRequiredHeader", $"An HTTP header that's mandatory for this request is not specified: {header}.", header);
}
