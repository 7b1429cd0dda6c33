using System.Net;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Resources;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Identity;

/// <summary>Role definitions, assignments, permissions and locks, as the published API has them.</summary>
public sealed class RoleApiTests : IAsyncLifetime
{
    private const string Assignments = "/providers/Microsoft.Authorization/roleAssignments";
    private const string Definitions = "/providers/Microsoft.Authorization/roleDefinitions";
    private const string Version = "?api-version=2022-04-01";
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";
    private HubServer hub = null!;
    private HttpClient owner = null!;

    private string Group => $"{subscription}/resourceGroups/g";

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync();
        owner = await hub.OwnerAsync();
        await owner.CallAsync("PUT", $"{subscription}?api-version=2022-12-01", new { displayName = "Test" });
        await PutGroupAsync(owner, "g");
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task An_assignment_has_the_published_shape_from_put_to_delete()
    {
        var principal = Guid.NewGuid().ToString();
        var id = $"{Group}{Assignments}/{Guid.NewGuid()}";
        var body = new { properties = new { roleDefinitionId = $"{subscription}{Definitions}/{BuiltInRoles.Reader}", principalId = principal, principalType = "Group", description = "why" } };
        var created = await owner.CallAsync("PUT", id + Version, body);
        Assert.Equal((HttpStatusCode.Created, id), (created.Status, (string?)created.Body["id"]));
        Assert.Equal("Microsoft.Authorization/roleAssignments", (string?)created.Body["type"]);
        var properties = created.Body["properties"]!;
        Assert.Equal(($"{Definitions}/{BuiltInRoles.Reader}", principal, "Group"), ((string?)properties["roleDefinitionId"], (string?)properties["principalId"], (string?)properties["principalType"]));
        Assert.Equal((Group, "why"), ((string?)properties["scope"], (string?)properties["description"]));
        Assert.Equal((await hub.FirstAsync()).ObjectId, (string?)properties["createdBy"]);
        Assert.Equal(HttpStatusCode.OK, (await owner.CallAsync("PUT", id + Version, body)).Status);
        Assert.Equal(principal, (string?)(await owner.CallAsync("GET", id + Version)).Body["properties"]!["principalId"]);
        var deleted = await owner.CallAsync("DELETE", id + Version);
        Assert.Equal((HttpStatusCode.OK, principal), (deleted.Status, (string?)deleted.Body["properties"]!["principalId"]));
        Assert.Equal(HttpStatusCode.NoContent, (await owner.CallAsync("DELETE", id + Version)).Status);
    }

    [Fact]
    public async Task The_same_role_twice_for_one_principal_at_one_scope_is_a_conflict()
    {
        var principal = Guid.NewGuid().ToString();
        await owner.AssignAsync(Group, BuiltInRoles.Reader, principal);
        var twin = await PutAssignmentAsync(Group, BuiltInRoles.Reader, principal);
        Assert.Equal((HttpStatusCode.Conflict, "RoleAssignmentExists"), (twin.Status, twin.ErrorCode));
        await owner.AssignAsync(subscription, BuiltInRoles.Reader, principal);
    }

    [Fact]
    public async Task What_an_assignment_cannot_be_is_said()
    {
        var principal = Guid.NewGuid().ToString();
        var unknown = await PutAssignmentAsync(Group, Guid.NewGuid().ToString(), principal);
        Assert.Equal((HttpStatusCode.NotFound, "RoleDefinitionDoesNotExist"), (unknown.Status, unknown.ErrorCode));
        var nobody = await PutAssignmentAsync(Group, BuiltInRoles.Reader, "bob");
        Assert.Equal((HttpStatusCode.BadRequest, "properties.principalId"), (nobody.Status, (string?)nobody.Body["error"]!["target"]));
        var nowhere = await PutAssignmentAsync($"{subscription}/resourceGroups/none", BuiltInRoles.Reader, principal);
        Assert.Equal(HttpStatusCode.NotFound, nowhere.Status);
        var name = await owner.CallAsync("PUT", $"{Group}{Assignments}/notaguid{Version}", new { properties = new { roleDefinitionId = $"{Definitions}/{BuiltInRoles.Reader}", principalId = principal } });
        Assert.Equal((HttpStatusCode.BadRequest, "name"), (name.Status, (string?)name.Body["error"]!["target"]));
        var conditional = await owner.CallAsync("PUT", $"{Group}{Assignments}/{Guid.NewGuid()}{Version}", new
        {
            properties = new { roleDefinitionId = $"{Definitions}/{BuiltInRoles.Reader}", principalId = principal, condition = "@Resource[x] StringEquals", conditionVersion = "1.0" },
        });
        Assert.Equal(["properties.conditionVersion", "properties.condition"], conditional.Body["error"]!["details"]!.AsArray().Select(d => (string)d!["target"]!));

        var made = await owner.AssignAsync(Group, BuiltInRoles.Reader, principal);
        var changed = await owner.CallAsync("PUT", $"{(string)made.Body["id"]!}{Version}", new { properties = new { roleDefinitionId = $"{Definitions}/{BuiltInRoles.Owner}", principalId = principal } });
        Assert.Equal((HttpStatusCode.BadRequest, "RoleAssignmentUpdateNotPermitted"), (changed.Status, changed.ErrorCode));
    }

