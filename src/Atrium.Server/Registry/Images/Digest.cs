using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Atrium.Server.Registry.Images;

/// <summary>The digest of a content, <c>sha256:</c> or <c>sha512:</c> and lower-case hexadecimal (OCI image spec, Descriptors).</summary>
internal sealed record Digest
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    private Digest(HashAlgorithmName algorithm, string hash) => (Algorithm, Hash) = (algorithm, hash);

    public HashAlgorithmName Algorithm { get; }

    /// <summary>The hexadecimal part.</summary>
    public string Hash { get; }

    private string Prefix => Algorithm == HashAlgorithmName.SHA256 ? "sha256:" : "sha512:";

    public static Digest Sha256(ReadOnlySpan<byte> content) => new(HashAlgorithmName.SHA256, Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>The digest of this content by the algorithm that the other one has.</summary>
    public static Digest Like(Digest other, ReadOnlySpan<byte> content) =>
        new(other.Algorithm, Convert.ToHexStringLower(CryptographicOperations.HashData(other.Algorithm, content)));

    /// <summary>What a hash that went over all of a content came to.</summary>
    public static Digest Of(IncrementalHash hash) => new(hash.AlgorithmName, Convert.ToHexStringLower(hash.GetHashAndReset()));

    public static bool TryParse(string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = text?.Split(':', 2) switch
        {
            ["sha256", { Length: 64 } hash] when !hash.AsSpan().ContainsAnyExcept(Hex) => new(HashAlgorithmName.SHA256, hash),
            ["sha512", { Length: 128 } hash] when !hash.AsSpan().ContainsAnyExcept(Hex) => new(HashAlgorithmName.SHA512, hash),
            _ => null,
        };
        return digest is not null;
    }

    public override string ToString() => Prefix + Hash;
}
