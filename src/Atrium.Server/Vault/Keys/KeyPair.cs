using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Atrium.Server.Vault.Keys;

/// <summary>A key with both halves.</summary>
/// <param name="Public">As JSON Web Key: <c>kty</c> with <c>n</c> and <c>e</c>, or with <c>crv</c>, <c>x</c> and <c>y</c>.</param>
/// <param name="Private">PKCS #8, base64: what is kept encrypted.</param>
internal sealed record KeyPair(JsonObject Public, string Private)
{
    public static KeyPair Generate(KeySpec spec)
    {
        if (spec.Type == KeySpec.Ec)
        {
            using var ec = ECDsa.Create(spec.ToCurve());
            return Of(ec, spec.Curve!);
        }

        using var rsa = RSA.Create(spec.Bits);
        return Of(rsa);
    }

    public static KeyPair Of(RSA rsa)
    {
        var key = rsa.ExportParameters(includePrivateParameters: false);
        return new(
            new() { ["kty"] = KeySpec.Rsa, ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent) },
            Seal(rsa));
    }

    public static KeyPair Of(ECDsa ec, string curve)
    {
        var point = ec.ExportParameters(includePrivateParameters: false).Q;
        return new(
            new() { ["kty"] = KeySpec.Ec, ["crv"] = curve, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) },
            Seal(ec));
    }

    private static string Seal(AsymmetricAlgorithm key)
    {
        var bytes = key.ExportPkcs8PrivateKey();
        var text = Convert.ToBase64String(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return text;
    }
}