    [Fact]
    public async Task Whoever_may_only_give_one_role_gives_no_other()
    {
        var app = await hub.NewAppAsync();
        var only = $"!(ActionMatches{{'Microsoft.Authorization/roleAssignments/write'}}) OR @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{BuiltInRoles.Reader}}}";
        var made = await owner.CallAsync("PUT", $"{Group}{Assignments}/{Guid.NewGuid()}{Version}", new
        {
            properties = new { roleDefinitionId = $"{Definitions}/{BuiltInRoles.Owner}", principalId = app.ObjectId, condition = only, conditionVersion = "2.0" },
        });
        Assert.Equal((HttpStatusCode.Created, only), (made.Status, (string?)made.Body["properties"]!["condition"]));
        using var limited = await hub.SignedInAsync(app.AppId, app.ClientSecret);
        var reader = await limited.CallAsync("PUT", $"{Group}{Assignments}/{Guid.NewGuid()}{Version}", new { properties = new { roleDefinitionId = $"{Definitions}/{BuiltInRoles.Reader}", principalId = Guid.NewGuid().ToString() } });
        Assert.Equal(HttpStatusCode.Created, reader.Status);
        var contributor = await limited.CallAsync("PUT", $"{Group}{Assignments}/{Guid.NewGuid()}{Version}", new { properties = new { roleDefinitionId = $"{Definitions}/{BuiltInRoles.Contributor}", principalId = Guid.NewGuid().ToString() } });
        Assert.Equal(HttpStatusCode.Forbidden, contributor.Status);
    }

