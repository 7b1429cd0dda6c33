using System.Net;
using System.Security.Cryptography;
using Atrium.Server.Tests.Support;
using Atrium.Server.Vault.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Vault.Keys;

/// <summary>Keys of vaults as other features use them.</summary>
public sealed class VaultKeysTests(KeyVaultScene scene) : KeyVaultTests(scene), IClassFixture<KeyVaultScene>
{
    private static readonly VaultKeyUser User = new("feature", "call");
    private readonly byte[] plain = RandomNumberGenerator.GetBytes(32);

    private IVaultKeys Keys => Server.Services.GetRequiredService<IVaultKeys>();

    private string Address => Server.HttpsAddress().GetLeftPart(UriPartial.Authority) + $"/vaults/{Vault}/keys/cmk";

    [Fact]
    public async Task What_the_current_version_wrapped_unwraps_by_its_full_address_also_after_a_newer_one()
    {
        var first = await CreateAsync("cmk");
        var wrapped = await Keys.WrapAsync(Address, plain, User, Cancel);
        Assert.EndsWith($"/vaults/{Vault}/keys/cmk/{first}", wrapped.KeyIdentifier, StringComparison.Ordinal);
        var second = await CreateAsync("cmk");
        Assert.Equal(plain, await Keys.UnwrapAsync(wrapped.KeyIdentifier, wrapped.Bytes, User, Cancel));
        Assert.EndsWith(second, (await Keys.WrapAsync(Address, plain, User, Cancel)).KeyIdentifier, StringComparison.Ordinal);
        Assert.EndsWith(second, await Keys.LookAsync(Address, Cancel), StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await Keys.UnwrapAsync(Address, wrapped.Bytes, User, Cancel));

        // As the official client shows it, at the root of the host; and what the API wrapped.
        Assert.Equal(plain, await Keys.UnwrapAsync($"https://any.example/keys/cmk/{first}", wrapped.Bytes, User, Cancel));
        var byApi = Bytes(await CallAsync("POST", $"keys/cmk/{first}/wrapkey", new { alg = "RSA-OAEP-256", value = Text(plain) }));
        Assert.Equal(plain, await Keys.UnwrapAsync(wrapped.KeyIdentifier, byApi, User, Cancel));
        Assert.Equal(
            ["keys/unwrap/action", "keys/wrap/action", "keys/unwrap/action", "keys/unwrap/action", "keys/wrap/action", "keys/unwrap/action", "keys/create/action", "keys/wrap/action", "keys/create/action"],
            await ActivityAsync("cmk"));
    }

    [Fact]
    public async Task A_disabled_or_deleted_key_stops_and_goes_on_when_it_is_back()
    {
        await CreateAsync("cmk");
        var wrapped = await Keys.WrapAsync(Address, plain, User, Cancel);
        await CallAsync("PATCH", "keys/cmk", new { attributes = new { enabled = false } });
        Assert.Equal(VaultKeyReason.Disabled, await WhyNotAsync(wrapped));
        await CallAsync("PATCH", "keys/cmk", new { attributes = new { enabled = true } });
        Assert.Equal(plain, await Keys.UnwrapAsync(wrapped.KeyIdentifier, wrapped.Bytes, User, Cancel));

        await CallAsync("DELETE", "keys/cmk");
        Assert.Equal(VaultKeyReason.Deleted, await WhyNotAsync(wrapped));
        await CallAsync("POST", "deletedkeys/cmk/recover");
        Assert.Equal(plain, await Keys.UnwrapAsync(wrapped.KeyIdentifier, wrapped.Bytes, User, Cancel));

        await Owner.CallAsync("DELETE", VaultId + Arm);
        Assert.Equal(VaultKeyReason.Deleted, await WhyNotAsync(wrapped));
        await Owner.CallAsync("PUT", VaultId + Arm, new { location = "local", properties = new { createMode = "recover", sku = new { family = "A", name = "standard" } } });
        Assert.Equal(plain, await Keys.UnwrapAsync(wrapped.KeyIdentifier, wrapped.Bytes, User, Cancel));

        await CallAsync("DELETE", "keys/cmk");
        await CallAsync("DELETE", "deletedkeys/cmk");
        Assert.Equal(VaultKeyReason.NoSuchKey, await WhyNotAsync(wrapped));
    }

