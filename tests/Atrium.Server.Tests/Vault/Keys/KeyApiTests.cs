using System.Net;
using System.Security.Cryptography;
using Atrium.Persistence;
using Atrium.Server.Tests.Support;
using Atrium.Server.Vault;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Vault.Keys;

/// <summary>The keys of a vault: their life (Key Vault REST, Keys, 7.5).</summary>
public sealed class KeyApiTests(KeyVaultScene scene) : KeyVaultTests(scene), IClassFixture<KeyVaultScene>
{
    [Fact]
    public async Task A_key_has_versions_of_which_the_last_is_current_and_shows_its_public_half_only()
    {
        var made = await CallAsync("POST", "keys/signing/create", new { kty = "RSA", key_size = 3072, key_ops = new[] { "sign", "verify" }, tags = new { team = "a" }, attributes = new { exp = 4000000000 } });
        Assert.Equal(HttpStatusCode.OK, made.Status);
        Assert.Equal(["kid", "kty", "n", "e", "key_ops"], made.Body["key"]!.AsObject().Select(member => member.Key));
        Assert.Equal(3072 / 8, Bytes(made.Body["key"]!, "n").Length);
        Assert.Equal(["sign", "verify"], made.Body["key"]!["key_ops"]!.AsArray().Select(o => (string)o!));
        var attributes = made.Body["attributes"]!;
        Assert.Equal(("Recoverable+Purgeable", 90, false, true), ((string?)attributes["recoveryLevel"], (int)attributes["recoverableDays"]!, (bool)attributes["exportable"]!, (bool)attributes["enabled"]!));

        var second = await CreateAsync("signing");
        Assert.NotEqual(VersionOf(made), second);
        var latest = await CallAsync("GET", "keys/signing");
        Assert.Equal((second, 2048 / 8), (VersionOf(latest), Bytes(latest.Body["key"]!, "n").Length));
        Assert.Equal(6, latest.Body["key"]!["key_ops"]!.AsArray().Count);
        var old = await CallAsync("GET", $"keys/signing/{VersionOf(made)}");
        Assert.Equal((made.Body.ToJsonString(), "a"), (old.Body.ToJsonString(), (string?)old.Body["tags"]!["team"]));
        Assert.Equal(2, (await CallAsync("GET", "keys/signing/versions")).Body["value"]!.AsArray().Count);
        var item = Assert.Single((await CallAsync("GET", "keys")).Body["value"]!.AsArray())!;
        Assert.EndsWith("/keys/signing", (string)item["kid"]!, StringComparison.Ordinal);
        Assert.Equal(["keys/create/action", "keys/create/action"], await ActivityAsync("signing"));
    }

    [Theory]
    [InlineData(null, "P-256", 32)]
    [InlineData("P-384", "P-384", 48)]
    [InlineData("P-521", "P-521", 66)]
    public async Task An_EC_key_lies_on_the_curve_that_was_asked_for(string? asked, string curve, int bytes)
    {
        var made = await CallAsync("POST", "keys/ec/create", new { kty = "EC", crv = asked });
        var key = made.Body["key"]!.AsObject();
        Assert.Equal(["kid", "kty", "crv", "x", "y", "key_ops"], key.Select(member => member.Key));
        Assert.Equal((curve, bytes, bytes), ((string?)key["crv"], Bytes(key, "x").Length, Bytes(key, "y").Length));
        Assert.Equal(["sign", "verify"], key["key_ops"]!.AsArray().Select(o => (string)o!));
    }

