using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Atrium.Server.Identity.Tokens;

/// <summary>One generation of the key that signs tokens.</summary>
internal sealed record SigningKey(int Generation, DateTimeOffset Made, RsaSecurityKey Key)
{
    private const int KeyBits = 2048;

    public string Id => Key.KeyId;

    public SigningCredentials Credentials { get; } = new(Key, SecurityAlgorithms.RsaSha256);

    /// <summary>The public half, as the key set publishes it.</summary>
    public JsonWebKey Public { get; } = ToPublic(Key);

    /// <summary>A new one, in the form in which it is stored (encrypted).</summary>
    public static string MakeText(DateTimeOffset now)
    {
        using var rsa = RSA.Create(KeyBits);
        return JsonSerializer.Serialize(new Stored(Guid.NewGuid().ToString("N"), now, rsa.ExportPkcs8PrivateKey()));
    }

    public static SigningKey Read(int generation, string text)
    {
        var stored = JsonSerializer.Deserialize<Stored>(text)!;
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(stored.Key, out _);
        return new(generation, stored.Made, new RsaSecurityKey(rsa) { KeyId = stored.Id });
    }

    private static JsonWebKey ToPublic(RsaSecurityKey key)
    {
        var open = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(key.Rsa.ExportParameters(includePrivateParameters: false)) { KeyId = key.KeyId });
        open.Use = "sig";
        open.Alg = SecurityAlgorithms.RsaSha256;
        return open;
    }

    private sealed record Stored(string Id, DateTimeOffset Made, byte[] Key);
}
