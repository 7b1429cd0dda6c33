using System.Net;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Identity.Roles.Denials;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Identity;

/// <summary>Deny assignments through the resource API: their shape, who may make them, and that nothing gets past them.</summary>
public sealed class DenyAssignmentTests(OneHub shared) : IClassFixture<OneHub>, IAsyncLifetime
{
    private const string Denials = "/providers/Microsoft.Authorization/denyAssignments";
    private const string Version = "?api-version=2022-04-01";
    private const string Groups = "?api-version=2024-07-01";
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";

    private HubServer Hub => shared.Server;

    private HttpClient Owner => shared.Owner;

    private string Group => $"{subscription}/resourceGroups/g";

    private string VaultName => $"v{subscription[15..23]}";

    private string Vault => $"{Group}/providers/Microsoft.KeyVault/vaults/{VaultName}";

    public async ValueTask InitializeAsync()
    {
        await Owner.CallAsync("PUT", $"{subscription}?api-version=2022-12-01", new { displayName = "Test" });
        foreach (var group in (string[])["g", "other"])
        {
            await Owner.CallAsync("PUT", $"{subscription}/resourceGroups/{group}{Groups}", new { location = "local" });
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_deny_assignment_has_the_published_shape_from_put_to_delete()
    {
        var (who, spared) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var id = $"{Group}{Denials}/{Guid.NewGuid()}";
        var made = await Owner.CallAsync("PUT", id + Version, Body(["*/write"], [who], [spared]));
        Assert.Equal((HttpStatusCode.Created, id, DenyAssignment.TypeName), (made.Status, (string?)made.Body["id"], (string?)made.Body["type"]));
        var properties = (await Owner.CallAsync("GET", id + Version)).Body["properties"]!;
        Assert.Equal(("no writes", Group, false), ((string?)properties["denyAssignmentName"], (string?)properties["scope"], (bool)properties["doNotApplyToChildScopes"]!));
        Assert.Equal((who, "User", spared), ((string?)properties["principals"]![0]!["id"], (string?)properties["principals"]![0]!["type"], (string?)properties["excludePrincipals"]![0]!["id"]));
        Assert.Equal(("*/write", false), ((string?)properties["permissions"]![0]!["actions"]![0], (bool)properties["isSystemProtected"]!));
        Assert.Equal(HttpStatusCode.OK, (await Owner.CallAsync("PUT", id + Version, Body(["*/write"], [who], []))).Status);
        var deleted = await Owner.CallAsync("DELETE", id + Version);
        Assert.Equal((HttpStatusCode.OK, id), (deleted.Status, (string?)deleted.Body["id"]));
        Assert.Equal(HttpStatusCode.NotFound, (await Owner.CallAsync("GET", id + Version)).Status);
    }

    [Fact]
    public async Task Deny_beats_allow_at_the_next_request_and_lifted_lets_pass_again()
    {
        var app = await Hub.NewAppAsync();
        await Owner.AssignAsync("/", BuiltInRoles.Owner, app.ObjectId);
        using var client = await Hub.SignedInAsync(app.AppId, app.ClientSecret);
        Assert.Equal(HttpStatusCode.OK, (await PutGroupAsync(client)).Status);
        var id = await DenyAsync(subscription, ["Microsoft.Resources/subscriptions/resourceGroups/write"], [app.ObjectId]);
        var refused = await PutGroupAsync(client);
        Assert.Equal((HttpStatusCode.Forbidden, "AuthorizationFailed"), (refused.Status, refused.ErrorCode));
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync("GET", Group + Groups)).Status);
        Assert.Equal(HttpStatusCode.OK, (await PutGroupAsync(Owner)).Status);
        await Owner.CallAsync("DELETE", id + Version);
        Assert.Equal(HttpStatusCode.OK, (await PutGroupAsync(client)).Status);
    }

