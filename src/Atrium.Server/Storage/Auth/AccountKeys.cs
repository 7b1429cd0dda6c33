using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Storage.Auth;

/// <summary>The two keys of an account as they are now: a key that was made anew opens nothing from that moment on.</summary>
internal sealed class AccountKeys(IAtriumStore store, ISecretCipher cipher)
{
    /// <summary>What stands in for the keys of an account that is not there, so that it takes as long to refuse.</summary>
    private static readonly byte[] Nobody = new byte[64];

    public async ValueTask<IReadOnlyList<byte[]>> ReadAsync(StorageAccount? account, CancellationToken cancellationToken)
    {
        if (account is null)
        {
            return [Nobody, Nobody];
        }

        var keys = new List<byte[]>();
        foreach (var name in StorageAccountType.KeyNames)
        {
            if (await store.FindSecretAsync(account.Id.Key, StorageAccountType.SecretName(name), cancellationToken) is { } kept)
            {
                keys.Add(Convert.FromBase64String(cipher.Decrypt(account.Id.Key, StorageAccountType.SecretName(name), kept)));
            }
        }

        return keys;
    }
}
