using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Vault.Keys;

/// <summary>Keys that come from elsewhere (Key Vault REST, Keys: import), and what of a private half can be seen: nothing.</summary>
public sealed class KeyImportTests(KeyVaultScene scene) : KeyVaultTests(scene), IClassFixture<KeyVaultScene>
{
    private readonly byte[] plain = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public async Task An_imported_RSA_key_decrypts_what_its_owner_encrypted()
    {
        using var rsa = RSA.Create(2048);
        var made = await CallAsync("PUT", "keys/k", new JsonObject { ["key"] = Jwk(rsa), ["tags"] = new JsonObject { ["from"] = "home" } });
        Assert.True(made.Status == HttpStatusCode.OK, made.ToString());
        Assert.Equal(["kid", "kty", "n", "e", "key_ops"], made.Body["key"]!.AsObject().Select(m => m.Key));
        Assert.Equal("home", (string?)made.Body["tags"]!["from"]);
        Assert.Equal(plain, Bytes(await CallAsync("POST", "keys/k/decrypt", new { alg = "RSA-OAEP-256", value = Text(rsa.Encrypt(plain, RSAEncryptionPadding.OaepSHA256)) })));
        Assert.Equal(["keys/decrypt/action", "keys/import/action"], await ActivityAsync("k"));
    }

    [Theory]
    [InlineData("P-256", "ES256")]
    [InlineData("P-384", "ES384")]
    [InlineData("P-521", "ES512")]
    public async Task An_imported_EC_key_signs_what_its_owner_proves(string curve, string algorithm)
    {
        using var ec = ECDsa.Create(ECCurve.CreateFromFriendlyName($"nist{curve.Replace("-", "", StringComparison.Ordinal)}"));
        var made = await CallAsync("PUT", "keys/k", new JsonObject { ["key"] = Jwk(ec, curve) });
        Assert.True(made.Status == HttpStatusCode.OK, made.ToString());
        var digest = CryptographicOperations.HashData(new HashAlgorithmName($"SHA{algorithm[2..]}"), plain);
        Assert.True(ec.VerifyHash(digest, Bytes(await CallAsync("POST", "keys/k/sign", new { alg = algorithm, value = Text(digest) }))));
    }

    [Theory]
    [InlineData("d", null, "key.d")]
    [InlineData("p", "no number!", "key.p")]
    [InlineData("kty", "RSA-HSM", "key.kty")]
    [InlineData("kty", "oct", "key.kty")]
    [InlineData("n", "AQAB", "key.n")]
    [InlineData("d", "AQAB", "key")]
    [InlineData("key_ops", "sign", "key.key_ops")]
    public async Task A_key_that_is_none_is_told_with_its_field_and_its_numbers_are_not_repeated(string member, string? value, string target)
    {
        using var rsa = RSA.Create(2048);
        var jwk = Jwk(rsa);
        var secret = (string)jwk["q"]!;
        jwk[member] = value;
        var refused = await CallAsync("PUT", "keys/k", new JsonObject { ["key"] = jwk });
        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter", target), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["target"]));
        Assert.DoesNotContain(secret, refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", "keys/k")).Status);
    }

    [Fact]
    public async Task Halves_that_do_not_belong_together_small_keys_and_hardware_are_refused()
    {
        using var one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var mixed = Jwk(one, "P-256");
        mixed["d"] = Jwk(other, "P-256")["d"]!.DeepClone();
        Assert.Equal("key", Target(await CallAsync("PUT", "keys/k", new JsonObject { ["key"] = mixed })));
        using var small = RSA.Create(1024);
        Assert.Equal("key.n", Target(await CallAsync("PUT", "keys/k", new JsonObject { ["key"] = Jwk(small) })));
        Assert.Equal("hsm", Target(await CallAsync("PUT", "keys/k", new JsonObject { ["key"] = Jwk(one, "P-256"), ["hsm"] = true })));
        Assert.Equal("key.crv", Target(await CallAsync("PUT", "keys/k", new JsonObject { ["key"] = Jwk(one, "P-256K") })));
        Assert.Equal("key", Target(await CallAsync("PUT", "keys/k", new { })));
    }

    [Fact]
    public async Task No_answer_and_no_file_of_the_server_has_a_private_half_in_clear()
    {
        using var rsa = RSA.Create(2048);
        var jwk = Jwk(rsa);
        await CallAsync("PUT", "keys/k", new JsonObject { ["key"] = jwk.DeepClone() });
        var pkcs8 = Convert.ToBase64String(rsa.ExportPkcs8PrivateKey());
        string[] marks = [(string)jwk["d"]!, (string)jwk["p"]!, (string)jwk["q"]!, pkcs8[400..500]];
        var backup = await CallAsync("POST", "keys/k/backup");
        foreach (var answer in new[] { await CallAsync("GET", "keys/k"), await CallAsync("GET", "keys"), await CallAsync("GET", "keys/k/versions"), backup, await CallAsync("DELETE", "keys/k"), await CallAsync("GET", "deletedkeys/k") })
        {
            Assert.DoesNotContain(marks, mark => answer.ToString().Contains(mark, StringComparison.Ordinal));
        }

        foreach (var file in Directory.EnumerateFiles(Server.Data, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, Cancel);
            Assert.DoesNotContain(marks, mark => bytes.GetBuffer().AsSpan(0, (int)bytes.Length).IndexOf(Encoding.UTF8.GetBytes(mark)) >= 0);
        }
    }

    private static string? Target(Answer answer) => answer.Status == HttpStatusCode.BadRequest ? (string?)answer.Body["error"]!["target"] : answer.ToString();

    private static JsonObject Jwk(RSA rsa)
    {
        var key = rsa.ExportParameters(includePrivateParameters: true);
        return new()
        {
            ["kty"] = "RSA",
            ["n"] = Text(key.Modulus!),
            ["e"] = Text(key.Exponent!),
            ["d"] = Text(key.D!),
            ["p"] = Text(key.P!),
            ["q"] = Text(key.Q!),
            ["dp"] = Text(key.DP!),
            ["dq"] = Text(key.DQ!),
            ["qi"] = Text(key.InverseQ!),
        };
    }

    private static JsonObject Jwk(ECDsa ec, string curve)
    {
        var key = ec.ExportParameters(includePrivateParameters: true);
        return new() { ["kty"] = "EC", ["crv"] = curve, ["x"] = Text(key.Q.X!), ["y"] = Text(key.Q.Y!), ["d"] = Text(key.D!) };
    }
}
