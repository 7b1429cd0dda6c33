using Atrium.Contracts;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Auth;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs;

/// <summary>Whether a caller may do what he wants.</summary>
internal sealed class BlobRights(IAccessControl access, BlobStore blobs)
{
    /// <exception cref="Hosting.ApiException">403, in the same words whether or not what is named is there.</exception>
    public async ValueTask DemandAsync(StorageCaller caller, BlobRight right, StorageAccount? account, BlobTarget target, HttpRequest request, CancellationToken cancellationToken)
    {
        if (account is null || !await IsAllowedAsync(caller, right, account, target, request, cancellationToken))
        {
            throw StorageRefusals.NotAllowed();
        }
    }

    private ValueTask<bool> IsAllowedAsync(StorageCaller caller, BlobRight right, StorageAccount account, BlobTarget target, HttpRequest request, CancellationToken cancellationToken) => caller switch
    {
        StorageCaller.Key => new(true),
        StorageCaller.Principal principal => IsAllowedAsync(principal.Caller, right, account, target, request, cancellationToken),
        _ => new(false),
    };

    private async ValueTask<bool> IsAllowedAsync(Caller caller, BlobRight right, StorageAccount account, BlobTarget target, HttpRequest request, CancellationToken cancellationToken)
    {
        var scope = ScopeOf(account, target);
        var attributes = BlobAttributes.Of(account, right, target, request);
        if (right.IsData
            ? await access.IsDataAllowedAsync(caller, right.FullAction, scope, attributes, cancellationToken)
            : await access.IsAllowedAsync(caller, right.FullAction, scope, attributes, cancellationToken))
        {
            return true;
        }

        return right.AddAction is { } add
            && await access.IsDataAllowedAsync(caller, $"{BlobRight.Services}/{add}", scope, attributes, cancellationToken)
            && await IsNewAsync(account, target, cancellationToken);
    }

    private async ValueTask<bool> IsNewAsync(StorageAccount account, BlobTarget target, CancellationToken cancellationToken) =>
        target is not { Container: { } container, Blob: { } blob } || await blobs.FindAsync(new(account.Data, container, blob), cancellationToken) is null;

    private static ResourceId ScopeOf(StorageAccount account, BlobTarget target)
    {
        var service = account.Id.Child("blobServices", "default");
        return target.Container is { } container && BlobTarget.IsContainerName(container) ? service.Child("containers", container) : service;
    }
}
