using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;
using Atrium.Server.Vault.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Vault.Keys;

/// <summary>Rotation of keys, by hand and by policy (Key Vault REST, Keys: rotate, rotationpolicy).</summary>
public sealed class KeyRotationTests(KeyVaultScene scene) : KeyVaultTests(scene), IClassFixture<KeyVaultScene>
{
    private KeyRotation Rotation => Server.Services.GetRequiredService<KeyRotation>();

    [Fact]
    public async Task A_key_that_is_rotated_has_a_new_version_of_the_same_kind()
    {
        var first = await CreateAsync("k", new { kty = "EC", crv = "P-384", key_ops = new[] { "sign" }, tags = new { team = "a" }, attributes = new { exp = 4000000000 } });
        var rotated = await CallAsync("POST", "keys/k/rotate");
        Assert.NotEqual(first, VersionOf(rotated));
        Assert.Equal(("EC", "P-384", "sign", "a"), ((string?)rotated.Body["key"]!["kty"], (string?)rotated.Body["key"]!["crv"], (string?)rotated.Body["key"]!["key_ops"]![0], (string?)rotated.Body["tags"]!["team"]));
        Assert.Null(rotated.Body["attributes"]!["exp"]);
        Assert.Equal(VersionOf(rotated), VersionOf(await CallAsync("GET", "keys/k")));
        Assert.Equal(["keys/rotate/action", "keys/create/action"], await ActivityAsync("k"));
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("POST", "keys/none/rotate")).Status);
    }

    [Fact]
    public async Task A_policy_is_kept_and_its_expiry_is_that_of_the_next_version()
    {
        await CreateAsync("k");
        var none = await CallAsync("GET", "keys/k/rotationpolicy");
        Assert.Equal(("Notify", "P30D"), ((string?)none.Body["lifetimeActions"]![0]!["action"]!["type"], (string?)none.Body["lifetimeActions"]![0]!["trigger"]!["timeBeforeExpiry"]));
        var set = await CallAsync("PUT", "keys/k/rotationpolicy", Policy("P90D", ("rotate", "timeAfterCreate", "P60D"), ("Notify", "timeBeforeExpiry", "P10D")));
        Assert.True(set.Status == HttpStatusCode.OK, set.ToString());
        Assert.EndsWith("/keys/k/rotationpolicy", (string?)set.Body["id"], StringComparison.Ordinal);
        Assert.Equal(set.Body.ToJsonString(), (await CallAsync("GET", "keys/k/rotationpolicy")).Body.ToJsonString());
        Assert.Equal(("P90D", "Rotate", "P60D"), ((string?)set.Body["attributes"]!["expiryTime"], (string?)set.Body["lifetimeActions"]![0]!["action"]!["type"], (string?)set.Body["lifetimeActions"]![0]!["trigger"]!["timeAfterCreate"]));
        var rotated = await CallAsync("POST", "keys/k/rotate");
        Assert.Equal(TimeSpan.FromDays(90).TotalSeconds, (long)rotated.Body["attributes"]!["exp"]! - (long)rotated.Body["attributes"]!["created"]!);
        Assert.Equal(["keys/rotate/action", "keyrotationpolicies/write", "keys/create/action"], await ActivityAsync("k"));

        await CallAsync("DELETE", "keys/k");
        await CallAsync("DELETE", "deletedkeys/k");
        await CreateAsync("k");
        Assert.Equal(none.Body.ToJsonString(), (await CallAsync("GET", "keys/k/rotationpolicy")).Body.ToJsonString());
    }

    [Fact]
    public async Task Policies_take_rights_of_their_own()
    {
        await CreateAsync("k");
        using var user = await Server.ClientForAsync(Audience, (CryptoUser, VaultId));
        Assert.Equal(HttpStatusCode.Forbidden, (await user.CallAsync("GET", $"/vaults/{Vault}/keys/k/rotationpolicy{V}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await user.CallAsync("POST", $"/vaults/{Vault}/keys/k/rotate{V}")).Status);
        using var reader = await Server.ClientForAsync(Audience, (Reader, VaultId));
        Assert.Equal(HttpStatusCode.OK, (await reader.CallAsync("GET", $"/vaults/{Vault}/keys/k/rotationpolicy{V}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.CallAsync("PUT", $"/vaults/{Vault}/keys/k/rotationpolicy{V}", Policy("P90D"))).Status);
    }

    [Fact]
    public async Task What_is_due_is_done_once_and_a_disabled_or_deleted_key_is_left_alone()
    {
        foreach (var name in (string[])["due", "off", "gone", "later"])
        {
            await CreateAsync(name, new { kty = "EC", attributes = new { exp = (Clock.Now + TimeSpan.FromDays(60)).ToUnixTimeSeconds() } });
            await CallAsync("PUT", $"keys/{name}/rotationpolicy", Policy("P90D", ("Rotate", "timeAfterCreate", name == "later" ? "P80D" : "P40D"), ("Notify", "timeBeforeExpiry", "P50D")));
        }

        await CallAsync("PATCH", "keys/off", new { attributes = new { enabled = false } });
        await CallAsync("DELETE", "keys/gone");
        await Rotation.SweepAsync(Cancel);
        Assert.Equal(["keyrotationpolicies/write", "keys/create/action"], await ActivityAsync("due"));

        Clock.Now += TimeSpan.FromDays(11);
        await Rotation.SweepAsync(Cancel);
        await Rotation.SweepAsync(Cancel);
        foreach (var name in (string[])["due", "later"])
        {
            Assert.Equal(["keys/nearExpiry/action", "keyrotationpolicies/write", "keys/create/action"], await ActivityAsync(name));
        }

        Clock.Now += TimeSpan.FromDays(30);
        await Rotation.SweepAsync(Cancel);
        await Rotation.SweepAsync(Cancel);
        Assert.Equal(["keys/rotate/action", "keys/nearExpiry/action", "keyrotationpolicies/write", "keys/create/action"], await ActivityAsync("due"));
        Assert.Equal(3, (await ActivityAsync("later")).Count);
        Assert.Equal(["keys/update/action", "keyrotationpolicies/write", "keys/create/action"], await ActivityAsync("off"));
        Assert.Equal(["keys/delete", "keyrotationpolicies/write", "keys/create/action"], await ActivityAsync("gone"));
    }

    [Theory]
    [InlineData("P27D", "Rotate", "timeAfterCreate", "P10D", "attributes.expiryTime")]
    [InlineData("90 days", "Rotate", "timeAfterCreate", "P10D", "attributes.expiryTime")]
    [InlineData("P90D", "Rotate", "timeAfterCreate", "P6D", "lifetimeActions[0].trigger.timeAfterCreate")]
    [InlineData("P90D", "Rotate", "timeAfterCreate", "P90D", "lifetimeActions[0].trigger.timeAfterCreate")]
    [InlineData("P90D", "Rotate", "timeAfterCreate", "-P10D", "lifetimeActions[0].trigger.timeAfterCreate")]
    [InlineData(null, "Rotate", "timeBeforeExpiry", "P10D", "attributes.expiryTime")]
    [InlineData("P90D", "Notify", "timeAfterCreate", "P10D", "lifetimeActions[0].trigger")]
    [InlineData("P90D", "Burn", "timeAfterCreate", "P10D", "lifetimeActions[0].action.type")]
    [InlineData("P90D", "Rotate", "sometime", "P10D", "lifetimeActions[0].trigger")]
    public async Task A_policy_that_is_none_is_told_with_its_field(string? expiry, string type, string trigger, string time, string target)
    {
        await CreateAsync("k", new { kty = "EC" });
        var refused = await CallAsync("PUT", "keys/k/rotationpolicy", Policy(expiry, (type, trigger, time)));
        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter", target), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["target"]));
    }

    internal static JsonObject Policy(string? expiry, params (string Type, string Trigger, string Time)[] actions) => new()
    {
        ["lifetimeActions"] = new JsonArray([.. actions.Select(a => (JsonNode)new JsonObject { ["trigger"] = new JsonObject { [a.Trigger] = a.Time }, ["action"] = new JsonObject { ["type"] = a.Type } })]),
        ["attributes"] = new JsonObject { ["expiryTime"] = expiry },
    };
}