    [Fact]
    public async Task Outside_its_times_a_key_unwraps_and_wraps_no_more_and_key_ops_count()
    {
        await CreateAsync("cmk", new { kty = "RSA", attributes = new { exp = (Clock.Now + TimeSpan.FromMinutes(1)).ToUnixTimeSeconds() } });
        var wrapped = await Keys.WrapAsync(Address, plain, User, Cancel);
        Clock.Now += TimeSpan.FromMinutes(2);
        var expired = await Assert.ThrowsAsync<VaultKeyUnavailableException>(async () => await Keys.WrapAsync(Address, plain, User, Cancel));
        Assert.Equal(VaultKeyReason.NotValidNow, expired.Reason);
        Assert.Equal(plain, await Keys.UnwrapAsync(wrapped.KeyIdentifier, wrapped.Bytes, User, Cancel));

        Assert.Equal(HttpStatusCode.OK, (await CallAsync("PATCH", "keys/cmk", new { key_ops = new[] { "wrapKey" } })).Status);
        Assert.Equal(VaultKeyReason.OperationNotAllowed, await WhyNotAsync(wrapped));
        await CreateAsync("cmk", new { kty = "EC" });
        var ec = await Assert.ThrowsAsync<VaultKeyUnavailableException>(async () => await Keys.WrapAsync(Address, plain, User, Cancel));
        Assert.Equal(VaultKeyReason.OperationNotAllowed, ec.Reason);
    }

    [Theory]
    [InlineData("https://h/vaults/{Vault}/keys/other")]
    [InlineData("https://h/vaults/{Vault}/keys/cmk/0123456789abcdef0123456789abcdef")]
    [InlineData("https://h/vaults/no-such-vault/keys/cmk")]
    [InlineData("https://h/keys/cmk/0123456789abcdef0123456789abcdef")]
    [InlineData("https://h/keys/cmk")]
    [InlineData("https://h/vaults/{Vault}/secrets/cmk")]
    [InlineData("https://h/vaults/../keys/cmk")]
    [InlineData("not an address")]
    public async Task An_address_that_leads_to_no_key_is_told_as_such(string pattern)
    {
        var address = pattern.Replace("{Vault}", Vault, StringComparison.Ordinal);
        await CreateAsync("cmk");
        var missing = await Assert.ThrowsAsync<VaultKeyUnavailableException>(async () => await Keys.WrapAsync(address, plain, User, Cancel));
        Assert.Equal((VaultKeyReason.NoSuchKey, address), (missing.Reason, missing.KeyIdentifier));
    }

    [Fact]
    public async Task A_version_that_lies_in_two_vaults_is_taken_from_neither_without_the_vault()
    {
        var version = await CreateAsync("cmk");
        var backup = (string)(await CallAsync("POST", "keys/cmk/backup")).Body["value"]!;
        var second = NewVault();
        await MakeVaultAsync(second, rbac: true);
        Assert.Equal(HttpStatusCode.OK, (await OfficerClient.CallAsync("POST", $"/vaults/{second}/keys/restore{V}", new { value = backup })).Status);
        var open = await Assert.ThrowsAsync<VaultKeyUnavailableException>(async () => await Keys.LookAsync($"https://h/keys/cmk/{version}", Cancel));
        Assert.Equal(VaultKeyReason.NoSuchKey, open.Reason);
        Assert.EndsWith(version, await Keys.LookAsync($"https://h/vaults/{second}/keys/cmk/{version}", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public void With_hosts_of_their_own_the_vault_is_read_off_the_host()
    {
        Assert.Equal(new KeyAddress("team-vault", "cmk", "1"), KeyAddress.Parse("https://team-vault.vault.ai.example:8443/keys/cmk/1", "ai.example"));
        Assert.Equal(new KeyAddress("team-vault", "cmk", null), KeyAddress.Parse("https://team-vault.vault.ai.example/keys/cmk", "ai.example"));
        Assert.Null(KeyAddress.Parse("https://team-vault.vault.ai.example/keys/cmk", null));
    }

    private async Task<VaultKeyReason> WhyNotAsync(WrappedKey wrapped)
    {
        var unwrapping = await Assert.ThrowsAsync<VaultKeyUnavailableException>(async () => await Keys.UnwrapAsync(wrapped.KeyIdentifier, wrapped.Bytes, User, Cancel));
        var looking = await Assert.ThrowsAsync<VaultKeyUnavailableException>(async () => await Keys.LookAsync(wrapped.KeyIdentifier, Cancel));
        Assert.Equal(looking.Reason, unwrapping.Reason);
        return unwrapping.Reason;
    }
}
