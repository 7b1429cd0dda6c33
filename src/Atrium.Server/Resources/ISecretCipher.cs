namespace Atrium.Server.Resources;

/// <summary>Encrypts what may not lie in the store in clear. Owned here, implemented by Hosting.</summary>
internal interface ISecretCipher
{
    /// <summary>The ciphertext, bound to its place: it decrypts only for the same resource key and name.</summary>
    byte[] Encrypt(string resourceKey, string name, string secret);

    /// <exception cref="System.Security.Cryptography.CryptographicException">Changed, moved from another place, or encrypted under another key.</exception>
    string Decrypt(string resourceKey, string name, byte[] ciphertext);

    /// <summary>The same of bytes, which leave no copy in memory.</summary>
    byte[] Encrypt(string resourceKey, string name, ReadOnlySpan<byte> secret);

    /// <summary>The same of bytes, which are the caller's to zero.</summary>
    byte[] DecryptBytes(string resourceKey, string name, byte[] ciphertext);
}
