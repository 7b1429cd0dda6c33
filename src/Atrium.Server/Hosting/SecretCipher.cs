using System.Security.Cryptography;
using System.Text;
using Atrium.Server.Resources;

namespace Atrium.Server.Hosting;

/// <summary>
/// AES-256-GCM under the installation's data key. The place (resource and name) is authenticated with the text, so a ciphertext moved elsewhere does not open.
/// Layout: version (1 byte), nonce (12), tag (16), text.
/// </summary>
internal sealed class SecretCipher(byte[] dataKey) : ISecretCipher
{
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeaderBytes = 1 + NonceBytes + TagBytes;

    public byte[] Encrypt(string resourceKey, string name, string secret)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var result = Encrypt(resourceKey, name, plain);
        CryptographicOperations.ZeroMemory(plain);
        return result;
    }

    public byte[] Encrypt(string resourceKey, string name, ReadOnlySpan<byte> plain)
    {
        var result = new byte[HeaderBytes + plain.Length];
        result[0] = Version;
        RandomNumberGenerator.Fill(result.AsSpan(1, NonceBytes));
        using var aes = Open();
        aes.Encrypt(result.AsSpan(1, NonceBytes), plain, result.AsSpan(HeaderBytes), result.AsSpan(1 + NonceBytes, TagBytes), Place(resourceKey, name));
        return result;
    }

    public string Decrypt(string resourceKey, string name, byte[] ciphertext)
    {
        var plain = DecryptBytes(resourceKey, name, ciphertext);
        var secret = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return secret;
    }

    public byte[] DecryptBytes(string resourceKey, string name, byte[] ciphertext)
    {
        if (ciphertext.Length < HeaderBytes || ciphertext[0] != Version)
        {
            throw new CryptographicException("The stored secret has no known form.");
        }

        var plain = new byte[ciphertext.Length - HeaderBytes];
        using var aes = Open();
        aes.Decrypt(ciphertext.AsSpan(1, NonceBytes), ciphertext.AsSpan(HeaderBytes), ciphertext.AsSpan(1 + NonceBytes, TagBytes), plain, Place(resourceKey, name));
        return plain;
    }

    /// <summary>One for each call: an AesGcm may not be used by two threads at once.</summary>
    private AesGcm Open() => new(dataKey, TagBytes);

    private static byte[] Place(string resourceKey, string name) => Encoding.UTF8.GetBytes($"{resourceKey}\n{name}");
}
