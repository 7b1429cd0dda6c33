using Atrium.Contracts;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Auth;
using Atrium.Server.Storage.Sas;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs;

/// <summary>Whether a caller may do what he wants.</summary>
internal sealed class BlobRights(IAccessControl access, BlobContainers containers, BlobStore blobs)
{
    private const string TagsHeader = "x-ms-tags";

    /// <exception cref="Hosting.ApiException">403, in the same words whether or not what is named is there.</exception>
    public async ValueTask DemandAsync(StorageCaller caller, BlobRight right, BlobLevel level, StorageAccount? account, BlobTarget target, HttpRequest? request, bool isSnapshot, CancellationToken cancellationToken)
    {
        if (account is null || !await IsAllowedAsync(caller, right, level, account, target, request, isSnapshot, cancellationToken))
        {
            throw StorageRefusals.NotAllowed();
        }

        // Who sets tags along with a blob must be allowed to set tags.
        if (right.IsData && right != BlobRight.WriteTags && request?.Headers.ContainsKey(TagsHeader) == true && !await IsAllowedAsync(caller, BlobRight.WriteTags, level, account, target, request, isSnapshot, cancellationToken))
        {
            throw StorageRefusals.NotAllowed();
        }
    }

    private async ValueTask<bool> IsAllowedAsync(StorageCaller caller, BlobRight right, BlobLevel level, StorageAccount account, BlobTarget target, HttpRequest? request, bool isSnapshot, CancellationToken cancellationToken) => caller switch
    {
        StorageCaller.Key => right != BlobRight.DelegationKey,
        StorageCaller.Principal principal => await IsAllowedAsync(principal.Caller, right, account, target, request, cancellationToken),
        StorageCaller.Sas sas => await IsAllowedAsync(sas, right, level, account, target, isSnapshot, cancellationToken)
            && (sas.Signer is null || await IsAllowedAsync(sas.Signer, right, account, target, request, cancellationToken)),
        _ => false,
    };

    private async ValueTask<bool> IsAllowedAsync(Caller caller, BlobRight right, StorageAccount account, BlobTarget target, HttpRequest? request, CancellationToken cancellationToken)
    {
        if (right == BlobRight.Any)
        {
            return true;
        }

        var scope = ScopeOf(account, target);
        var attributes = BlobAttributes.Of(account, right, target, right.IsData ? await TagsAsync(account, target, cancellationToken) : null, request);
        if (right.IsData
            ? await access.IsDataAllowedAsync(caller, right.FullAction, scope, attributes, cancellationToken)
            : await access.IsAllowedAsync(caller, right.FullAction, scope, attributes, cancellationToken))
        {
            return true;
        }

        return right.AddAction is { } add
            && await access.IsDataAllowedAsync(caller, $"{BlobRight.Services}/{add}", scope, attributes, cancellationToken)
            && (right.AddsToOld || await IsNewAsync(account, target, cancellationToken));
    }

    /// <summary>The signature was proved for this address; what is left is whether its letters and its kind give this.</summary>
    private async ValueTask<bool> IsAllowedAsync(StorageCaller.Sas sas, BlobRight right, BlobLevel level, StorageAccount account, BlobTarget target, bool isSnapshot, CancellationToken cancellationToken)
    {
        var fits = sas.Token.IsOfAccount
            ? sas.Token.Services.Contains('b', StringComparison.Ordinal) && IsOfLevel(sas.Token, right, level)
            : !right.IsOfAccount && sas.Token.Resource switch
            {
                "c" => target.Container is not null,
                "b" => target.Blob is not null && !isSnapshot,
                "bs" => target.Blob is not null && isSnapshot,
                _ => false,
            };
        return fits && (sas.Letters.AsSpan().ContainsAny(right.Letters)
            || (sas.Letters.AsSpan().ContainsAny(right.NewLetters) && await IsNewAsync(account, target, cancellationToken)));
    }

    private static bool IsOfLevel(SasToken sas, BlobRight right, BlobLevel level) => right == BlobRight.Any
        || sas.ResourceTypes.Contains(level switch { BlobLevel.Service => 's', BlobLevel.Container => 'c', _ => 'o' }, StringComparison.Ordinal)
        || (right == BlobRight.Filter && sas.ResourceTypes.Contains('o', StringComparison.Ordinal));

    private async ValueTask<IReadOnlyDictionary<string, string>?> TagsAsync(StorageAccount account, BlobTarget target, CancellationToken cancellationToken) =>
        target is { Container: { } container, Blob: { } blob } && await containers.FindAsync(account.Data, container, cancellationToken) is not null
            ? (await blobs.FindAsync(new(account.Data, container, blob), cancellationToken))?.Tags
            : null;

    /// <summary>A container that is not there is told by the operation itself, to whoever may write in it.</summary>
    private async ValueTask<bool> IsNewAsync(StorageAccount account, BlobTarget target, CancellationToken cancellationToken) =>
        target is not { Container: { } container, Blob: { } blob }
        || await containers.FindAsync(account.Data, container, cancellationToken) is null
        || await blobs.FindAsync(new(account.Data, container, blob), cancellationToken) is null;

    private static ResourceId ScopeOf(StorageAccount account, BlobTarget target)
    {
        var service = account.Id.Child("blobServices", "default");
        return target.Container is { } container && BlobTarget.IsContainerName(container) ? service.Child("containers", container) : service;
    }
}
