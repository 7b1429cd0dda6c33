using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Auth;

namespace Atrium.Server.Storage.Files;

/// <summary>Whether a caller may do what he wants with shares and files.</summary>
internal sealed class FileRights(IAccessControl access)
{
    private const string IntentHeader = "x-ms-file-request-intent";

    /// <exception cref="ApiException">403, in the same words whether or not what is named is there.</exception>
    public async ValueTask DemandAsync(StorageCaller caller, FileRight right, FileLevel level, StorageAccount? account, FileTarget target, HttpRequest? request, CancellationToken cancellationToken)
    {
        var isAllowed = account is not null && caller switch
        {
            StorageCaller.Key => right != FileRight.DelegationKey,
            StorageCaller.Principal principal => await IsAllowedAsync(principal.Caller, right, account, target, request, cancellationToken),
            StorageCaller.Sas sas => Fits(sas, right, level) && (sas.Signer is null || await IsAllowedAsync(sas.Signer, right, account, target, request: null, cancellationToken)),
            _ => false,
        };
        if (!isAllowed)
        {
            throw StorageRefusals.NotAllowed();
        }
    }

    private async ValueTask<bool> IsAllowedAsync(Caller caller, FileRight right, StorageAccount account, FileTarget target, HttpRequest? request, CancellationToken cancellationToken)
    {
        var service = account.Id.Child("fileServices", "default");
        var hasShare = target.Share is { } share && FileTarget.IsShareName(share);
        if (!right.IsData)
        {
            return await access.IsAllowedAsync(caller, right.FullAction, hasShare ? service.Child("shares", target.Share!) : service, cancellationToken);
        }

        if (request is not null && !"backup".Equals(request.Headers[IntentHeader], StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.BadRequest("MissingRequiredHeader", $"An HTTP header that's mandatory for a token is not specified: {IntentHeader} must be backup.", IntentHeader);
        }

        // Roles are given at a share under the one name of its type or the other.
        foreach (var scope in hasShare ? (ResourceId[])[service.Child("fileshares", target.Share!), service.Child("shares", target.Share!)] : [service])
        {
            if (await access.IsDataAllowedAsync(caller, right.FullAction, scope, cancellationToken) && await access.IsDataAllowedAsync(caller, right.BackupAction, scope, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The signature was proved for this address; what is left is whether its letters and its kind give this.</summary>
    private static bool Fits(StorageCaller.Sas sas, FileRight right, FileLevel level) =>
        sas.Letters.AsSpan().ContainsAny(right.Letters)
        && (sas.Token.IsOfAccount
            ? sas.Token.Services.Contains('f', StringComparison.Ordinal)
                && sas.Token.ResourceTypes.Contains(level switch { FileLevel.Service => 's', FileLevel.Share => 'c', _ => 'o' }, StringComparison.Ordinal)
            : !right.IsOfAccount && sas.Token.Resource switch { "s" => true, "f" => level == FileLevel.File, _ => false });
}
