using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Vault.Keys;

/// <summary>Reads keys that come from elsewhere as JSON Web Keys, with both halves. Pure.</summary>
internal static class JsonWebKeys
{
    private static readonly string[] OfRsa = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];
    private static readonly string[] OfEc = ["x", "y", "d"];

    /// <summary>Null with a problem.</summary>
    public static KeyPair? Read(JsonObject? jwk, List<Problem> problems)
    {
        if (jwk is null)
        {
            problems.Add(new("key", "'key' is required: a JSON Web Key with its private half.", ProblemCodes.Required));
            return null;
        }

        switch (Text(jwk, "kty"))
        {
            case KeySpec.Rsa:
                return Numbers(jwk, OfRsa, problems) is { } rsa ? ReadRsa(rsa, problems) : null;
            case KeySpec.Ec when Text(jwk, "crv") is var curve:
                var spec = KeySpec.OfCurve(curve ?? "");
                if (spec is null)
                {
                    problems.Add(KeySpec.WrongCurve("key.crv", curve));
                }

                return Numbers(jwk, OfEc, problems) is { } ec && spec is not null ? ReadEc(ec, spec, problems) : null;
            case var other:
                problems.Add(KeySpec.WrongType("key.kty", other));
                return null;
        }
    }

    private static KeyPair? ReadRsa(Dictionary<string, byte[]> numbers, List<Problem> problems)
    {
        var bits = Trim(numbers["n"]).Length * 8;
        if (!KeySpec.RsaBits.Contains(bits))
        {
            problems.Add(new("key.n", $"An RSA key must have {string.Join(", ", KeySpec.RsaBits)} bits; this one has about {bits}."));
            return null;
        }

        var half = bits / 16;
        var parameters = new RSAParameters
        {
            Modulus = Trim(numbers["n"]),
            Exponent = Trim(numbers["e"]),
            D = Pad(numbers["d"], bits / 8),
            P = Pad(numbers["p"], half),
            Q = Pad(numbers["q"], half),
            DP = Pad(numbers["dp"], half),
            DQ = Pad(numbers["dq"], half),
            InverseQ = Pad(numbers["qi"], half),
        };
        return Try(
            () =>
            {
                using var rsa = RSA.Create(parameters);
                var pair = KeyPair.Of(rsa);
                var probe = new byte[32];
                return KeyCrypto.Decrypt(pair.Private, EncryptionAlgorithm.OaepSha256, KeyCrypto.Encrypt(pair.Public, EncryptionAlgorithm.OaepSha256, probe)).AsSpan().SequenceEqual(probe) ? pair : null;
            },
            numbers,
            problems);
    }

    private static KeyPair? ReadEc(Dictionary<string, byte[]> numbers, KeySpec spec, List<Problem> problems)
    {
        var length = (spec.Bits + 7) / 8;
        var parameters = new ECParameters
        {
            Curve = spec.ToCurve(),
            Q = new() { X = Pad(numbers["x"], length), Y = Pad(numbers["y"], length) },
            D = Pad(numbers["d"], length),
        };
        var algorithm = Array.Find(SignatureAlgorithm.All, a => a.Curve == spec.Curve)!;
        return Try(
            () =>
            {
                using var ec = ECDsa.Create(parameters);
                var pair = KeyPair.Of(ec, spec.Curve!);
                var probe = new byte[algorithm.DigestBytes];
                return KeyCrypto.Verify(pair.Public, algorithm, probe, KeyCrypto.Sign(pair.Private, algorithm, probe)) ? pair : null;
            },
            numbers,
            problems);
    }

    /// <summary>Both halves must belong together, else what one encrypts the other would never decrypt.</summary>
    private static KeyPair? Try(Func<KeyPair?> read, Dictionary<string, byte[]> numbers, List<Problem> problems)
    {
        KeyPair? pair = null;
        try
        {
            pair = read();
        }
        catch (CryptographicException)
        {
            // Told below, in the same words as halves that do not fit.
        }

        foreach (var number in numbers.Values)
        {
            CryptographicOperations.ZeroMemory(number);
        }

        if (pair is null)
        {
            problems.Add(new("key", "'key' is no valid key: its numbers do not belong together."));
        }

        return pair;
    }

    private static Dictionary<string, byte[]>? Numbers(JsonObject jwk, string[] names, List<Problem> problems)
    {
        var before = problems.Count;
        var numbers = new Dictionary<string, byte[]>();
        foreach (var name in names)
        {
            if (Text(jwk, name) is { Length: > 0 } text && Base64Url.IsValid(text))
            {
                numbers[name] = Base64Url.DecodeFromChars(text);
            }
            else
            {
                problems.Add(new($"key.{name}", $"'key.{name}' is required: a number in base64url.", ProblemCodes.Required));
            }
        }

        return problems.Count > before ? null : numbers;
    }

    private static string? Text(JsonObject jwk, string name) => jwk[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static byte[] Trim(byte[] number) => number.AsSpan().TrimStart((byte)0).ToArray();

    private static byte[] Pad(byte[] number, int length)
    {
        var trimmed = number.AsSpan().TrimStart((byte)0);
        var padded = new byte[Math.Max(length, trimmed.Length)];
        trimmed.CopyTo(padded.AsSpan(padded.Length - trimmed.Length));
        return padded;
    }
}