    [Fact]
    public async Task Whoever_may_only_take_away_one_role_takes_away_no_other()
    {
        var app = await hub.NewAppAsync();
        var only = $"!(ActionMatches{{'Microsoft.Authorization/roleAssignments/delete'}}) OR @Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{BuiltInRoles.Reader}}}";
        await owner.CallAsync("PUT", $"{Group}{Assignments}/{Guid.NewGuid()}{Version}", new
        {
            properties = new { roleDefinitionId = $"{Definitions}/{BuiltInRoles.Owner}", principalId = app.ObjectId, condition = only, conditionVersion = "2.0" },
        });
        using var limited = await hub.SignedInAsync(app.AppId, app.ClientSecret);
        var reader = await owner.AssignAsync(Group, BuiltInRoles.Reader, Guid.NewGuid().ToString());
        var contributor = await owner.AssignAsync(Group, BuiltInRoles.Contributor, Guid.NewGuid().ToString());
        Assert.Equal(HttpStatusCode.Forbidden, (await limited.CallAsync("DELETE", $"{(string)contributor.Body["id"]!}{Version}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await limited.CallAsync("DELETE", $"{(string)reader.Body["id"]!}{Version}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await limited.CallAsync("DELETE", $"{Group}{Assignments}/{Guid.NewGuid()}{Version}")).Status);
    }

    [Theory]
    [InlineData("@Principal[Microsoft.Directory/CustomSecurityAttributes/Id:Engineering_Project] StringEquals 'x'", "custom security attributes")]
    [InlineData("@Environment[isPrivateLink] BoolEquals true", "known is UtcNow")]
    [InlineData("@Resource[Microsoft.KeyVault/vaults:name] StringEquals 'x'", "no call tells it")]
    [InlineData("@Request[Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags:] StringEquals 'x'", "no call tells it")]
    [InlineData("SubOperationMatches{'Blob.Undo'}", "No sub-operation 'Blob.Undo'")]
    public async Task A_condition_that_nobody_can_answer_is_refused_with_what_can_be_asked(string condition, string said)
    {
        var refused = await owner.CallAsync("PUT", $"{Group}{Assignments}/{Guid.NewGuid()}{Version}", new
        {
            properties = new { roleDefinitionId = $"{Definitions}/{BuiltInRoles.Reader}", principalId = Guid.NewGuid(), condition, conditionVersion = "2.0" },
        });
        Assert.Equal((HttpStatusCode.BadRequest, "properties.condition"), (refused.Status, (string?)refused.Body["error"]!["target"]));
        Assert.Contains(said, (string)refused.Body["error"]!["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_shows_what_reaches_the_scope_and_what_lies_below()
    {
        var ann = Guid.NewGuid().ToString();
        await owner.AssignAsync(subscription, BuiltInRoles.Reader, ann);
        await owner.AssignAsync(Group, BuiltInRoles.Contributor, ann);
        await PutGroupAsync(owner, "other");
        await owner.AssignAsync($"{subscription}/resourceGroups/other", BuiltInRoles.Owner, ann);

        Assert.Equal(3, (await ListAsync(subscription, $"principalId eq '{ann}'")).Count);
        Assert.Equal([subscription], await ListAsync(subscription, $"atScope() and principalId eq '{ann}'"));
        Assert.Equal([subscription, Group], (await ListAsync(Group, $"principalId eq '{ann}'")).Order());
        Assert.Contains("/", await ListAsync(Group, "atScope()"));
        Assert.Equal("$filter", (string?)(await owner.CallAsync("GET", $"{Group}{Assignments}{Version}&$filter=name eq 'x'")).Body["error"]!["target"]);
    }

    [Fact]
    public async Task AssignedTo_counts_what_a_group_gives()
    {
        var ann = Guid.NewGuid().ToString();
        var group = await owner.CallAsync("PUT", "/providers/Atrium.Identity/groups/team?api-version=2026-11-01", new { properties = new { members = new[] { ann } } });
        await owner.AssignAsync(Group, BuiltInRoles.Reader, (string)group.Body["properties"]!["objectId"]!);
        Assert.Empty(await ListAsync(Group, $"principalId eq '{ann}'"));
        Assert.Equal([Group], await ListAsync(Group, $"assignedTo('{ann}')"));
    }

    [Fact]
    public async Task A_list_goes_on_at_its_next_link()
    {
        for (var i = 0; i < ScopedList.PageSize + 5; i++)
        {
            await owner.AssignAsync(Group, BuiltInRoles.Reader, Guid.NewGuid().ToString());
        }

        var first = await owner.CallAsync("GET", $"{Group}{Assignments}{Version}");
        Assert.Equal(ScopedList.PageSize, first.Body["value"]!.AsArray().Count);
        var second = await owner.CallAsync("GET", (string)first.Body["nextLink"]!);
        Assert.Null(second.Body["nextLink"]);
        var ids = first.Body["value"]!.AsArray().Concat(second.Body["value"]!.AsArray()).Select(a => (string)a!["id"]!).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.InRange(ids.Count, ScopedList.PageSize + 5, ScopedList.PageSize + 10);
    }

    [Fact]
    public async Task Rights_hold_at_the_scope_and_below_and_nowhere_else()
    {
        using var reader = await hub.ClientForAsync(roles: [(BuiltInRoles.Reader, Group)]);
        Assert.Equal(HttpStatusCode.OK, (await reader.CallAsync("GET", $"{Group}?api-version=2022-09-01")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PutGroupAsync(reader, "g")).Status);
        var groups = await reader.CallAsync("GET", $"{subscription}/resourceGroups?api-version=2022-09-01");
        Assert.Equal(["g"], groups.Body["value"]!.AsArray().Select(g => (string?)g!["name"]));
        var there = await reader.CallAsync("GET", $"{subscription}/resourceGroups/other?api-version=2022-09-01");
        Assert.Equal((HttpStatusCode.Forbidden, "AuthorizationFailed"), (there.Status, there.ErrorCode));
    }

    [Fact]
    public async Task A_right_is_there_at_the_next_request_and_gone_at_the_next_request()
    {
        var app = await hub.NewAppAsync();
        using var client = await hub.SignedInAsync(app.AppId, app.ClientSecret);
        for (var i = 0; i < 5; i++)
        {
            var given = await owner.AssignAsync(Group, BuiltInRoles.Contributor, app.ObjectId);
            Assert.Equal(HttpStatusCode.OK, (await PutGroupAsync(client, "g")).Status);
            await owner.CallAsync("DELETE", $"{(string)given.Body["id"]!}{Version}");
            Assert.Equal(HttpStatusCode.Forbidden, (await PutGroupAsync(client, "g")).Status);
        }
    }

    [Fact]
    public async Task A_deleted_group_takes_its_assignments_along()
    {
        var app = await hub.NewAppAsync();
        using var client = await hub.SignedInAsync(app.AppId, app.ClientSecret);
        await PutGroupAsync(owner, "gone");
        await owner.AssignAsync($"{subscription}/resourceGroups/gone", BuiltInRoles.Reader, app.ObjectId);
        await owner.WaitAsync(await owner.CallAsync("DELETE", $"{subscription}/resourceGroups/gone?api-version=2022-09-01"));
        await PutGroupAsync(owner, "gone");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.CallAsync("GET", $"{subscription}/resourceGroups/gone?api-version=2022-09-01")).Status);
    }

    [Fact]
    public async Task A_contributor_gives_no_roles_and_makes_no_principals()
    {
        using var contributor = await hub.ClientForAsync(roles: [(BuiltInRoles.Contributor, "/")]);
        var body = new { properties = new { roleDefinitionId = $"{Definitions}/{BuiltInRoles.Owner}", principalId = Guid.NewGuid() } };
        Assert.Equal(HttpStatusCode.Forbidden, (await contributor.CallAsync("PUT", $"{Group}{Assignments}/{Guid.NewGuid()}{Version}", body)).Status);
        const string First = "/providers/Atrium.Identity/servicePrincipals/first";
        Assert.Equal(HttpStatusCode.OK, (await contributor.CallAsync("GET", $"{First}?api-version=2026-11-01")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await contributor.CallAsync("POST", $"{First}/addPassword?api-version=2026-11-01", new { })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await contributor.CallAsync("DELETE", $"{First}?api-version=2026-11-01")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await contributor.CallAsync("PUT", "/providers/Atrium.Identity/users/eve?api-version=2026-11-01", new { properties = new { password = "correct horse battery" } })).Status);
    }

    [Fact]
    public async Task The_last_owner_of_everything_stays()
    {
        var all = await owner.CallAsync("GET", $"{Assignments}{Version}&$filter=atScope()");
        var last = (string)Assert.Single(all.Body["value"]!.AsArray(), a => ((string)a!["properties"]!["roleDefinitionId"]!).EndsWith(BuiltInRoles.Owner, StringComparison.Ordinal))!["id"]!;
        var refused = await owner.CallAsync("DELETE", last + Version);
        Assert.Equal((HttpStatusCode.Conflict, "DeleteLastRbacAdminAssignment"), (refused.Status, refused.ErrorCode));
        await owner.AssignAsync("/", BuiltInRoles.Owner, Guid.NewGuid().ToString());
        Assert.Equal(HttpStatusCode.OK, (await owner.CallAsync("DELETE", last + Version)).Status);
    }

    [Fact]
    public async Task Built_in_roles_are_there_at_every_scope_and_do_not_change()
    {
        foreach (var scope in new[] { "", subscription, Group })
        {
            var found = await owner.CallAsync("GET", $"{scope}{Definitions}/{BuiltInRoles.Contributor}{Version}");
            Assert.Equal(("Contributor", "BuiltInRole"), ((string?)found.Body["properties"]!["roleName"], (string?)found.Body["properties"]!["type"]));
        }

        var list = await owner.CallAsync("GET", $"{Group}{Definitions}{Version}");
        Assert.Equal(BuiltInRoles.All.Length, list.Body["value"]!.AsArray().Count);
        var byName = await owner.CallAsync("GET", $"{Group}{Definitions}{Version}&$filter=roleName eq 'Key Vault Secrets User'");
        Assert.Equal("4633458b-17de-408a-b874-0445c86b69e6", (string?)Assert.Single(byName.Body["value"]!.AsArray())!["name"]);
        Assert.Equal(HttpStatusCode.Conflict, (await PutRoleAsync(BuiltInRoles.Reader, "Mine", "*")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await owner.CallAsync("DELETE", $"{subscription}{Definitions}/{BuiltInRoles.Reader}{Version}")).Status);
    }

    [Fact]
    public async Task A_custom_role_gives_what_it_says_until_it_is_changed()
    {
        var name = Guid.NewGuid().ToString();
        var made = await PutRoleAsync(name, "Group writer", "Microsoft.Resources/subscriptions/resourceGroups/*");
        Assert.True(made.Status == HttpStatusCode.Created, made.ToString());
        Assert.Equal(("CustomRole", name), ((string?)made.Body["properties"]!["type"], (string?)made.Body["name"]));
        using var client = await hub.ClientForAsync(roles: [(name, Group)]);
        Assert.Equal(HttpStatusCode.OK, (await PutGroupAsync(client, "g")).Status);

        var inUse = await owner.CallAsync("DELETE", $"{subscription}{Definitions}/{name}{Version}");
        Assert.Equal((HttpStatusCode.BadRequest, "RoleDefinitionHasAssignments"), (inUse.Status, inUse.ErrorCode));
        Assert.Equal(HttpStatusCode.Created, (await PutRoleAsync(name, "Group writer", "*/read")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PutGroupAsync(client, "g")).Status);
        Assert.Equal("Group writer", (string?)(await owner.CallAsync("GET", $"{Group}{Definitions}/{name}{Version}")).Body["properties"]!["roleName"]);
    }

    [Fact]
    public async Task A_custom_role_is_not_assignable_outside_its_scopes_and_needs_the_right_at_each()
    {
        var name = Guid.NewGuid().ToString();
        await PutRoleAsync(name, "Narrow", "*/read");
        var outside = await PutAssignmentAsync("", name, Guid.NewGuid().ToString());
        Assert.Equal((HttpStatusCode.BadRequest, "RoleAssignmentScopeNotAssignableToRoleDefinition"), (outside.Status, outside.ErrorCode));

        using var administrator = await hub.ClientForAsync(roles: [(BuiltInRoles.UserAccessAdministrator, subscription)]);
        var wide = new { properties = new { roleName = "Wide", assignableScopes = new[] { subscription, "/" }, permissions = new[] { new { actions = new[] { "*" } } } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await administrator.CallAsync("PUT", $"{subscription}{Definitions}/{Guid.NewGuid()}{Version}", wide)).Status);
    }

    [Fact]
    public async Task Deleting_a_custom_role_needs_the_right_at_each_of_its_scopes_and_a_role_elsewhere_is_as_if_it_were_not()
    {
        var (name, other) = (Guid.NewGuid().ToString(), $"/subscriptions/{Guid.NewGuid()}");
        await owner.CallAsync("PUT", $"{other}?api-version=2024-07-01", new { displayName = "other" });
        var body = new { properties = new { roleName = $"Both {name}", assignableScopes = new[] { subscription, other }, permissions = new[] { new { actions = new[] { "*/read" } } } } };
        Assert.Equal(HttpStatusCode.Created, (await owner.CallAsync("PUT", $"{subscription}{Definitions}/{name}{Version}", body)).Status);
        using var here = await hub.ClientForAsync(roles: [(BuiltInRoles.UserAccessAdministrator, subscription)]);
        Assert.Equal(HttpStatusCode.Forbidden, (await here.CallAsync("DELETE", $"{subscription}{Definitions}/{name}{Version}")).Status);

        var third = $"/subscriptions/{Guid.NewGuid()}";
        await owner.CallAsync("PUT", $"{third}?api-version=2024-07-01", new { displayName = "third" });
        using var elsewhere = await hub.ClientForAsync(roles: [(BuiltInRoles.UserAccessAdministrator, third)]);
        var assignment = new { properties = new { roleDefinitionId = $"{subscription}{Definitions}/{name}", principalId = Guid.NewGuid().ToString() } };
        var refused = await elsewhere.CallAsync("PUT", $"{third}{Assignments}/{Guid.NewGuid()}{Version}", assignment);
        Assert.Equal((HttpStatusCode.NotFound, "RoleDefinitionDoesNotExist"), (refused.Status, refused.ErrorCode));
        Assert.Equal(HttpStatusCode.OK, (await owner.CallAsync("DELETE", $"{subscription}{Definitions}/{name}{Version}")).Status);
    }

    [Fact]
    public async Task Whoever_has_a_role_in_a_subscription_sees_that_subscription_and_no_other()
    {
        using var reader = await hub.ClientForAsync(roles: [(BuiltInRoles.Reader, Group)]);
        var seen = Assert.Single((await reader.CallAsync("GET", "/subscriptions?api-version=2022-12-01")).Body["value"]!.AsArray());
        Assert.Equal(subscription, (string?)seen!["id"]);
        Assert.Equal(HttpStatusCode.OK, (await reader.CallAsync("GET", $"{subscription}?api-version=2022-12-01")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.CallAsync("PATCH", $"{subscription}?api-version=2022-12-01", new { displayName = "mine" })).Status);
        using var nobody = await hub.ClientForAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await nobody.CallAsync("GET", $"{subscription}?api-version=2022-12-01")).Status);
        var none = await nobody.CallAsync("GET", "/subscriptions?api-version=2022-12-01");
        Assert.True(none.Status == HttpStatusCode.OK && none.Body["value"]!.AsArray().Count == 0, none.ToString());
    }

