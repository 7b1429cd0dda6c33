using System.Net;
using Atrium.Persistence;
using Atrium.Server.Tests.Support;
using Atrium.Server.Vault;
using Atrium.Server.Vault.Secrets;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Vault;

/// <summary>The secrets of a vault (Key Vault REST, 7.5).</summary>
public sealed class SecretApiTests : IAsyncLifetime
{
    private const string Officer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
    private const string Reader = "4633458b-17de-408a-b874-0445c86b69e6";
    private const string Audience = "https://vault.azure.net";
    private const string V = "?api-version=7.5";
    private const string Arm = "?api-version=2023-07-01";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
    private readonly ManualClock clock = new(TimeProvider.System.GetUtcNow());
    private HubServer hub = null!;
    private HttpClient owner = null!;
    private HttpClient officer = null!;

    private string VaultId => $"{group}/providers/Microsoft.KeyVault/vaults/team-vault";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock), settings: ["--Models:Warm", "false"]);
        owner = await hub.OwnerAsync();
        await owner.CallAsync("PUT", $"{group.Split("/resourceGroups")[0]}?api-version=2024-07-01", new { displayName = "t" });
        await owner.CallAsync("PUT", $"{group}?api-version=2024-07-01", new { location = "local" });
        await MakeVaultAsync(VaultId, rbac: true);
        officer = await hub.ClientForAsync(Audience, (Officer, VaultId));
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        officer.Dispose();
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task A_secret_has_versions_of_which_the_last_is_current()
    {
        var first = await SetAsync("db-password", new { value = "one", contentType = "text/plain", tags = new { team = "a" }, attributes = new { nbf = 10, exp = 20 } });
        Assert.Equal(HttpStatusCode.OK, first.Status);
        var second = await SetAsync("db-password", new { value = "two" });
        var (one, two) = (Segments(first), Segments(second));
        Assert.Equal(["/", "secrets/", "db-password/"], one[..3]);
        Assert.NotEqual(one[3], two[3]);
        Assert.Equal("two", await ValueAsync("db-password"));
        var old = await officer.CallAsync("GET", $"/vaults/team-vault/secrets/db-password/{one[3]}{V}");
        Assert.Equal(("one", "text/plain", "a", 20), ((string?)old.Body["value"], (string?)old.Body["contentType"], (string?)old.Body["tags"]!["team"], (int)old.Body["attributes"]!["exp"]!));
        Assert.Equal(("Recoverable+Purgeable", 90), ((string?)old.Body["attributes"]!["recoveryLevel"], (int)old.Body["attributes"]!["recoverableDays"]!));

        var versions = (await officer.CallAsync("GET", $"/vaults/team-vault/secrets/db-password/versions{V}")).Body["value"]!.AsArray();
        Assert.Equal(2, versions.Count);
        Assert.All(versions, v => Assert.Null(v!["value"]));
        var log = await hub.Services.GetRequiredService<IAtriumStore>().ListActivityAsync(new() { ResourcePrefix = $"{VaultId}/secrets/db-password", Take = 20 }, Cancel);
        Assert.Equal(["getSecret/action", "getSecret/action", "setSecret/action", "setSecret/action"], log.Select(row => row.Operation[(SecretNames.SecretType.Length + 1)..]));
    }

    [Fact]
    public async Task A_disabled_version_is_not_read_and_a_change_keeps_the_rest()
    {
        await SetAsync("flag", new { value = "x", contentType = "c", tags = new { a = "1" } });
        var off = await officer.CallAsync("PATCH", $"/vaults/team-vault/secrets/flag/{V}", new { attributes = new { enabled = false } });
        Assert.Equal((false, "c", "1"), ((bool)off.Body["attributes"]!["enabled"]!, (string?)off.Body["contentType"], (string?)off.Body["tags"]!["a"]));
        var refused = await officer.CallAsync("GET", $"/vaults/team-vault/secrets/flag{V}");
        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", "SecretDisabled"), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["innererror"]!["code"]));
        await officer.CallAsync("PATCH", $"/vaults/team-vault/secrets/flag{V}", new { attributes = new { enabled = true } });
        Assert.Equal("x", await ValueAsync("flag"));
    }

    /// <summary>As published: <c>nbf</c> and <c>exp</c> tell whoever reads a secret what it is worth, and stop nobody from reading it.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(-2, -1)]
    public async Task Before_its_activation_and_after_its_expiry_a_secret_is_read_and_says_so(int activeInDays, int expiresInDays)
    {
        var (nbf, exp) = (clock.Now.AddDays(activeInDays).ToUnixTimeSeconds(), clock.Now.AddDays(expiresInDays).ToUnixTimeSeconds());
        await SetAsync("timed", new { value = "x", attributes = new { nbf, exp } });
        var read = await officer.CallAsync("GET", $"/vaults/team-vault/secrets/timed{V}");
        Assert.Equal((HttpStatusCode.OK, "x", nbf, exp), (read.Status, (string?)read.Body["value"], (long)read.Body["attributes"]!["nbf"]!, (long)read.Body["attributes"]!["exp"]!));
        var listed = Assert.Single((await officer.CallAsync("GET", $"/vaults/team-vault/secrets{V}")).Body["value"]!.AsArray())!;
        Assert.Equal((nbf, exp), ((long)listed["attributes"]!["nbf"]!, (long)listed["attributes"]!["exp"]!));
    }

    [Fact]
    public async Task A_deleted_secret_keeps_its_name_and_comes_back_or_goes()
    {
        await SetAsync("gone", new { value = "one" });
        await SetAsync("gone", new { value = "two" });
        var deleted = await officer.CallAsync("DELETE", $"/vaults/team-vault/secrets/gone{V}");
        Assert.EndsWith("/deletedsecrets/gone", (string?)deleted.Body["recoveryId"], StringComparison.Ordinal);
        Assert.Equal(90 * 24 * 3600, (long)deleted.Body["scheduledPurgeDate"]! - (long)deleted.Body["deletedDate"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.CallAsync("GET", $"/vaults/team-vault/secrets/gone{V}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.CallAsync("GET", $"/vaults/team-vault/secrets/gone/{Segments(deleted)[3]}{V}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.CallAsync("GET", $"/vaults/team-vault/secrets/gone/versions{V}")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await SetAsync("gone", new { value = "three" })).Status);
        Assert.Empty((await officer.CallAsync("GET", $"/vaults/team-vault/secrets{V}")).Body["value"]!.AsArray());
        Assert.Single((await officer.CallAsync("GET", $"/vaults/team-vault/deletedsecrets{V}")).Body["value"]!.AsArray());

        Assert.Equal(HttpStatusCode.OK, (await officer.CallAsync("POST", $"/vaults/team-vault/deletedsecrets/gone/recover{V}")).Status);
        Assert.Equal("two", await ValueAsync("gone"));
        Assert.Equal(HttpStatusCode.NotFound, (await officer.CallAsync("GET", $"/vaults/team-vault/deletedsecrets/gone{V}")).Status);

        await officer.CallAsync("DELETE", $"/vaults/team-vault/secrets/gone{V}");
        Assert.Equal(HttpStatusCode.NoContent, (await officer.CallAsync("DELETE", $"/vaults/team-vault/deletedsecrets/gone{V}")).Status);
        Assert.Empty(await RowsAsync());
        Assert.Equal(HttpStatusCode.OK, (await SetAsync("gone", new { value = "new" })).Status);
    }

    [Fact]
    public async Task Deleted_secrets_go_when_their_time_is_over_and_not_before()
    {
        await SetAsync("short", new { value = "x" });
        await officer.CallAsync("DELETE", $"/vaults/team-vault/secrets/short{V}");
        var sweep = hub.Services.GetRequiredService<VaultSweep>();
        clock.Now += TimeSpan.FromDays(89);
        await sweep.SweepAsync(Cancel);
        Assert.NotEmpty(await RowsAsync());
        clock.Now += TimeSpan.FromDays(2);
        await sweep.SweepAsync(Cancel);
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task A_backup_restores_every_version_and_no_other_subscription_opens_it()
    {
        await SetAsync("kept", new { value = "one" });
        await SetAsync("kept", new { value = "two" });
        var backup = (string)(await officer.CallAsync("POST", $"/vaults/team-vault/secrets/kept/backup{V}")).Body["value"]!;
        Assert.Equal(HttpStatusCode.Conflict, (await officer.CallAsync("POST", $"/vaults/team-vault/secrets/restore{V}", new { value = backup })).Status);
        await officer.CallAsync("DELETE", $"/vaults/team-vault/secrets/kept{V}");
        await officer.CallAsync("DELETE", $"/vaults/team-vault/deletedsecrets/kept{V}");
        Assert.Equal(HttpStatusCode.OK, (await officer.CallAsync("POST", $"/vaults/team-vault/secrets/restore{V}", new { value = backup })).Status);
        Assert.Equal("two", await ValueAsync("kept"));
        Assert.Equal(2, (await officer.CallAsync("GET", $"/vaults/team-vault/secrets/kept/versions{V}")).Body["value"]!.AsArray().Count);

        var elsewhere = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
        await owner.CallAsync("PUT", $"{elsewhere.Split("/resourceGroups")[0]}?api-version=2024-07-01", new { displayName = "t" });
        await owner.CallAsync("PUT", $"{elsewhere}?api-version=2024-07-01", new { location = "local" });
        await MakeVaultAsync($"{elsewhere}/providers/Microsoft.KeyVault/vaults/other-vault", rbac: true);
        using var there = await hub.ClientForAsync(Audience, (Officer, $"{elsewhere}/providers/Microsoft.KeyVault/vaults/other-vault"));
        foreach (var text in (string[])[backup, backup[..^4] + "AAAA", "x", ""])
        {
            Assert.Equal((HttpStatusCode.BadRequest, "BadParameter"), (await there.CallAsync("POST", $"/vaults/other-vault/secrets/restore{V}", new { value = text })) is { } bad ? (bad.Status, bad.ErrorCode) : default);
        }
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        foreach (var i in Enumerable.Range(0, 7))
        {
            await SetAsync($"s{i}", new { value = "x" });
        }

        var names = new List<string>();
        for (var next = $"/vaults/team-vault/secrets{V}&maxresults=3"; next is not null;)
        {
            var page = await officer.CallAsync("GET", next);
            Assert.InRange(page.Body["value"]!.AsArray().Count, 1, 3);
            names.AddRange(page.Body["value"]!.AsArray().Select(s => new Uri((string)s!["id"]!).Segments[^1]));
            next = (string?)page.Body["nextLink"] is { } link ? new Uri(link).PathAndQuery : null;
        }

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"s{i}"), names);
    }

    [Fact]
    public async Task Nobody_gets_a_challenge_and_whoever_has_no_right_nothing_wherever_the_vault_is()
    {
        await SetAsync("mine", new { value = "hidden" });
        using var nobody = hub.HttpsClient();
        var challenge = await nobody.CallAsync("GET", $"/vaults/team-vault/secrets/mine{V}");
        Assert.Equal(HttpStatusCode.Unauthorized, challenge.Status);
        Assert.Equal($"Bearer authorization=\"{hub.HttpsAddress().GetLeftPart(UriPartial.Authority)}/{hub.TenantId()}\", resource=\"https://vault.azure.net\"", challenge.Message.Headers.WwwAuthenticate.ToString());

        using var stranger = await hub.ClientForAsync(Audience);
        var there = await stranger.CallAsync("GET", $"/vaults/team-vault/secrets/mine{V}");
        var missing = await stranger.CallAsync("GET", $"/vaults/no-such-vault/secrets/mine{V}");
        Assert.Equal((HttpStatusCode.Forbidden, missing.Body.ToJsonString().Replace("no-such-vault", "team-vault", StringComparison.Ordinal)), (there.Status, there.Body.ToJsonString()));

        using var reader = await hub.ClientForAsync(Audience, (Reader, VaultId));
        Assert.Equal("hidden", (string?)(await reader.CallAsync("GET", $"/vaults/team-vault/secrets/mine{V}")).Body["value"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.CallAsync("PUT", $"/vaults/team-vault/secrets/mine{V}", new { value = "x" })).Status);
        using var one = await hub.ClientForAsync(Audience, (Reader, $"{VaultId}/secrets/mine"));
        Assert.Equal(HttpStatusCode.OK, (await one.CallAsync("GET", $"/vaults/team-vault/secrets/mine{V}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await one.CallAsync("GET", $"/vaults/team-vault/secrets/other{V}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await owner.CallAsync("GET", $"/vaults/team-vault/secrets/mine{V}")).Status);
    }

    [Fact]
    public async Task A_vault_with_access_policies_obeys_them_and_no_role()
    {
        var id = $"{group}/providers/Microsoft.KeyVault/vaults/policy-vault";
        var app = await hub.NewAppAsync();
        await MakeVaultAsync(id, rbac: false, new { tenantId = hub.TenantId(), objectId = app.ObjectId, permissions = new { secrets = new[] { "Get", "set" } } });
        using var client = await hub.SignedInAsync(app.AppId, app.ClientSecret, Audience);
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync("PUT", $"/vaults/policy-vault/secrets/a{V}", new { value = "x" })).Status);
        Assert.Equal("x", (string?)(await client.CallAsync("GET", $"/vaults/policy-vault/secrets/a{V}")).Body["value"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.CallAsync("DELETE", $"/vaults/policy-vault/secrets/a{V}")).Status);
        using var byRole = await hub.ClientForAsync(Audience, (Officer, id));
        Assert.Equal(HttpStatusCode.Forbidden, (await byRole.CallAsync("GET", $"/vaults/policy-vault/secrets/a{V}")).Status);
    }

    [Theory]
    [InlineData("PUT", "secrets/a_b", """{"value":"x"}""", "secret-name")]
    [InlineData("PUT", "secrets/a", """{}""", "value")]
    [InlineData("PUT", "secrets/a", """{"value":3}""", "value")]
    [InlineData("PUT", "secrets/a", """{"value":"x","attributes":{"enabled":"yes"}}""", "attributes.enabled")]
    [InlineData("PUT", "secrets/a", """{"value":"x","attributes":{"nbf":20,"exp":10}}""", "attributes.exp")]
    [InlineData("PUT", "secrets/a", """{"value":"x","tags":{"a":1}}""", "tags")]
    [InlineData("GET", "secrets", null, "maxresults")]
    public async Task A_mistake_is_told_with_its_field(string method, string path, string? body, string target)
    {
        var refused = await officer.CallAsync(method, $"/vaults/team-vault/{path}{V}&maxresults=99", body);
        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter", target), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["target"]));
    }

    [Fact]
    public async Task A_value_that_is_too_large_or_a_call_without_a_version_is_refused_and_certificates_are_not_built()
    {
        Assert.Equal("value", (string?)(await SetAsync("big", new { value = new string('x', (25 * 1024) + 1) })).Body["error"]!["target"]);
        Assert.Equal(HttpStatusCode.OK, (await SetAsync("big", new { value = new string('x', 25 * 1024) })).Status);
        Assert.Equal("api-version", (string?)(await officer.CallAsync("GET", "/vaults/team-vault/secrets/big")).Body["error"]!["target"]);
        Assert.Equal(HttpStatusCode.NotImplemented, (await officer.CallAsync("GET", $"/vaults/team-vault/certificates{V}")).Status);
    }

    [Fact]
    public async Task A_vault_that_goes_takes_its_secrets_along_for_good_only_when_it_is_purged()
    {
        await SetAsync("inside", new { value = "x" });
        await owner.CallAsync("DELETE", VaultId + Arm);
        Assert.Equal(HttpStatusCode.Forbidden, (await officer.CallAsync("GET", $"/vaults/team-vault/secrets/inside{V}")).Status);
        await owner.CallAsync("PUT", VaultId + Arm, new { location = "local", properties = new { createMode = "recover", sku = new { family = "A", name = "standard" } } });
        Assert.Equal("x", await ValueAsync("inside"));
        await owner.CallAsync("DELETE", $"{VaultId}{Arm}&forceToPurge=true");
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task Values_lie_in_the_store_in_cipher_only()
    {
        var mark = $"mark-{Guid.NewGuid():N}";
        await SetAsync("hidden", new { value = mark });
        foreach (var file in Directory.EnumerateFiles(hub.Data, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, Cancel);
            Assert.Equal(-1, bytes.GetBuffer().AsSpan(0, (int)bytes.Length).IndexOf(System.Text.Encoding.UTF8.GetBytes(mark)));
        }
    }

    private async Task<List<string>> RowsAsync()
    {
        var store = hub.Services.GetRequiredService<IAtriumStore>();
        var rows = new List<string>();
        foreach (var (type, deleted) in from type in new[] { SecretNames.SecretRow, SecretNames.VersionRow } from deleted in new[] { false, true } select (type, deleted))
        {
            rows.AddRange((await store.ListAsync(new() { Type = type, Deleted = deleted, Take = 100 }, Cancel)).Select(r => r.Key));
        }

        return rows;
    }

    private Task<Answer> SetAsync(string name, object body) => officer.CallAsync("PUT", $"/vaults/team-vault/secrets/{name}{V}", body);

    private async Task<string?> ValueAsync(string name) => (string?)(await officer.CallAsync("GET", $"/vaults/team-vault/secrets/{name}{V}")).Body["value"];

    private static string[] Segments(Answer answer) => new Uri((string)answer.Body["id"]!).Segments;

    private async Task MakeVaultAsync(string id, bool rbac, params object[] policies)
    {
        var made = await owner.CallAsync("PUT", id + Arm, new { location = "local", properties = new { sku = new { family = "A", name = "standard" }, enableRbacAuthorization = rbac, accessPolicies = policies } });
        Assert.True(made.Status is HttpStatusCode.OK or HttpStatusCode.Created, made.ToString());
    }
}
