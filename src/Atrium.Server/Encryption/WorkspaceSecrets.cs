using System.Security.Cryptography;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Encryption;

/// <summary>
/// Secrets under the data key of their workspace. Layout: version 2 (1 byte), GUID of the workspace (16), and what <see cref="SecretCipher"/> makes under a key that
/// HKDF-SHA256 derives from the data key. What belongs to no workspace, and what was written before there were data keys, is the installation's.
/// </summary>
internal sealed class WorkspaceSecrets(KeyRing ring, KeyOwners owners, ISecretCipher installation) : IWorkspaceSecrets
{
    private const byte Version = 2;
    private const int HeaderBytes = 17;

    private static ReadOnlySpan<byte> Purpose => "atrium secrets"u8;

    public async ValueTask<byte[]> EncryptAsync(Guid? workspace, string resourceKey, string name, string secret, CancellationToken cancellationToken)
    {
        if (workspace is not { } id || (await owners.ReadAsync(cancellationToken)).HubOf(id) is null)
        {
            return installation.Encrypt(resourceKey, name, secret);
        }

        using var key = await ring.ForAsync(id, cancellationToken);
        return With(key, cipher => (byte[])[Version, .. id.ToByteArray(bigEndian: true), .. cipher.Encrypt(resourceKey, name, secret)]);
    }

    public async ValueTask<string> DecryptAsync(string resourceKey, string name, byte[] ciphertext, CancellationToken cancellationToken)
    {
        if (ciphertext is not [Version, ..] || ciphertext.Length < HeaderBytes)
        {
            return installation.Decrypt(resourceKey, name, ciphertext);
        }

        using var key = await ring.OpenAsync(new(ciphertext.AsSpan(1, HeaderBytes - 1), bigEndian: true), cancellationToken);
        return With(key, cipher => cipher.Decrypt(resourceKey, name, ciphertext[HeaderBytes..]));
    }

    private static T With<T>(DataKey.Lease key, Func<SecretCipher, T> work)
    {
        var own = new byte[DataKey.Size];
        key.Derive([], Purpose, own);
        try
        {
            return work(new(own));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(own);
        }
    }
}
