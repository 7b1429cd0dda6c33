using System.Net;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Identity;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Identity;

/// <summary>Tokens of an outside issuer that the operator named.</summary>
public sealed class ExternalIssuerTests : IAsyncLifetime
{
    private const string Groups = "/providers/Atrium.Identity/groups?api-version=2026-11-01";
    private readonly string oid = Guid.NewGuid().ToString();
    private FakeIssuer issuer = null!;
    private HubServer hub = null!;
    private HttpClient owner = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await FakeIssuer.StartAsync();
        hub = await HubServer.StartAsync(settings: ["--Identity:Issuers:0:Authority", issuer.Address, "--Identity:Issuers:0:Audience", FakeIssuer.Audience]);
        owner = await hub.OwnerAsync();
        client = hub.HttpsClient();
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        client.Dispose();
        await hub.DisposeAsync();
        await issuer.DisposeAsync();
    }

    [Fact]
    public async Task An_outside_user_has_the_roles_of_his_object_id()
    {
        var token = issuer.Sign(new() { ["oid"] = oid, ["sub"] = "s", ["preferred_username"] = "ann@company.example" });
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(token)).Status);
        await owner.AssignAsync("/", BuiltInRoles.Owner, oid);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(token)).Status);
        var made = await client.CallAsync("PUT", $"/subscriptions/{Guid.NewGuid()}?api-version=2022-12-01", new { displayName = "x" }, ("Authorization", $"Bearer {token}"));
        Assert.Equal("ann@company.example", (string?)made.Body["systemData"]!["createdBy"]);
    }

    [Fact]
    public async Task A_subject_that_is_no_guid_is_always_the_same_guid()
    {
        await owner.AssignAsync("/", BuiltInRoles.Reader, NameGuid.Of($"{issuer.Address}|user-7").ToString());
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(issuer.Sign(new() { ["sub"] = "user-7" }))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(issuer.Sign(new() { ["sub"] = "user-8" }))).Status);
    }

    [Fact]
    public async Task The_groups_of_the_token_count()
    {
        var group = Guid.NewGuid().ToString();
        await owner.AssignAsync("/", BuiltInRoles.Reader, group);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(issuer.Sign(new() { ["oid"] = oid, ["groups"] = new[] { "others", group } }))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(issuer.Sign(new() { ["oid"] = oid, ["groups"] = new[] { "others" } }))).Status);
    }

    [Fact]
    public async Task An_outside_token_is_never_one_of_our_own_principals_or_groups()
    {
        var first = await hub.FirstAsync();
        var answer = await CallAsync(issuer.Sign(new() { ["oid"] = first.ObjectId }));
        Assert.Equal((HttpStatusCode.Unauthorized, "InvalidAuthenticationToken"), (answer.Status, answer.ErrorCode));

        var ours = await owner.CallAsync("PUT", "/providers/Atrium.Identity/groups/ours?api-version=2026-11-01", new { properties = new { } });
        var group = (string)ours.Body["properties"]!["objectId"]!;
        await owner.AssignAsync("/", BuiltInRoles.Reader, group);
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(issuer.Sign(new() { ["oid"] = oid, ["groups"] = new[] { group } }))).Status);
    }

    [Fact]
    public async Task A_key_that_the_issuer_has_changed_is_fetched()
    {
        await owner.AssignAsync("/", BuiltInRoles.Reader, oid);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(issuer.Sign(new() { ["oid"] = oid }))).Status);
        issuer.Rotate();
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(issuer.Sign(new() { ["oid"] = oid }))).Status);
    }

    [Fact]
    public async Task A_wrong_audience_key_or_issuer_is_refused()
    {
        await owner.AssignAsync("/", BuiltInRoles.Reader, oid);
        var claims = new Dictionary<string, object> { ["oid"] = oid };
        await using var stranger = await FakeIssuer.StartAsync();
        Assert.Equal("InvalidAuthenticationToken", (await CallAsync(issuer.Sign(claims, audience: "api://other"))).ErrorCode);
        Assert.Equal("InvalidAuthenticationToken", (await CallAsync(issuer.Sign(claims, key: stranger.Key))).ErrorCode);
        Assert.Equal("InvalidAuthenticationToken", (await CallAsync(stranger.Sign(claims))).ErrorCode);
        Assert.Equal("InvalidAuthenticationToken", (await CallAsync(issuer.Sign(claims, from: $"https://elsewhere/{hub.TenantId()}/v2.0"))).ErrorCode);
        Assert.Equal(0, stranger.Discoveries);
    }

    [Fact]
    public async Task An_issuer_that_is_away_is_no_ones_fault_but_503()
    {
        await issuer.DisposeAsync();
        var answer = await CallAsync(issuer.Sign(new() { ["oid"] = oid }));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "IssuerUnavailable"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public void Wrong_settings_are_told_at_start()
    {
        var wrong = Assert.Throws<SettingsException>(() => Program.Build(["--Data", hub.Data, "--Identity:Issuers:0:Authority", "http://company.example"]));
        Assert.Contains(wrong.Problems, p => p.StartsWith("Identity:Issuers:0:Authority is 'http://company.example'", StringComparison.Ordinal));
        Assert.Contains(wrong.Problems, p => p.StartsWith("Identity:Issuers:0:Audience is nothing", StringComparison.Ordinal));
        var unknown = Assert.Throws<SettingsException>(() => Program.Build(["--Data", hub.Data, "--Identity:Issuers:0:Autority", "x"]));
        Assert.Contains(unknown.Problems, p => p.StartsWith("Identity:Issuers:0:Autority", StringComparison.Ordinal));
    }

    private Task<Answer> CallAsync(string token) => client.CallAsync("GET", Groups, null, ("Authorization", $"Bearer {token}"));
}
