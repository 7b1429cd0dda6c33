using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Atrium.Server.Vault.Keys;

/// <summary>The arithmetic of keys: with the public half as JSON Web Key, with the private one as it is kept. Private bytes are zeroed behind it.</summary>
internal static class KeyCrypto
{
    public static byte[] Encrypt(JsonObject jwk, EncryptionAlgorithm algorithm, ReadOnlySpan<byte> plain)
    {
        using var rsa = OpenRsa(jwk);
        return rsa.Encrypt(plain, algorithm.Padding);
    }

    /// <exception cref="CryptographicException">It was not encrypted with this key in this way.</exception>
    public static byte[] Decrypt(string privateKey, EncryptionAlgorithm algorithm, ReadOnlySpan<byte> encrypted)
    {
        using var rsa = RSA.Create();
        Open(rsa, privateKey);
        return rsa.Decrypt(encrypted, algorithm.Padding);
    }

    /// <summary>The signature as in JSON Web Signatures: of EC, both numbers one after the other.</summary>
    public static byte[] Sign(string privateKey, SignatureAlgorithm algorithm, ReadOnlySpan<byte> digest)
    {
        if (algorithm.Padding is { } padding)
        {
            using var rsa = RSA.Create();
            Open(rsa, privateKey);
            return rsa.SignHash(digest, algorithm.Hash, padding);
        }

        using var ec = ECDsa.Create();
        Open(ec, privateKey);
        return ec.SignHash(digest);
    }

    public static bool Verify(JsonObject jwk, SignatureAlgorithm algorithm, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        if (algorithm.Padding is { } padding)
        {
            using var rsa = OpenRsa(jwk);
            return rsa.VerifyHash(digest, signature, algorithm.Hash, padding);
        }

        using var ec = ECDsa.Create(new ECParameters { Curve = KeySpec.Of(jwk).ToCurve(), Q = new() { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") } });
        return ec.VerifyHash(digest, signature);
    }

    private static RSA OpenRsa(JsonObject jwk) => RSA.Create(new RSAParameters { Modulus = Bytes(jwk, "n"), Exponent = Bytes(jwk, "e") });

    private static void Open(AsymmetricAlgorithm key, string privateKey)
    {
        var bytes = Convert.FromBase64String(privateKey);
        key.ImportPkcs8PrivateKey(bytes, out _);
        CryptographicOperations.ZeroMemory(bytes);
    }

    private static byte[] Bytes(JsonObject jwk, string name) => Base64Url.DecodeFromChars((string)jwk[name]!);
}
