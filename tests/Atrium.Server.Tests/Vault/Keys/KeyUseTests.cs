using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Vault.Keys;

/// <summary>What keys do (Key Vault REST, Keys: encrypt, decrypt, wrapkey, unwrapkey, sign, verify), checked against the public half by the platform's own cryptography.</summary>
public sealed class KeyUseTests(KeyVaultScene scene) : KeyVaultTests(scene), IClassFixture<KeyVaultScene>
{
    private readonly byte[] plain = RandomNumberGenerator.GetBytes(32);

    public static TheoryData<string, string, string> Encryptions => new(
        from algorithm in new[] { "RSA-OAEP", "RSA-OAEP-256", "RSA1_5" }
        from pair in new[] { ("encrypt", "decrypt"), ("wrapkey", "unwrapkey") }
        select (algorithm, pair.Item1, pair.Item2));

    [Theory]
    [MemberData(nameof(Encryptions))]
    public async Task What_was_encrypted_here_or_with_the_public_half_is_decrypted(string algorithm, string encrypt, string decrypt)
    {
        var version = await CreateAsync("k");
        var encrypted = await CallAsync("POST", $"keys/k/{encrypt}", new { alg = algorithm, value = Text(plain) });
        Assert.EndsWith($"/keys/k/{version}", (string)encrypted.Body["kid"]!, StringComparison.Ordinal);
        Assert.NotEqual(Text(plain), (string)encrypted.Body["value"]!);
        Assert.Equal(plain, Bytes(await CallAsync("POST", $"keys/k/{version}/{decrypt}", new { alg = algorithm, value = (string)encrypted.Body["value"]! })));

        using var rsa = await PublicRsaAsync();
        var padding = algorithm switch { "RSA-OAEP" => RSAEncryptionPadding.OaepSHA1, "RSA1_5" => RSAEncryptionPadding.Pkcs1, _ => RSAEncryptionPadding.OaepSHA256 };
        Assert.Equal(plain, Bytes(await CallAsync("POST", $"keys/k/{version}/{decrypt}", new { alg = algorithm, value = Text(rsa.Encrypt(plain, padding)) })));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    public async Task A_signature_of_an_RSA_key_is_proved_by_its_public_half(string algorithm)
    {
        await CreateAsync("k");
        var hash = new HashAlgorithmName($"SHA{algorithm[2..]}");
        var digest = CryptographicOperations.HashData(hash, plain);
        var signature = Bytes(await CallAsync("POST", "keys/k/sign", new { alg = algorithm, value = Text(digest) }));
        using var rsa = await PublicRsaAsync();
        Assert.True(rsa.VerifyHash(digest, signature, hash, algorithm[0] == 'R' ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss));
        await ProvesAsync(algorithm, digest, signature);
    }

    [Theory]
    [InlineData("ES256", "P-256", 64)]
    [InlineData("ES384", "P-384", 96)]
    [InlineData("ES512", "P-521", 132)]
    public async Task A_signature_of_an_EC_key_is_proved_by_its_public_half(string algorithm, string curve, int length)
    {
        await CreateAsync("k", new { kty = "EC", crv = curve });
        var digest = CryptographicOperations.HashData(new HashAlgorithmName($"SHA{algorithm[2..]}"), plain);
        var signature = Bytes(await CallAsync("POST", "keys/k/sign", new { alg = algorithm, value = Text(digest) }));
        Assert.Equal(length, signature.Length);
        var key = (await CallAsync("GET", "keys/k")).Body["key"]!;
        using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.CreateFromFriendlyName($"nist{curve.Replace("-", "", StringComparison.Ordinal)}"), Q = new() { X = Bytes(key, "x"), Y = Bytes(key, "y") } });
        Assert.True(ec.VerifyHash(digest, signature));
        await ProvesAsync(algorithm, digest, signature);
    }

    [Fact]
    public async Task Each_version_has_a_private_half_of_its_own()
    {
        var first = await CreateAsync("k");
        var wrapped = (string)(await CallAsync("POST", "keys/k/wrapkey", new { alg = "RSA-OAEP-256", value = Text(plain) })).Body["value"]!;
        await CreateAsync("k");
        var wrong = await CallAsync("POST", "keys/k/unwrapkey", new { alg = "RSA-OAEP-256", value = wrapped });
        Assert.Equal((HttpStatusCode.BadRequest, "value"), (wrong.Status, (string?)wrong.Body["error"]!["target"]));
        var tried = (await Server.Services.GetRequiredService<IAtriumStore>().ListActivityAsync(new() { ResourcePrefix = $"{VaultId}/keys/k", Take = 1 }, Cancel))[0];
        Assert.Equal(("Microsoft.KeyVault/vaults/keys/unwrap/action", "Failed", 400), (tried.Operation, tried.Status, tried.HttpStatus));
        Assert.Equal(plain, Bytes(await CallAsync("POST", $"keys/k/{first}/unwrapkey", new { alg = "RSA-OAEP-256", value = wrapped })));
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("POST", $"keys/k/{Guid.NewGuid():N}/unwrapkey", new { alg = "RSA-OAEP-256", value = wrapped })).Status);
    }

    [Theory]
    [InlineData("encrypt", "encrypt")]
    [InlineData("decrypt", "decrypt")]
    [InlineData("wrapkey", "wrapKey")]
    [InlineData("unwrapkey", "unwrapKey")]
    [InlineData("sign", "sign")]
    [InlineData("verify", "verify")]
    public async Task A_disabled_key_does_nothing_and_no_key_what_is_not_among_its_operations(string path, string word)
    {
        await CreateAsync("k", new { kty = "RSA", attributes = new { enabled = false } });
        var disabled = await CallAsync("POST", $"keys/k/{path}", Body(path));
        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", "KeyDisabled"), Refusal(disabled));
        Assert.Equal($"Operation {word} is not allowed on a disabled key.", (string?)disabled.Body["error"]!["message"]);

        var others = new[] { "encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey" }.Where(w => w != word);
        await CallAsync("PATCH", "keys/k", new { key_ops = others, attributes = new { enabled = true } });
        var forbidden = await CallAsync("POST", $"keys/k/{path}", Body(path));
        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", "KeyOperationForbidden"), Refusal(forbidden));
        Assert.Equal($"Operation {word} is not permitted on this key.", (string?)forbidden.Body["error"]!["message"]);
        Assert.Equal(["keys/update/action", "keys/create/action"], await ActivityAsync("k"));
    }

    [Theory]
    [InlineData("encrypt", true)]
    [InlineData("decrypt", false)]
    [InlineData("wrapkey", true)]
    [InlineData("unwrapkey", false)]
    [InlineData("sign", true)]
    [InlineData("verify", false)]
    public async Task Outside_its_times_a_key_makes_nothing_new_and_still_reads_what_it_made(string path, bool isRefused)
    {
        await CreateAsync("k");
        var wrapped = (string)(await CallAsync("POST", "keys/k/wrapkey", new { alg = "RSA-OAEP-256", value = Text(plain) })).Body["value"]!;
        foreach (var (attributes, inner) in new[] { (new { nbf = Seconds(60), exp = Seconds(600) }, "KeyNotYetValid"), (new { nbf = Seconds(-600), exp = Seconds(0) }, "KeyExpired") })
        {
            await CallAsync("PATCH", "keys/k", new { attributes });
            var answer = await CallAsync("POST", $"keys/k/{path}", Body(path, wrapped));
            Assert.Equal(isRefused ? (HttpStatusCode.Forbidden, "Forbidden", inner) : (HttpStatusCode.OK, null, null), Refusal(answer));
        }
    }

    [Theory]
    [InlineData("encrypt", """{}""", "alg")]
    [InlineData("encrypt", """{"alg":"A128GCM","value":"AAAA"}""", "alg")]
    [InlineData("encrypt", """{"alg":"RSA-OAEP"}""", "value")]
    [InlineData("encrypt", """{"alg":"RSA-OAEP","value":"not base64url!"}""", "value")]
    [InlineData("decrypt", """{"alg":"RSA-OAEP","value":"AAAA"}""", "value")]
    [InlineData("sign", """{"alg":"RS256","value":"AAAA"}""", "value")]
    [InlineData("sign", """{"alg":"ES256","value":"AAAA"}""", "alg")]
    [InlineData("verify", """{"alg":"RS256","value":"AAAA"}""", "digest")]
    public async Task A_mistake_is_told_with_its_field(string path, string body, string target)
    {
        await CreateAsync("k");
        var refused = await CallAsync("POST", $"keys/k/{path}", body);
        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter", target), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["target"]));
    }

    [Fact]
    public async Task The_largest_value_that_fits_is_encrypted_and_one_byte_more_is_not()
    {
        await CreateAsync("k");
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("POST", "keys/k/encrypt", new { alg = "RSA-OAEP-256", value = Text(new byte[190]) })).Status);
        Assert.Contains("190", (string?)(await CallAsync("POST", "keys/k/encrypt", new { alg = "RSA-OAEP-256", value = Text(new byte[191]) })).Body["error"]!["message"], StringComparison.Ordinal);
        await CreateAsync("e", new { kty = "EC" });
        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", "KeyOperationForbidden"), Refusal(await CallAsync("POST", "keys/e/encrypt", new { alg = "RSA-OAEP", value = Text(plain) })));
    }

    [Fact]
    public async Task At_the_root_of_the_host_a_key_is_found_by_its_version_where_the_caller_may_and_nowhere_else()
    {
        using var mine = await Server.ClientForAsync(Audience, (Officer, VaultId));
        var version = await CreateAsync("k");
        var wrapped = await CallAsync("POST", "keys/k/wrapkey", new { alg = "RSA-OAEP-256", value = Text(plain) });
        var kid = new Uri((string)wrapped.Body["kid"]!).AbsolutePath;
        Assert.Equal($"/keys/k/{version}", kid);
        var body = new { alg = "RSA-OAEP-256", value = (string)wrapped.Body["value"]! };
        foreach (var path in new[] { kid, "/keys/k", "/keys/k/" })
        {
            Assert.Equal(plain, Bytes(await mine.CallAsync("POST", $"{path}/unwrapkey{V}", body)));
            Assert.Equal(version, VersionOf(await mine.CallAsync("GET", $"{path}{V}")));
        }

        using var nobody = Server.HttpsClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.CallAsync("POST", $"{kid}/unwrapkey{V}", body)).Status);
        using var stranger = await Server.ClientForAsync(Audience);
        var there = await stranger.CallAsync("POST", $"{kid}/unwrapkey{V}", body);
        var missing = await stranger.CallAsync("POST", $"/keys/k/{Guid.NewGuid():N}/unwrapkey{V}", body);
        Assert.Equal((HttpStatusCode.Forbidden, missing.Body.ToJsonString()), (there.Status, there.Body.ToJsonString()));

        // A key of the same name in a vault where the caller has no right changes nothing for it; one where it has makes a name without a version mean two keys.
        var second = NewVault();
        await MakeVaultAsync(second, rbac: true);
        Assert.Equal(HttpStatusCode.OK, (await OfficerClient.CallAsync("POST", $"/vaults/{second}/keys/k/create{V}", new { kty = "RSA" })).Status);
        Assert.Equal(plain, Bytes(await mine.CallAsync("POST", $"/keys/k/unwrapkey{V}", body)));
        using var both = await Server.ClientForAsync(Audience, (Officer, VaultId), (Officer, IdOf(second)));
        Assert.Equal((HttpStatusCode.BadRequest, "key-version"), (await both.CallAsync("POST", $"/keys/k/unwrapkey{V}", body)) is { } open ? (open.Status, (string?)open.Body["error"]!["target"]) : default);
        Assert.Equal(plain, Bytes(await both.CallAsync("POST", $"{kid}/unwrapkey{V}", body)));
    }

    private long Seconds(int fromNow) => (Clock.Now + TimeSpan.FromSeconds(fromNow)).ToUnixTimeSeconds();

    private object Body(string path, string? wrapped = null) => path switch
    {
        "sign" => new { alg = "RS256", value = Text(plain) },
        "verify" => new { alg = "RS256", digest = Text(plain), value = Text(new byte[256]) },
        "decrypt" or "unwrapkey" => new { alg = "RSA-OAEP-256", value = wrapped ?? Text(new byte[256]) },
        _ => new { alg = "RSA-OAEP-256", value = Text(plain) },
    };

    private async Task ProvesAsync(string algorithm, byte[] digest, byte[] signature)
    {
        Assert.True((bool)(await VerifyAsync(digest, signature))["value"]!);
        digest[0] ^= 1;
        Assert.False((bool)(await VerifyAsync(digest, signature))["value"]!);
        digest[0] ^= 1;
        signature[^1] ^= 1;
        Assert.False((bool)(await VerifyAsync(digest, signature))["value"]!);
        Assert.False((bool)(await VerifyAsync(digest, signature[..10]))["value"]!);

        async Task<JsonObject> VerifyAsync(byte[] told, byte[] sent)
        {
            var answer = await CallAsync("POST", "keys/k/verify", new { alg = algorithm, digest = Text(told), value = Text(sent) });
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            return answer.Body;
        }
    }

    private async Task<RSA> PublicRsaAsync()
    {
        var key = (await CallAsync("GET", "keys/k")).Body["key"]!;
        return RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
    }
}
