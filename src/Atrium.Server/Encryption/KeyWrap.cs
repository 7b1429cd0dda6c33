using System.Security.Cryptography;
using System.Text;

namespace Atrium.Server.Encryption;

/// <summary>Wraps a key by another one: AES-256-GCM, bound to the place where it is kept. Layout: nonce (12), tag (16), key. Pure.</summary>
internal static class KeyWrap
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static byte[] Wrap(ReadOnlySpan<byte> by, ReadOnlySpan<byte> key, string place)
    {
        var wrapped = new byte[NonceBytes + TagBytes + key.Length];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(by, TagBytes);
        aes.Encrypt(wrapped.AsSpan(0, NonceBytes), key, wrapped.AsSpan(NonceBytes + TagBytes), wrapped.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(place));
        return wrapped;
    }

    /// <exception cref="CryptographicException">Changed, moved, or wrapped by another key.</exception>
    public static byte[] Unwrap(ReadOnlySpan<byte> by, ReadOnlySpan<byte> wrapped, string place)
    {
        var key = new byte[wrapped.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(by, TagBytes);
        aes.Decrypt(wrapped[..NonceBytes], wrapped[(NonceBytes + TagBytes)..], wrapped.Slice(NonceBytes, TagBytes), key, Encoding.UTF8.GetBytes(place));
        return key;
    }
}
