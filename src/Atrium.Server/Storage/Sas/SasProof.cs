using System.Net;
using System.Security.Cryptography;
using System.Text;
using Atrium.Server.Identity;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Auth;
using Atrium.Storage.Blobs;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Sas;

/// <summary>What a shared access signature is used for.</summary>
/// <param name="Account">Which account; null for one that is not there.</param>
/// <param name="Asked">Its name as the address has it, with the service.</param>
/// <param name="Service">The letter of the service: b or f.</param>
/// <param name="Container">Of the address; null for the service itself.</param>
/// <param name="Name">Of the address; null for a container.</param>
/// <param name="Snapshot">Of the address; empty for none.</param>
/// <param name="Request">The call; null for a URL that a call names.</param>
/// <param name="Bearer">Whom the call's token proves; null for none.</param>
internal sealed record SasUse(StorageAccount? Account, string Asked, char Service, string? Container, string? Name, string Snapshot, HttpRequest? Request, Caller? Bearer);

/// <summary>Proves shared access signatures: by the account's keys, or by the user delegation key of an identity, whose own rights then bound it.</summary>
internal sealed class SasProof(AccountKeys keys, DelegationKeys delegation, BlobContainers containers, FileShares shares, PrincipalState principals, Tenant tenant, TimeProvider clock)
{
    /// <exception cref="Hosting.ApiException">403: it proves nothing, or not for this.</exception>
    public async ValueTask<StorageCaller> ProveAsync(SasToken sas, SasUse use, CancellationToken cancellationToken)
    {
        if (!await IsSignedAsync(sas, use, cancellationToken))
        {
            throw StorageRefusals.NotProved("Signature did not match.");
        }

        var policy = sas.Identifier.Length > 0 ? await FindPolicyAsync(sas, use, cancellationToken) : null;
        if (SasRules.WhyNot(sas, policy, clock.GetUtcNow(), use.Request?.IsHttps ?? true, use.Request is null ? null : use.Request.HttpContext.Connection.RemoteIpAddress ?? IPAddress.None) is { } why)
        {
            throw StorageRefusals.NotProved(why);
        }

        if (!use.Account!.AllowsSharedKey && !sas.IsDelegated)
        {
            throw Hosting.ApiException.Forbidden("KeyBasedAuthenticationNotPermitted", "Key based authentication is not permitted on this storage account.");
        }

        return new StorageCaller.Sas(sas, SasRules.Letters(sas, policy), sas.IsDelegated ? await SignerAsync(sas, use, cancellationToken) : null);
    }

    private async ValueTask<bool> IsSignedAsync(SasToken sas, SasUse use, CancellationToken cancellationToken)
    {
        var given = new byte[HMACSHA256.HashSizeInBytes];
        var isWhole = Convert.TryFromBase64String(sas.Signature, given, out var length) && length == given.Length;
        var texts = Texts(sas, use).ToList();
        var isSame = false;
        foreach (var key in sas.IsDelegated ? [await delegation.MakeAsync(use.Account, KeyOf(sas), cancellationToken)] : await keys.ReadAsync(use.Account, cancellationToken))
        {
            foreach (var text in texts)
            {
                isSame |= CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)), given);
            }
        }

        return isSame && isWhole && use.Account is not null;
    }

    /// <summary>Clients sign with the account's name, or with what the address has in its place.</summary>
    private static IEnumerable<string> Texts(SasToken sas, SasUse use)
    {
        foreach (var account in new[] { use.Account?.Name ?? use.Asked, use.Asked })
        {
            if (sas.IsOfAccount)
            {
                yield return SasText.OfAccount(sas, account);
                continue;
            }

            var below = $"{account}/{use.Container}{(IsOfContainer(sas) ? "" : $"/{use.Name}")}";
            var snapshot = sas.Resource == "bs" ? use.Snapshot : "";
            yield return (use.Service, sas.IsDelegated) switch
            {
                ('f', false) => SasText.OfFiles(sas, $"/file/{below}"),
                ('f', true) => SasText.OfFilesOfIdentity(sas, $"/file/{below}"),
                (_, false) => SasText.OfService(sas, $"/blob/{below}", snapshot),
                _ => SasText.OfIdentity(sas, $"/blob/{below}", snapshot, use.Request),
            };
        }
    }

    private static bool IsOfContainer(SasToken sas) => sas.Resource is "c" or "s";

    private static DelegationKey KeyOf(SasToken sas) => new(sas.DelegatedBy, sas["sktid"], sas["skt"], sas["ske"], sas["sks"], sas["skv"], sas["skdutid"]);

    private async ValueTask<StoredPolicy?> FindPolicyAsync(SasToken sas, SasUse use, CancellationToken cancellationToken)
    {
        var policies = use switch
        {
            { Container: null } => null,
            { Service: 'b', Container: { } container } => (await containers.FindAsync(use.Account!.Data, container, cancellationToken))?.Policies,
            { Container: { } share } => (await shares.FindAsync(use.Account!.Data, share, cancellationToken))?.Policies,
        };
        return policies?.FirstOrDefault(p => p.Id == sas.Identifier);
    }

    /// <summary>In whose name it was made, as that identity is now: what it has lost since, the signature has lost too.</summary>
    private async ValueTask<Caller> SignerAsync(SasToken sas, SasUse use, CancellationToken cancellationToken)
    {
        var isOurs = sas["sktid"] == tenant.Id;
        if ((!isOurs && sas["sktid"] != DelegationKey.OutsideTenant) || sas["sks"] != use.Service.ToString())
        {
            throw StorageRefusals.NotProved("The user delegation key is not for this tenant and service.");
        }

        if (sas.DelegatedTo.Length > 0 && !sas.DelegatedTo.Equals(use.Bearer?.ObjectId, StringComparison.OrdinalIgnoreCase))
        {
            throw StorageRefusals.NotProved("The signature is for one identity, which must bring its token.");
        }

        var model = await principals.ReadAsync(cancellationToken);
        return isOurs && model.Find(sas.DelegatedBy) is not { IsEnabled: true }
            ? throw StorageRefusals.NotProved("The identity that made the signature was deleted or disabled.")
            : new(sas.DelegatedBy, sas.DelegatedBy, "Application", model.IdsOf(sas.DelegatedBy));
    }
}
