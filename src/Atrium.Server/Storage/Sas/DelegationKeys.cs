using System.Security.Cryptography;
using System.Text;
using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Storage.Sas;

/// <summary>What a user delegation key says of itself.</summary>
internal sealed record DelegationKey(string ObjectId, string TenantId, string Start, string Expiry, string Service, string Version, string DelegatedTenantId)
{
    /// <summary>The tenant of identities of outside issuers, of which the directory knows nothing.</summary>
    public const string OutsideTenant = "00000000-0000-0000-0000-000000000000";
}

/// <summary>
/// User delegation keys: made of a secret of the account and of what the key says of itself, so none is kept, and a key that was changed in any part is another one.
/// </summary>
internal sealed class DelegationKeys(IAtriumStore store, ISecretCipher cipher)
{
    /// <summary>The account's secret of which they are made. Accounts from before there were any use their first key.</summary>
    public const string SecretName = "delegation";

    public async ValueTask<byte[]> MakeAsync(StorageAccount? account, DelegationKey key, CancellationToken cancellationToken)
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Join('\n', key.ObjectId, key.TenantId, key.Start, key.Expiry, key.Service, key.Version, key.DelegatedTenantId));
        return HMACSHA256.HashData(await SecretAsync(account, cancellationToken), text);
    }

    private async ValueTask<byte[]> SecretAsync(StorageAccount? account, CancellationToken cancellationToken)
    {
        foreach (var name in account is null ? [] : (string[])[SecretName, StorageAccountType.SecretName(StorageAccountType.KeyNames[0])])
        {
            if (await store.FindSecretAsync(account!.Id.Key, name, cancellationToken) is { } kept)
            {
                return Convert.FromBase64String(cipher.Decrypt(account.Id.Key, name, kept));
            }
        }

        return new byte[HMACSHA256.HashSizeInBytes];
    }
}