    [Fact]
    public async Task An_update_changes_what_is_sent_and_keeps_the_rest()
    {
        var first = await CreateAsync("k", new { kty = "RSA", tags = new { a = "1" } });
        await CreateAsync("k");
        var changed = await CallAsync("PATCH", $"keys/k/{first}", new { key_ops = new[] { "wrapKey" }, attributes = new { enabled = false, nbf = 10, exp = 20 } });
        Assert.Equal((false, 10, 20, "1"), ((bool)changed.Body["attributes"]!["enabled"]!, (int)changed.Body["attributes"]!["nbf"]!, (int)changed.Body["attributes"]!["exp"]!, (string?)changed.Body["tags"]!["a"]));
        Assert.Equal("wrapKey", (string?)Assert.Single(changed.Body["key"]!["key_ops"]!.AsArray()));
        Assert.True((bool)(await CallAsync("GET", "keys/k")).Body["attributes"]!["enabled"]!);

        // A disabled key is still shown, as published: only its use is refused.
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("GET", $"keys/k/{first}")).Status);
        Assert.Equal((HttpStatusCode.NotFound, "KeyNotFound"), (await CallAsync("PATCH", "keys/none", new { })) is { } none ? (none.Status, none.ErrorCode) : default);
    }

    [Fact]
    public async Task A_deleted_key_keeps_its_name_and_comes_back_or_goes()
    {
        var version = await CreateAsync("gone");
        var plain = RandomNumberGenerator.GetBytes(32);
        var wrapped = (string)(await CallAsync("POST", "keys/gone/wrapkey", new { alg = "RSA-OAEP-256", value = Text(plain) })).Body["value"]!;
        var deleted = await CallAsync("DELETE", "keys/gone");
        Assert.EndsWith("/deletedkeys/gone", (string?)deleted.Body["recoveryId"], StringComparison.Ordinal);
        Assert.Equal(90 * 24 * 3600, (long)deleted.Body["scheduledPurgeDate"]! - (long)deleted.Body["deletedDate"]!);
        foreach (var (method, path) in new[] { ("GET", "keys/gone"), ("GET", $"keys/gone/{version}"), ("GET", "keys/gone/versions"), ("DELETE", "keys/gone"), ("POST", "keys/gone/backup"), ("POST", "keys/gone/unwrapkey") })
        {
            Assert.Equal((HttpStatusCode.NotFound, "KeyNotFound"), (await CallAsync(method, path, method == "POST" ? new { alg = "RSA-OAEP-256", value = wrapped } : null)) is { } no ? (no.Status, no.ErrorCode) : default);
        }

        Assert.Equal(HttpStatusCode.Conflict, (await CallAsync("POST", "keys/gone/create", new { kty = "RSA" })).Status);
        Assert.Single((await CallAsync("GET", "deletedkeys")).Body["value"]!.AsArray());
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("GET", "deletedkeys/gone")).Status);

        Assert.Equal(HttpStatusCode.OK, (await CallAsync("POST", "deletedkeys/gone/recover")).Status);
        Assert.Equal(plain, Bytes(await CallAsync("POST", $"keys/gone/{version}/unwrapkey", new { alg = "RSA-OAEP-256", value = wrapped })));
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", "deletedkeys/gone")).Status);

        await CallAsync("DELETE", "keys/gone");
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", "deletedkeys/gone")).Status);
        Assert.Empty(await RowsAsync());
        Assert.Equal(
            ["keys/purge/action", "keys/delete", "keys/unwrap/action", "keys/recover/action", "keys/delete", "keys/wrap/action", "keys/create/action"], await ActivityAsync("gone"));
    }

    [Fact]
    public async Task Deleted_keys_go_when_their_time_is_over_and_not_before()
    {
        await CreateAsync("short");
        await CallAsync("DELETE", "keys/short");
        var sweep = Server.Services.GetRequiredService<VaultSweep>();
        Clock.Now += TimeSpan.FromDays(89);
        await sweep.SweepAsync(Cancel);
        Assert.NotEmpty(await RowsAsync());
        Clock.Now += TimeSpan.FromDays(2);
        await sweep.SweepAsync(Cancel);
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task A_backup_restores_every_version_with_its_private_half_and_is_none_of_a_secret()
    {
        var first = await CreateAsync("kept");
        var plain = RandomNumberGenerator.GetBytes(32);
        var wrapped = (string)(await CallAsync("POST", "keys/kept/wrapkey", new { alg = "RSA-OAEP", value = Text(plain) })).Body["value"]!;
        await CreateAsync("kept");
        var backup = (string)(await CallAsync("POST", "keys/kept/backup")).Body["value"]!;
        Assert.Equal(HttpStatusCode.Conflict, (await CallAsync("POST", "keys/restore", new { value = backup })).Status);
        await CallAsync("DELETE", "keys/kept");
        await CallAsync("DELETE", "deletedkeys/kept");
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("POST", "keys/restore", new { value = backup })).Status);
        Assert.Equal(plain, Bytes(await CallAsync("POST", $"keys/kept/{first}/unwrapkey", new { alg = "RSA-OAEP", value = wrapped })));
        Assert.Equal(2, (await CallAsync("GET", "keys/kept/versions")).Body["value"]!.AsArray().Count);

        using var administrator = await Server.ClientForAsync(Audience, (Administrator, VaultId));
        await administrator.CallAsync("PUT", $"/vaults/{Vault}/secrets/s{V}", new { value = "x" });
        var secret = (string)(await administrator.CallAsync("POST", $"/vaults/{Vault}/secrets/s/backup{V}")).Body["value"]!;
        foreach (var text in (string[])[secret, backup[..^4] + "AAAA", "x", ""])
        {
            Assert.Equal((HttpStatusCode.BadRequest, "BadParameter"), (await CallAsync("POST", "keys/restore", new { value = text })) is { } bad ? (bad.Status, bad.ErrorCode) : default);
        }
    }

    [Theory]
    [InlineData("""{}""", "kty", "RSA or EC")]
    [InlineData("""{"kty":"RSA-HSM"}""", "kty", "Use RSA")]
    [InlineData("""{"kty":"EC-HSM"}""", "kty", "Use EC")]
    [InlineData("""{"kty":"oct"}""", "kty", "wrap a symmetric key")]
    [InlineData("""{"kty":"oct-HSM"}""", "kty", "managed hardware")]
    [InlineData("""{"kty":"rsa"}""", "kty", "RSA or EC")]
    [InlineData("""{"kty":"RSA","key_size":1024}""", "key_size", "2048, 3072, 4096")]
    [InlineData("""{"kty":"RSA","key_size":"2048"}""", "key_size", "2048, 3072, 4096")]
    [InlineData("""{"kty":"RSA","public_exponent":3}""", "public_exponent", "65537")]
    [InlineData("""{"kty":"RSA","crv":"P-256"}""", "crv", "EC")]
    [InlineData("""{"kty":"EC","crv":"P-256K"}""", "crv", "P-256, P-384, P-521")]
    [InlineData("""{"kty":"EC","key_size":384}""", "key_size", "256")]
    [InlineData("""{"kty":"EC","key_ops":["wrapKey"]}""", "key_ops", "sign, verify")]
    [InlineData("""{"kty":"RSA","key_ops":["wrapkey"]}""", "key_ops", "wrapKey")]
    [InlineData("""{"kty":"RSA","attributes":{"exportable":true}}""", "attributes.exportable", "never leave")]
    [InlineData("""{"kty":"RSA","release_policy":{"data":"x"}}""", "release_policy", "not released")]
    [InlineData("""{"kty":"RSA","attributes":{"nbf":20,"exp":10}}""", "attributes.exp", "later")]
    [InlineData("""{"kty":"RSA","tags":{"a":1}}""", "tags", "strings")]
    public async Task What_a_key_cannot_be_is_told_with_its_field_and_what_would_be_right(string body, string target, string right)
    {
        var refused = await CallAsync("POST", "keys/a/create", body);
        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter", target), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["target"]));
        Assert.Contains(right, (string)refused.Body["error"]!["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_is_told_at_once()
    {
        var refused = await CallAsync("POST", "keys/a/create", new { kty = "RSA", key_size = 1, attributes = new { enabled = "yes", exportable = true } });
        Assert.Equal(["attributes.enabled", "attributes.exportable", "key_size"], refused.Body["error"]!["details"]!.AsArray().Select(d => (string)d!["target"]!).Order());
    }

    [Fact]
    public async Task A_name_that_is_none_and_a_call_without_a_version_are_refused()
    {
        Assert.Equal("key-name", (string?)(await CallAsync("POST", "keys/a_b/create", new { kty = "RSA" })).Body["error"]!["target"]);
        Assert.Equal("api-version", (string?)(await OfficerClient.CallAsync("GET", $"/vaults/{Vault}/keys")).Body["error"]!["target"]);
        Assert.Equal(HttpStatusCode.NotImplemented, (await CallAsync("GET", "certificates")).Status);
    }

    [Fact]
    public async Task Roles_give_what_they_are_published_to_give()
    {
        await CreateAsync("mine");
        var wrap = new { alg = "RSA-OAEP-256", value = Text(new byte[32]) };
        foreach (var (role, reads, wraps, signs, creates) in new[] { (Reader, true, false, false, false), (EncryptionUser, true, true, false, false), (CryptoUser, true, true, true, false), (Administrator, true, true, true, true) })
        {
            using var client = await Server.ClientForAsync(Audience, (role, VaultId));
            Assert.Equal((role, reads), (role, (await client.CallAsync("GET", $"/vaults/{Vault}/keys/mine{V}")).Status == HttpStatusCode.OK));
            Assert.Equal((role, wraps), (role, (await client.CallAsync("POST", $"/vaults/{Vault}/keys/mine/wrapkey{V}", wrap)).Status == HttpStatusCode.OK));
            Assert.Equal((role, signs), (role, (await client.CallAsync("POST", $"/vaults/{Vault}/keys/mine/sign{V}", new { alg = "RS256", value = Text(new byte[32]) })).Status == HttpStatusCode.OK));
            Assert.Equal((role, creates), (role, (await client.CallAsync("POST", $"/vaults/{Vault}/keys/mine/create{V}", new { kty = "RSA" })).Status == HttpStatusCode.OK));
        }

        using var one = await Server.ClientForAsync(Audience, (EncryptionUser, $"{VaultId}/keys/mine"));
        Assert.Equal(HttpStatusCode.OK, (await one.CallAsync("GET", $"/vaults/{Vault}/keys/mine{V}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await one.CallAsync("GET", $"/vaults/{Vault}/keys/other{V}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await OfficerClient.CallAsync("GET", $"/vaults/{Vault}/secrets{V}")).Status);
    }

    [Fact]
    public async Task Nobody_gets_a_challenge_and_whoever_has_no_right_nothing_wherever_the_vault_is()
    {
        await CreateAsync("mine");
        using var nobody = Server.HttpsClient();
        var challenge = await nobody.CallAsync("POST", $"/vaults/{Vault}/keys/mine/wrapkey{V}", new { });
        Assert.Equal(HttpStatusCode.Unauthorized, challenge.Status);
        Assert.Contains("resource=\"https://vault.azure.net\"", challenge.Message.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        using var stranger = await Server.ClientForAsync(Audience);
        var there = await stranger.CallAsync("GET", $"/vaults/{Vault}/keys/mine{V}");
        var missing = await stranger.CallAsync("GET", $"/vaults/no-such-vault/keys/mine{V}");
        Assert.Equal((HttpStatusCode.Forbidden, missing.Body.ToJsonString().Replace("no-such-vault", Vault, StringComparison.Ordinal)), (there.Status, there.Body.ToJsonString()));
    }

    [Fact]
    public async Task A_vault_with_access_policies_obeys_them_and_no_role()
    {
        var app = await Server.NewAppAsync();
        var vault = NewVault();
        await MakeVaultAsync(vault, rbac: false, new { tenantId = Server.TenantId(), objectId = app.ObjectId, permissions = new { keys = new[] { "Create", "wrapkey" }, secrets = new[] { "all" } } });
        using var client = await Server.SignedInAsync(app.AppId, app.ClientSecret, Audience);
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync("POST", $"/vaults/{vault}/keys/a/create{V}", new { kty = "RSA" })).Status);
        var wrapped = await client.CallAsync("POST", $"/vaults/{vault}/keys/a/wrapkey{V}", new { alg = "RSA-OAEP-256", value = Text(new byte[32]) });
        Assert.Equal(HttpStatusCode.OK, wrapped.Status);
        foreach (var (method, path) in new[] { ("GET", "keys/a"), ("POST", "keys/a/unwrapkey"), ("DELETE", "keys/a"), ("GET", "keys") })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await client.CallAsync(method, $"/vaults/{vault}/{path}{V}", method == "POST" ? new { alg = "RSA-OAEP-256", value = (string?)wrapped.Body["value"] } : null)).Status);
        }

        using var byRole = await Server.ClientForAsync(Audience, (Officer, IdOf(vault)));
        Assert.Equal(HttpStatusCode.Forbidden, (await byRole.CallAsync("GET", $"/vaults/{vault}/keys/a{V}")).Status);
    }

    [Fact]
    public async Task A_vault_that_is_purged_takes_its_keys_along()
    {
        await CreateAsync("inside");
        await Owner.CallAsync("DELETE", $"{VaultId}{Arm}&forceToPurge=true");
        Assert.Empty(await RowsAsync());
    }

    private async Task<List<string>> RowsAsync()
    {
        var store = Server.Services.GetRequiredService<IAtriumStore>();
        var rows = new List<string>();
        foreach (var (type, deleted) in from type in new[] { VaultKind.Keys.Row, VaultKind.Keys.VersionRow } from deleted in new[] { false, true } select (type, deleted))
        {
            rows.AddRange((await store.ListAsync(new() { Type = type, KeyPrefix = $"{VaultId.ToLowerInvariant()}/", Deleted = deleted, Take = 100 }, Cancel)).Select(r => r.Key));
        }

        return rows;
    }
}
