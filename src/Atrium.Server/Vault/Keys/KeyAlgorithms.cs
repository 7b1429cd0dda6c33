using System.Security.Cryptography;

namespace Atrium.Server.Vault.Keys;

/// <summary>How RSA keys encrypt and wrap.</summary>
/// <param name="Name">As published.</param>
/// <param name="Padding">What fills the block.</param>
/// <param name="Overhead">Bytes of the block that it takes.</param>
internal sealed record EncryptionAlgorithm(string Name, RSAEncryptionPadding Padding, int Overhead)
{
    public static readonly EncryptionAlgorithm OaepSha256 = new("RSA-OAEP-256", RSAEncryptionPadding.OaepSHA256, 66);
    public static readonly EncryptionAlgorithm[] All = [new("RSA-OAEP", RSAEncryptionPadding.OaepSHA1, 42), OaepSha256, new("RSA1_5", RSAEncryptionPadding.Pkcs1, 11)];
}

/// <summary>How keys sign a digest.</summary>
/// <param name="Name">As published.</param>
/// <param name="Hash">What made the digest.</param>
/// <param name="DigestBytes">Its length.</param>
/// <param name="Padding">Of RSA; null for EC.</param>
/// <param name="Curve">Of EC; null for RSA.</param>
internal sealed record SignatureAlgorithm(string Name, HashAlgorithmName Hash, int DigestBytes, RSASignaturePadding? Padding, string? Curve)
{
    public static readonly SignatureAlgorithm[] All =
    [
        new("RS256", HashAlgorithmName.SHA256, 32, RSASignaturePadding.Pkcs1, null),
        new("RS384", HashAlgorithmName.SHA384, 48, RSASignaturePadding.Pkcs1, null),
        new("RS512", HashAlgorithmName.SHA512, 64, RSASignaturePadding.Pkcs1, null),
        new("PS256", HashAlgorithmName.SHA256, 32, RSASignaturePadding.Pss, null),
        new("PS384", HashAlgorithmName.SHA384, 48, RSASignaturePadding.Pss, null),
        new("PS512", HashAlgorithmName.SHA512, 64, RSASignaturePadding.Pss, null),
        new("ES256", HashAlgorithmName.SHA256, 32, null, "P-256"),
        new("ES384", HashAlgorithmName.SHA384, 48, null, "P-384"),
        new("ES512", HashAlgorithmName.SHA512, 64, null, "P-521"),
    ];

    public bool Fits(KeySpec key) => key.Curve == Curve;
}