    [Fact]
    public async Task All_mistakes_of_a_role_are_told_at_once()
    {
        var answer = await owner.CallAsync("PUT", $"{subscription}{Definitions}/{Guid.NewGuid()}{Version}", new
        {
            properties = new { roleName = "Bad", type = "BuiltInRole", assignableScopes = new[] { $"/subscriptions/{Guid.NewGuid()}" }, permissions = Array.Empty<object>() },
        });
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(
            ["properties.assignableScopes", "properties.permissions", "properties.type"],
            answer.Body["error"]!["details"]!.AsArray().Select(d => (string?)d!["target"]).Order());
    }

    [Fact]
    public async Task Permissions_are_the_callers_own()
    {
        using var reader = await hub.ClientForAsync(roles: [(BuiltInRoles.Reader, Group)]);
        var mine = await reader.CallAsync("GET", $"{Group}/providers/Microsoft.Authorization/permissions{Version}");
        Assert.Equal("""[{"actions":["*/read"],"notActions":[],"dataActions":[],"notDataActions":[]}]""", mine.Body["value"]!.ToJsonString());
        Assert.Empty((await reader.CallAsync("GET", $"{subscription}/providers/Microsoft.Authorization/permissions{Version}")).Body["value"]!.AsArray());
    }

    [Fact]
    public async Task A_lock_holds_until_it_is_taken_away()
    {
        var id = $"{Group}/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01";
        Assert.Equal("properties.level", (string?)(await owner.CallAsync("PUT", id, new { properties = new { level = "Never" } })).Body["error"]!["target"]);
        Assert.Equal(HttpStatusCode.Created, (await owner.CallAsync("PUT", id, new { properties = new { level = "CanNotDelete", notes = "n" } })).Status);
        var refused = await owner.CallAsync("DELETE", $"{Group}?api-version=2022-09-01");
        Assert.Equal((HttpStatusCode.Conflict, "ScopeLocked"), (refused.Status, refused.ErrorCode));
        Assert.Equal(HttpStatusCode.OK, (await PutGroupAsync(owner, "g")).Status);
        await owner.CallAsync("PUT", id, new { properties = new { level = "ReadOnly" } });
        Assert.Equal(HttpStatusCode.Conflict, (await PutGroupAsync(owner, "g")).Status);
        Assert.Equal(HttpStatusCode.OK, (await owner.CallAsync("DELETE", id)).Status);
        Assert.Equal(HttpStatusCode.OK, (await PutGroupAsync(owner, "g")).Status);
    }

    private Task<Answer> PutGroupAsync(HttpClient client, string name) =>
        client.CallAsync("PUT", $"{subscription}/resourceGroups/{name}?api-version=2022-09-01", new { location = "local" });

    private Task<Answer> PutAssignmentAsync(string scope, string role, string principal) => owner.CallAsync(
        "PUT", $"{scope}{Assignments}/{Guid.NewGuid()}{Version}", new { properties = new { roleDefinitionId = $"{Definitions}/{role}", principalId = principal } });

    private Task<Answer> PutRoleAsync(string name, string displayName, params string[] actions) => owner.CallAsync(
        "PUT", $"{subscription}{Definitions}/{name}{Version}", new { properties = new { roleName = displayName, assignableScopes = new[] { subscription }, permissions = new[] { new { actions } } } });

    /// <summary>The scopes of the assignments that a filter leaves.</summary>
    private async Task<List<string>> ListAsync(string scope, string filter)
    {
        var answer = await owner.CallAsync("GET", $"{scope}{Assignments}{Version}&$filter={Uri.EscapeDataString(filter)}");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return [.. answer.Body["value"]!.AsArray().Select(a => (string)a!["properties"]!["scope"]!)];
    }
}
