using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Vault.Keys;

/// <summary>Which kind of key: RSA of a size, or EC on a curve. Pure.</summary>
internal sealed record KeySpec(string Type, int Bits, string? Curve)
{
    public const string Rsa = "RSA";
    public const string Ec = "EC";
    private const string Types = $"{Rsa} or {Ec}";
    private const int DefaultRsaBits = 2048;
    private const int UsualExponent = 65537;

    public static readonly int[] RsaBits = [2048, 3072, 4096];

    private static readonly (string Name, ECCurve Curve, int Bits)[] Curves =
    [
        ("P-256", ECCurve.NamedCurves.nistP256, 256), ("P-384", ECCurve.NamedCurves.nistP384, 384), ("P-521", ECCurve.NamedCurves.nistP521, 521),
    ];

    public static string CurveNames { get; } = string.Join(", ", Curves.Select(c => c.Name));

    /// <summary>Of a curve that <see cref="Read"/> let through.</summary>
    public ECCurve ToCurve() => Array.Find(Curves, c => c.Name == Curve).Curve;

    public static KeySpec? OfCurve(string name) => Array.Find(Curves, c => c.Name == name) is { Name: not null } found ? new(Ec, found.Bits, found.Name) : null;

    /// <summary>Of a document that was made here.</summary>
    public static KeySpec Of(JsonObject jwk) => (string)jwk["kty"]! == Ec
        ? OfCurve((string)jwk["crv"]!)!
        : new(Rsa, System.Buffers.Text.Base64Url.GetMaxDecodedLength(((string)jwk["n"]!).Length) * 8, null);

    /// <summary>What a caller asks for (KeyCreateParameters); null with a problem.</summary>
    public static KeySpec? Read(JsonObject body, List<Problem> problems)
    {
        switch (body["kty"] is JsonValue value && value.TryGetValue<string>(out var type) ? type : null)
        {
            case Rsa:
                return ReadRsa(body, problems);
            case Ec:
                return ReadEc(body, problems);
            case var other:
                problems.Add(WrongType("kty", other));
                return null;
        }
    }

    public static Problem WrongType(string target, string? found) => found switch
    {
        null => new(target, $"'{target}' is required: {Types}.", ProblemCodes.Required),
        "RSA-HSM" or "EC-HSM" => new(target, $"Keys of type '{found}' need a hardware security module, and this vault has none. Use {found[..^"-HSM".Length]}."),
        "oct" or "oct-HSM" => new(target, $"Symmetric keys ('{found}') are for managed hardware security modules only. Use {Types}; wrap a symmetric key with an {Rsa} key."),
        _ => new(target, $"'{found}' is no type of key here. Use {Types}."),
    };

    public static Problem WrongCurve(string target, string? found) => new(target, $"'{found}' is no curve here. Use one of {CurveNames}.");

    private static KeySpec? ReadRsa(JsonObject body, List<Problem> problems)
    {
        var before = problems.Count;
        var bits = DefaultRsaBits;
        if (body["key_size"] is { } size && !(size is JsonValue number && number.TryGetValue(out bits) && RsaBits.Contains(bits)))
        {
            problems.Add(new("key_size", $"'key_size' must be one of {string.Join(", ", RsaBits)}."));
        }

        if (body["public_exponent"] is { } exponent && !(exponent is JsonValue given && given.TryGetValue<int>(out var found) && found == UsualExponent))
        {
            problems.Add(new("public_exponent", $"'public_exponent' must be {UsualExponent}, or left out."));
        }

        if (body["crv"] is not null)
        {
            problems.Add(new("crv", $"'crv' goes with keys of type {Ec}."));
        }

        return problems.Count > before ? null : new(Rsa, bits, null);
    }

    private static KeySpec? ReadEc(JsonObject body, List<Problem> problems)
    {
        var before = problems.Count;
        var curve = body["crv"] is not { } given ? Curves[0].Name : given is JsonValue value && value.TryGetValue<string>(out var name) ? name : given.ToJsonString();
        var spec = OfCurve(curve);
        if (spec is null)
        {
            problems.Add(WrongCurve("crv", curve));
        }
        else if (body["key_size"] is { } size && !(size is JsonValue number && number.TryGetValue<int>(out var bits) && bits == spec.Bits))
        {
            problems.Add(new("key_size", $"'key_size' of an {Ec} key follows from its curve: {spec.Bits} for {curve}. Leave it out."));
        }

        return problems.Count > before ? null : spec;
    }
}