    [Fact]
    public async Task Everybody_is_denied_but_for_the_excluded_and_the_members_of_excluded_groups()
    {
        var (one, two, three) = (await Hub.NewAppAsync(), await Hub.NewAppAsync(), await Hub.NewAppAsync());
        var team = (string)(await Owner.CallAsync("PUT", "/providers/Atrium.Identity/groups/spared?api-version=2026-11-01", new { properties = new { members = new[] { three.ObjectId } } })).Body["properties"]!["objectId"]!;
        foreach (var app in new[] { one, two, three })
        {
            await Owner.AssignAsync(Group, BuiltInRoles.Contributor, app.ObjectId);
        }

        await DenyAsync(Group, ["*/write"], [DenyAssignment.Everybody], [(await Hub.FirstAsync()).ObjectId, two.ObjectId, team]);
        foreach (var (app, expected) in new[] { (one, HttpStatusCode.Forbidden), (two, HttpStatusCode.OK), (three, HttpStatusCode.OK) })
        {
            using var client = await Hub.SignedInAsync(app.AppId, app.ClientSecret);
            Assert.Equal(expected, (await PutGroupAsync(client)).Status);
        }
    }

    [Fact]
    public async Task One_that_does_not_apply_to_child_scopes_leaves_them_alone()
    {
        var app = await Hub.NewAppAsync();
        await Owner.AssignAsync(subscription, BuiltInRoles.Contributor, app.ObjectId);
        using var client = await Hub.SignedInAsync(app.AppId, app.ClientSecret);
        await DenyAsync(Group, ["*"], [app.ObjectId], onlyScope: true);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.CallAsync("GET", Group + Groups)).Status);
        Assert.Equal(HttpStatusCode.Created, (await PutVaultAsync(client)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync("GET", $"{Vault}?api-version=2023-07-01")).Status);
    }

    [Fact]
    public async Task Lists_leave_out_what_may_not_be_read_and_their_pages_go_on_behind_it()
    {
        var app = await Hub.NewAppAsync();
        await Owner.AssignAsync(subscription, BuiltInRoles.Reader, app.ObjectId);
        await PutVaultAsync(Owner);
        using var client = await Hub.SignedInAsync(app.AppId, app.ClientSecret);
        await DenyAsync(Group, ["*/read"], [app.ObjectId]);
        var groups = await client.CallAsync("GET", $"{subscription}/resourceGroups{Groups}&$top=1");
        Assert.Equal(["other"], groups.Body["value"]!.AsArray().Select(g => (string?)g!["name"]));
        foreach (var list in (string[])[$"{subscription}/providers/Microsoft.KeyVault/vaults?api-version=2023-07-01", $"{subscription}/resources{Groups}"])
        {
            var seen = await client.CallAsync("GET", list);
            Assert.Equal((HttpStatusCode.OK, 0), (seen.Status, seen.Body["value"]!.AsArray().Count));
            Assert.NotEmpty((await Owner.CallAsync("GET", list)).Body["value"]!.AsArray());
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await client.CallAsync("GET", $"{Group}/resources{Groups}")).Status);
    }

    [Fact]
    public async Task Secrets_are_denied_whether_a_role_or_an_access_policy_gave_them()
    {
        var app = await Hub.NewAppAsync();
        await PutVaultAsync(Owner, app.ObjectId);
        using var vault = await Hub.SignedInAsync(app.AppId, app.ClientSecret, "https://vault.azure.net");
        Assert.Equal(HttpStatusCode.OK, (await SetAsync(vault)).Status);
        var id = await DenyAsync(Group, [], [app.ObjectId], dataActions: ["Microsoft.KeyVault/vaults/secrets/*"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await SetAsync(vault)).Status);
        await Owner.CallAsync("DELETE", id + Version);
        Assert.Equal(HttpStatusCode.OK, (await SetAsync(vault)).Status);

        await Owner.CallAsync("PATCH", $"{Vault}?api-version=2023-07-01", new { properties = new { enableRbacAuthorization = true } });
        await Owner.AssignAsync(Vault, "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", app.ObjectId);
        Assert.Equal(HttpStatusCode.OK, (await SetAsync(vault)).Status);
        await DenyAsync(Vault, [], [app.ObjectId], dataActions: ["*"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await SetAsync(vault)).Status);
    }

    [Fact]
    public async Task A_condition_narrows_it_and_one_that_cannot_be_answered_does_not_open_it()
    {
        var app = await Hub.NewAppAsync();
        await Owner.AssignAsync(Group, BuiltInRoles.Owner, app.ObjectId);
        using var client = await Hub.SignedInAsync(app.AppId, app.ClientSecret);
        var giving = $"@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] GuidEquals {BuiltInRoles.Owner}";
        await DenyAsync(Group, ["Microsoft.Authorization/roleAssignments/*"], [app.ObjectId], condition: giving);
        Assert.Equal(HttpStatusCode.Created, (await GiveAsync(client, BuiltInRoles.Reader)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await GiveAsync(client, BuiltInRoles.Owner)).Status);

        // A delete says nothing of the role.
        var made = await GiveAsync(Owner, BuiltInRoles.Contributor);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.CallAsync("DELETE", $"{(string)made.Body["id"]!}{Version}")).Status);
    }

    [Fact]
    public async Task Permissions_show_the_caller_what_is_left()
    {
        var app = await Hub.NewAppAsync();
        await Owner.AssignAsync(Group, BuiltInRoles.Contributor, app.ObjectId);
        await DenyAsync(Group, ["Microsoft.KeyVault/*"], [app.ObjectId]);
        using var client = await Hub.SignedInAsync(app.AppId, app.ClientSecret);
        var seen = await client.CallAsync("GET", $"{Group}/providers/Microsoft.Authorization/permissions{Version}");
        var only = Assert.Single(seen.Body["value"]!.AsArray())!;
        Assert.Equal("*", (string?)Assert.Single(only["actions"]!.AsArray()));
        Assert.Contains("Microsoft.KeyVault/*", only["notActions"]!.AsArray().Select(a => (string?)a));
    }

    [Fact]
    public async Task Lists_and_their_filters_are_as_published()
    {
        var (ann, bob) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var team = (string)(await Owner.CallAsync("PUT", "/providers/Atrium.Identity/groups/team?api-version=2026-11-01", new { properties = new { members = new[] { ann } } })).Body["properties"]!["objectId"]!;
        var above = await DenyAsync(subscription, ["*/delete"], [ann], name: "it's above");
        var here = await DenyAsync(Group, ["*/delete"], [team], [bob]);
        var below = await DenyAsync($"{subscription}/resourceGroups/other", ["*/delete"], [ann]);
        Assert.Equal([above, here, below], await ListAsync(subscription, ""), Sets);
        Assert.Equal([above, here], await ListAsync(Group, ""), Sets);
        Assert.Equal([above], await ListAsync(subscription, "&$filter=atScope()"), Sets);
        Assert.Equal([above], await ListAsync(Group, "&$filter=denyAssignmentName eq 'it''s above'"), Sets);
        Assert.Equal([above, below], await ListAsync(subscription, $"&$filter=principalId eq '{ann}'"), Sets);
        Assert.Equal([above, here, below], await ListAsync(subscription, $"&$filter=assignedTo('{ann}')"), Sets);
        Assert.Equal([here], await ListAsync(subscription, $"&$filter=gdprExportPrincipalId eq '{bob}'"), Sets);
        Assert.Equal("$filter", (string?)(await Owner.CallAsync("GET", $"{Group}{Denials}{Version}&$filter=name eq 'x'")).Body["error"]!["target"]);
        using var reader = await Hub.ClientForAsync(roles: [(BuiltInRoles.Reader, Group)]);
        Assert.Equal(2, (await reader.CallAsync("GET", $"{Group}{Denials}{Version}")).Body["value"]!.AsArray().Count);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.CallAsync("PUT", $"{Group}{Denials}/{Guid.NewGuid()}{Version}", Body(["*"], [ann], []))).Status);
        using var contributor = await Hub.ClientForAsync(roles: [(BuiltInRoles.Contributor, Group)]);
        Assert.Equal(HttpStatusCode.Forbidden, (await contributor.CallAsync("DELETE", here + Version)).Status);
    }

    [Fact]
    public async Task Every_mistake_is_named_at_once()
    {
        var wrong = await Owner.CallAsync("PUT", $"{Group}{Denials}/{Guid.NewGuid()}{Version}", new
        {
            properties = new
            {
                denyAssignmentName = "x",
                principals = new object[] { new { id = "bob" }, new { id = DenyAssignment.Everybody, type = "User" } },
                excludePrincipals = new[] { new { id = Guid.NewGuid(), type = "SystemDefined" } },
                permissions = new object[] { new { notActions = new[] { "*" } }, new { actions = new[] { "*" }, condition = "@Resource[x] Equals 'y'", conditionVersion = "1.0" } },
            },
        });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Equal(
            ["properties.principals[0].id", "properties.principals[1].id", "properties.excludePrincipals[0].type", "properties.permissions[0]", "properties.permissions[1].conditionVersion", "properties.permissions[1].condition"],
            wrong.Body["error"]!["details"]!.AsArray().Select(d => (string?)d!["target"]));
        var name = await Owner.CallAsync("PUT", $"{Group}{Denials}/x{Version}", Body(["*"], [Guid.NewGuid().ToString()], []));
        Assert.Equal((HttpStatusCode.BadRequest, "name"), (name.Status, (string?)name.Body["error"]!["target"]));
    }

    [Fact]
    public async Task Nobody_locks_himself_out()
    {
        var refused = await Owner.CallAsync("PUT", $"{Group}{Denials}/{Guid.NewGuid()}{Version}", Body(["*"], [DenyAssignment.Everybody], []));
        Assert.Equal((HttpStatusCode.BadRequest, "DenyAssignmentWouldLockOut"), (refused.Status, refused.ErrorCode));
        Assert.Equal(HttpStatusCode.OK, (await PutGroupAsync(Owner)).Status);
        await DenyAsync(Group, ["*"], [DenyAssignment.Everybody], [(await Hub.FirstAsync()).ObjectId]);
        Assert.Equal(HttpStatusCode.OK, (await PutGroupAsync(Owner)).Status);
    }

    private static IEqualityComparer<IEnumerable<string>> Sets { get; } = EqualityComparer<IEnumerable<string>>.Create(
        (left, right) => left!.Order(StringComparer.Ordinal).SequenceEqual(right!.Order(StringComparer.Ordinal)), _ => 0);

    private static object Body(string[] actions, string[] principals, string[] excluded, string[]? dataActions = null, string? condition = null, bool onlyScope = false, string name = "no writes") => new
    {
        properties = new
        {
            denyAssignmentName = name,
            principals = principals.Select(p => new { id = p, type = p == DenyAssignment.Everybody ? "SystemDefined" : null }),
            excludePrincipals = excluded.Select(p => new { id = p }),
            permissions = new[] { new { actions, dataActions = dataActions ?? [], condition, conditionVersion = condition is null ? null : "2.0" } },
            doNotApplyToChildScopes = onlyScope,
        },
    };

    private async Task<string> DenyAsync(string scope, string[] actions, string[] principals, string[]? excluded = null, string[]? dataActions = null, string? condition = null, bool onlyScope = false, string name = "no writes")
    {
        var id = $"{scope}{Denials}/{Guid.NewGuid()}";
        var made = await Owner.CallAsync("PUT", id + Version, Body(actions, principals, excluded ?? [], dataActions, condition, onlyScope, name));
        Assert.True(made.Status == HttpStatusCode.Created, made.ToString());
        return id;
    }

    private async Task<IEnumerable<string>> ListAsync(string scope, string query) =>
        (await Owner.CallAsync("GET", $"{scope}{Denials}{Version}{query}")).Body["value"]!.AsArray().Select(d => (string)d!["id"]!);

    private Task<Answer> PutGroupAsync(HttpClient client) => client.CallAsync("PUT", Group + Groups, new { location = "local" });

    private Task<Answer> PutVaultAsync(HttpClient client, string? trusted = null) => client.CallAsync("PUT", $"{Vault}?api-version=2023-07-01", new
    {
        location = "local",
        properties = new
        {
            tenantId = Guid.NewGuid(),
            sku = new { family = "A", name = "standard" },
            accessPolicies = trusted is null ? [] : new[] { new { tenantId = Guid.NewGuid(), objectId = trusted, permissions = new { secrets = new[] { "all" } } } },
        },
    });

    private Task<Answer> SetAsync(HttpClient client) => client.CallAsync("PUT", $"/vaults/{VaultName}/secrets/s?api-version=7.5", new { value = "x" });

    private Task<Answer> GiveAsync(HttpClient client, string role) => client.CallAsync("PUT", $"{Group}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}{Version}", new
    {
        properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{role}", principalId = Guid.NewGuid().ToString() },
    });
}
