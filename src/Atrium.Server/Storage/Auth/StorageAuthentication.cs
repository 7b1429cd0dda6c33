using System.Globalization;
using System.Security.Cryptography;
using Atrium.Server.Identity;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Sas;

namespace Atrium.Server.Storage.Auth;

/// <summary>Proves who calls: by the account's key, a token, or a shared access signature.</summary>
internal sealed class StorageAuthentication(AccountKeys keys, SasProof signatures, Tenant tenant, TimeProvider clock)
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    /// <param name="context">The call.</param>
    /// <param name="account">Which account; null for one that is not there.</param>
    /// <param name="asked">Its name as the address has it, with the service.</param>
    /// <param name="use">For what a signature must be good.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="Hosting.ApiException">401 or 403.</exception>
    public async ValueTask<StorageCaller> AuthenticateAsync(HttpContext context, StorageAccount? account, string asked, Func<Caller?, SasUse> use, CancellationToken cancellationToken)
    {
        var bearer = BearerToken.CallerOf(context, TokenResource.Storage);
        var sas = SasToken.Find(context.Request.Query);
        if (sas is not null && (bearer is null || sas.DelegatedTo.Length > 0) && (bearer is not null || string.IsNullOrEmpty(context.Request.Headers.Authorization)))
        {
            return await signatures.ProveAsync(sas, use(bearer), cancellationToken);
        }

        if (bearer is not null)
        {
            return new StorageCaller.Principal(bearer);
        }

        if ((string?)context.Request.Headers.Authorization is not { Length: > 0 } header)
        {
            throw StorageRefusals.Anonymous(context, tenant.Id);
        }

        if (SharedKey.Parse(header) is not { } parts || parts.Scheme is not ("SharedKey" or "SharedKeyLite"))
        {
            throw StorageRefusals.NotProved("Its scheme is not known here: SharedKey, SharedKeyLite or Bearer.");
        }

        DemandFresh(context.Request);
        var found = await FindKeyAsync(context.Request, account, parts, asked, cancellationToken) ?? throw StorageRefusals.NotProved("The MAC signature found in the HTTP request is not the same as any computed signature.");
        return account!.AllowsSharedKey ? new StorageCaller.Key(found) : throw Hosting.ApiException.Forbidden("KeyBasedAuthenticationNotPermitted", "Key based authentication is not permitted on this storage account.");
    }

    private async ValueTask<string?> FindKeyAsync(HttpRequest request, StorageAccount? account, (string Scheme, string Account, string Signature) parts, string asked, CancellationToken cancellationToken)
    {
        var given = new byte[HMACSHA256.HashSizeInBytes];
        var isWhole = Convert.TryFromBase64String(parts.Signature, given, out var length) && length == given.Length;
        var texts = SharedKey.TextsToSign(request, parts.Account, parts.Scheme == "SharedKeyLite").ToList();
        string? found = null;
        foreach (var (key, index) in (await keys.ReadAsync(account, cancellationToken)).Select((key, index) => (key, index)))
        {
            foreach (var text in texts)
            {
                found = CryptographicOperations.FixedTimeEquals(SharedKey.Sign(text, key), given) ? StorageAccountType.KeyNames[index] : found;
            }
        }

        // Some clients take the account's name from the address, where it ends with the service.
        var isNamed = parts.Account.Equals(account?.Name, StringComparison.OrdinalIgnoreCase) || parts.Account.Equals(asked, StringComparison.OrdinalIgnoreCase);
        return isWhole && isNamed && account is not null ? found : null;
    }

    /// <summary>A request that was overheard is of no use for long.</summary>
    private void DemandFresh(HttpRequest request)
    {
        var sent = (string?)request.Headers["x-ms-date"] ?? request.Headers.Date;
        if (!DateTimeOffset.TryParse(sent, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || (clock.GetUtcNow() - time).Duration() > Skew)
        {
            throw StorageRefusals.NotProved($"x-ms-date (or Date) must be within {Skew.TotalMinutes} minutes of the server's time.");
        }
    }
}
