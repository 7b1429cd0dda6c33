using System.Net;
using System.Text;
using Atrium.Server.Encryption;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Encryption;

/// <summary>Hubs whose key is wrapped by a key in a vault elsewhere: another installation's, asked over HTTP.</summary>
public sealed class ExternalVaultTests : IAsyncLifetime
{
    private const string CryptoServiceEncryptionUser = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("nobody's but the project's; ", 10_000)));
    private EncryptionScene vault = null!;
    private EncryptionScene scene = null!;
    private Answer role = null!;
    private bool isVaultGone;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The port takes TLS only; <see cref="TlsOutside"/> speaks it, so that the machine need not trust the authority of a test.</summary>
    private string Host => $"http://127.0.0.1:{vault.Server.HttpsAddress().Port}";

    private string Elsewhere => $"{Host}/vaults/customer";

    public async ValueTask InitializeAsync()
    {
        vault = await EncryptionScene.MakeAsync();
        var app = await vault.Server.NewAppAsync();
        role = await vault.Owner.AssignAsync(vault.VaultId, CryptoServiceEncryptionUser, app.ObjectId);
        scene = await EncryptionScene.MakeAsync(new TlsOutside(vault.Server), Settings(app.AppId, app.ClientSecret));
    }

    public async ValueTask DisposeAsync()
    {
        await scene.DisposeAsync();
        if (!isVaultGone)
        {
            await vault.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_key_that_is_taken_away_there_stops_reads_here_until_it_is_back()
    {
        var key = await NewKeyAsync("k");
        var project = await scene.NewProjectAsync(await scene.NewHubAsync("team", key), "one");
        await scene.WriteAsync(project, "a.txt", Content);
        Assert.False(scene.IsOnDisk("nobody's but the project's"));
        Assert.Equal(Content, await scene.ReadAsync(project, "a.txt"));
        await using var reading = await scene.OpenAsync(project, "a.txt");
        await reading.ReadExactlyAsync(new byte[1000], Cancel);

        await vault.EnableAsync(Plain(key), enabled: false);
        await RefusedAsync(project, "The key is disabled; enable it.");
        await Assert.ThrowsAsync<ApiException>(async () => await reading.CopyToAsync(Stream.Null, Cancel));

        await vault.EnableAsync(Plain(key), enabled: true);
        scene.Clock.Now += HubKey.Relied;
        Assert.Equal(Content, await scene.ReadAsync(project, "a.txt"));
    }

    [Fact]
    public async Task A_right_that_is_taken_away_there_stops_reads_here()
    {
        var project = await scene.NewProjectAsync(await scene.NewHubAsync("team", await NewKeyAsync("k")), "one");
        await scene.WriteAsync(project, "a.txt", Content);
        var taken = await vault.Owner.CallAsync("DELETE", $"{(string)role.Body["id"]!}?api-version=2022-04-01");
        Assert.Equal(HttpStatusCode.OK, taken.Status);
        await RefusedAsync(project, "The vault does not let the service principal in the settings use the key");
    }

    [Fact]
    public async Task A_vault_that_does_not_answer_takes_nothing_away_for_a_while()
    {
        var project = await scene.NewProjectAsync(await scene.NewHubAsync("team", await NewKeyAsync("k")), "one");
        await scene.WriteAsync(project, "a.txt", Content);
        await vault.DisposeAsync();
        isVaultGone = true;
        scene.Clock.Now += HubKey.Relied;
        Assert.Equal(Content, await scene.ReadAsync(project, "a.txt"));
        scene.Clock.Now += TimeSpan.FromMinutes(11);
        await RefusedAsync(project, "Its vault does not answer.");
    }

    [Fact]
    public async Task Another_version_wraps_the_hubs_key_anew_and_a_hub_that_names_none_follows()
    {
        var first = await NewKeyAsync("k");
        var (named, followed) = (await scene.NewHubAsync("named", first), await scene.NewHubAsync("followed", first[..first.LastIndexOf('/')]));
        var (one, two) = (await scene.NewProjectAsync(named, "one"), await scene.NewProjectAsync(followed, "two"));
        await scene.WriteAsync(one, "a.txt", Content);
        await scene.WriteAsync(two, "a.txt", Content);
        var second = await NewKeyAsync("k");
        scene.Clock.Now += HubKey.Relied;
        Assert.Equal(Content, await scene.ReadAsync(two, "a.txt"));
        var changed = await scene.Owner.CallAsync("PUT", named + EncryptionScene.Ml, new { location = "local", kind = "hub", properties = scene.Encrypted(second) });
        Assert.True(changed.Status is HttpStatusCode.OK or HttpStatusCode.Accepted, changed.ToString());

        await vault.EnableAsync(Plain(first), enabled: false);
        scene.Clock.Now += HubKey.Relied;
        Assert.Equal(Content, await scene.ReadAsync(one, "a.txt"));
        Assert.Equal(Content, await scene.ReadAsync(two, "a.txt"));
    }

    [Fact]
    public async Task A_key_that_cannot_encrypt_and_a_principal_that_may_not_are_refused_with_their_field()
    {
        var good = await NewKeyAsync("good");
        var curve = await NewKeyAsync("curve", new { kty = "EC", crv = "P-256" });
        await AssertRefusedAsync(scene, curve, "The key must be of type RSA");
        await AssertRefusedAsync(scene, good.Replace("/good/", "/none/", StringComparison.Ordinal), "no such key");
        var stranger = await vault.Server.NewAppAsync();
        await using var without = await EncryptionScene.MakeAsync(new TlsOutside(vault.Server), Settings(stranger.AppId, stranger.ClientSecret));
        await AssertRefusedAsync(without, good, "does not let the service principal");
        await using var unknown = await EncryptionScene.MakeAsync(new TlsOutside(vault.Server), Settings(stranger.AppId, "wrong-secret"));
        await AssertRefusedAsync(unknown, good, "refuses the service principal in the settings");
    }

    [Fact]
    public async Task A_vault_that_nobody_here_can_ask_is_refused_when_the_hub_is_made()
    {
        var elsewhere = scene.VaultId.Replace("/customer", "/unknown", StringComparison.Ordinal);
        object Hub(string kind) => new
        {
            location = "local", kind, properties = new
            {
                encryption = new { status = "Enabled", keyVaultProperties = new { keyVaultArmId = elsewhere, keyIdentifier = "https://unknown.vault.example/keys/k/0" } },
            },
        };
        var refused = await scene.Owner.CallAsync("PUT", scene.WorkspaceId("unknown") + EncryptionScene.Ml, Hub("hub"));
        Assert.Equal((HttpStatusCode.BadRequest, "properties.encryption.keyVaultProperties.keyIdentifier"), (refused.Status, (string?)refused.Body["error"]!["target"]));
        Assert.Contains("Make the vault first", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Owner.CallAsync("GET", scene.WorkspaceId("unknown") + EncryptionScene.Ml)).Status);
    }

    private static async Task AssertRefusedAsync(EncryptionScene scene, string key, string why)
    {
        var refused = await scene.Owner.CallAsync("PUT", scene.WorkspaceId("bad") + EncryptionScene.Ml, new { location = "local", kind = "hub", properties = scene.Encrypted(key) });
        Assert.True(refused.Status == HttpStatusCode.BadRequest, refused.ToString());
        Assert.Equal("properties.encryption.keyVaultProperties.keyIdentifier", (string?)refused.Body["error"]!["target"]);
        Assert.Contains(why, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", refused.ToString(), StringComparison.Ordinal);
    }

    private async Task RefusedAsync(ProjectScope project, string why)
    {
        scene.Clock.Now += HubKey.Relied;
        var refused = await Assert.ThrowsAsync<ApiException>(() => scene.ReadAsync(project, "a.txt"));
        Assert.Equal((403, KeyRefusals.Code), (refused.Status, refused.Code));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    private string[] Settings(string app, string secret) =>
    [
        "--Encryption:Vaults:0:Uri", Elsewhere, "--Encryption:Vaults:0:Authority", $"{Host}/{vault.Server.TenantId()}",
        "--Encryption:Vaults:0:ClientId", app, "--Encryption:Vaults:0:ClientSecret", secret,
    ];

    /// <summary>A new key there, by the address that names its vault.</summary>
    private async Task<string> NewKeyAsync(string name, object? body = null) => Elsewhere + new Uri(await vault.NewKeyAsync(name, body)).AbsolutePath;

    /// <summary>As the vault itself shows it.</summary>
    private static string Plain(string key) => key.Replace("/vaults/customer", "", StringComparison.Ordinal);
}
