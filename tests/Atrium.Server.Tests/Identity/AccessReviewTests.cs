using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Identity;

/// <summary>Who may do what here, and through which assignment.</summary>
public sealed class AccessReviewTests(OneHub shared) : IClassFixture<OneHub>, IAsyncLifetime
{
    private const string Access = "/providers/Atrium.Authorization/access?api-version=2026-11-01";
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";
    private readonly string ann = Guid.NewGuid().ToString();

    private HubServer Hub => shared.Server;

    private HttpClient Owner => shared.Owner;

    private string Group => $"{subscription}/resourceGroups/g";

    public async ValueTask InitializeAsync()
    {
        await Owner.CallAsync("PUT", $"{subscription}?api-version=2022-12-01", new { displayName = "Test" });
        await Owner.CallAsync("PUT", $"{Group}?api-version=2024-07-01", new { location = "local" });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Everybody_is_named_with_the_role_the_assignment_and_where_it_was_made()
    {
        var made = await Owner.AssignAsync(subscription, BuiltInRoles.Reader, ann);
        await Owner.CallAsync("PUT", $"{subscription}/resourceGroups/other?api-version=2024-07-01", new { location = "local" });
        await Owner.AssignAsync($"{subscription}/resourceGroups/other", BuiltInRoles.Owner, Guid.NewGuid().ToString());
        var rows = await ReviewAsync(Group);
        Assert.Equal(2, rows.Count);
        var given = Assert.Single(rows[ann]["given"]!.AsArray())!;
        Assert.Equal(("Reader", subscription, (string)made.Body["id"]!), ((string?)given["roleName"], (string?)given["scope"], (string?)given["roleAssignmentId"]));
        Assert.Equal(("Unknown", false, "*/read"), ((string?)rows[ann]["principalType"], (bool)rows[ann]["conditional"]!, (string?)rows[ann]["effective"]![0]!["actions"]![0]));
        var first = rows[(await Hub.FirstAsync()).ObjectId];
        Assert.Equal(("ServicePrincipal", "first"), ((string?)first["principalType"], (string?)first["displayName"]));
        Assert.Equal(["Cognitive Services User", "Owner"], first["given"]!.AsArray().Select(g => (string?)g!["roleName"]).Order());
        Assert.All(first["given"]!.AsArray(), g => Assert.Equal("/", (string?)g!["scope"]));
    }

    /// <summary>Its name is the project's own, so it is told to whoever may read that.</summary>
    [Fact]
    public async Task A_managed_identity_is_named_by_its_resource_to_whoever_may_read_that()
    {
        var hub = await NewHub.MakeAsync(Owner, Group);
        var identity = (string)(await Owner.CallAsync("GET", $"{hub.Id}?api-version=2024-04-01")).Body["identity"]!["principalId"]!;
        var asker = await Hub.NewAppAsync();
        await Owner.CallAsync("PUT", $"{subscription}/resourceGroups/other?api-version=2024-07-01", new { location = "local" });
        await Owner.AssignAsync(subscription, BuiltInRoles.Reader, identity);
        await Owner.AssignAsync($"{subscription}/resourceGroups/other", BuiltInRoles.Owner, asker.ObjectId);
        var named = (await ReviewAsync(Group))[identity];
        Assert.Equal(("ServicePrincipal", hub.Id.Split('/')[^1], hub.Id), ((string?)named["principalType"], (string?)named["displayName"], (string?)named["identityOf"]));

        using var client = await Hub.SignedInAsync(asker.AppId, asker.ClientSecret);
        var rows = (await client.CallAsync("GET", $"{subscription}/resourceGroups/other{Access}")).Body["value"]!.AsArray();
        var hidden = Assert.Single(rows, row => (string?)row!["principalId"] == identity)!;
        Assert.Equal(("Unknown", null), ((string?)hidden["principalType"], (string?)hidden["displayName"]));
        Assert.DoesNotContain(hub.Id, hidden.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_a_group_gives_is_shown_for_the_group_and_for_each_member()
    {
        var team = await GroupAsync("team", ann);
        await Owner.AssignAsync(Group, BuiltInRoles.Contributor, team);
        var rows = await ReviewAsync(Group);
        Assert.Null(rows[team]["given"]![0]!["through"]);
        Assert.Equal(("team", team), ((string?)rows[ann]["given"]![0]!["through"]!["displayName"], (string?)rows[ann]["given"]![0]!["through"]!["principalId"]));
        var only = await ReviewAsync(Group, $"&$filter=principalId eq '{ann}'");
        Assert.Equal([ann], only.Keys);
    }

    [Fact]
    public async Task Conditions_and_denials_are_shown_and_taken_into_account()
    {
        var condition = $"@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] GuidEquals {BuiltInRoles.Reader}";
        await Owner.CallAsync("PUT", $"{Group}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01", new
        {
            properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{BuiltInRoles.UserAccessAdministrator}", principalId = ann, condition, conditionVersion = "2.0" },
        });
        var bob = Guid.NewGuid().ToString();
        await Owner.AssignAsync(Group, BuiltInRoles.Owner, bob);
        var team = await GroupAsync("denied", bob);
        await Owner.CallAsync("PUT", $"{subscription}/providers/Microsoft.Authorization/denyAssignments/{Guid.NewGuid()}?api-version=2022-04-01", new
        {
            properties = new { denyAssignmentName = "no roles", principals = new[] { new { id = team } }, permissions = new[] { new { actions = new[] { "Microsoft.Authorization/*/write" } } } },
        });
        var all = await ReviewAsync(Group);
        Assert.Equal((condition, true), ((string?)all[ann]["given"]![0]!["condition"], (bool)all[ann]["conditional"]!));
        var denied = Assert.Single(all[bob]["denied"]!.AsArray())!;
        Assert.Equal(("no roles", subscription, "denied"), ((string?)denied["denyAssignmentName"], (string?)denied["scope"], (string?)denied["through"]!["displayName"]));
        Assert.Contains("Microsoft.Authorization/*/write", all[bob]["effective"]![0]!["notActions"]!.AsArray().Select(a => (string?)a));

        var givers = await ReviewAsync(Group, "&action=Microsoft.Authorization/roleAssignments/write");
        Assert.Equal([ann, (await Hub.FirstAsync()).ObjectId], givers.Keys.Order(StringComparer.Ordinal), Sets);
        Assert.True((bool)givers[ann]["conditional"]!);
        var readers = await ReviewAsync(Group, "&action=Microsoft.Authorization/roleAssignments/read");
        Assert.Contains(bob, readers.Keys);
        Assert.DoesNotContain(bob, (await ReviewAsync(Group, "&dataAction=Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action")).Keys);
    }

    [Fact]
    public async Task Only_who_reads_assignments_there_reads_it_and_every_mistake_is_named()
    {
        using var developer = await Hub.ClientForAsync(roles: [("8311e382-0749-4cb8-b61a-304f252e45ec", Group)]);
        Assert.Equal(HttpStatusCode.Forbidden, (await developer.CallAsync("GET", Group + Access)).Status);
        using var reader = await Hub.ClientForAsync(roles: [(BuiltInRoles.Reader, Group)]);
        Assert.Equal(HttpStatusCode.OK, (await reader.CallAsync("GET", Group + Access)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.CallAsync("GET", subscription + Access)).Status);
        var wrong = await Owner.CallAsync("GET", $"{Group}{Access}&action=*&dataAction=x&$filter=name eq 'x'");
        Assert.Equal(["dataAction", "action", "dataAction", "$filter"], wrong.Body["error"]!["details"]!.AsArray().Select(d => (string?)d!["target"]));
    }

    [Fact]
    public async Task Long_lists_go_on_at_their_next_link()
    {
        for (var i = 0; i < 105; i++)
        {
            await Owner.AssignAsync(Group, BuiltInRoles.Reader, Guid.NewGuid().ToString());
        }

        Assert.Equal(106, (await ReviewAsync(Group, "&action=Microsoft.Resources/subscriptions/resourceGroups/read")).Count);
    }

    private static IEqualityComparer<IEnumerable<string>> Sets { get; } = EqualityComparer<IEnumerable<string>>.Create(
        (left, right) => left!.Order(StringComparer.Ordinal).SequenceEqual(right!.Order(StringComparer.Ordinal)), _ => 0);

    private async Task<Dictionary<string, JsonNode>> ReviewAsync(string scope, string query = "")
    {
        var rows = new Dictionary<string, JsonNode>();
        for (var page = scope + Access + query; page is not null;)
        {
            var answer = await Owner.CallAsync("GET", page);
            Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
            foreach (var row in answer.Body["value"]!.AsArray())
            {
                rows.Add((string)row!["principalId"]!, row);
            }

            page = (string?)answer.Body["nextLink"] is { } next ? new Uri(next).PathAndQuery : null;
        }

        return rows;
    }

    private async Task<string> GroupAsync(string name, params string[] members) =>
        (string)(await Owner.CallAsync("PUT", $"/providers/Atrium.Identity/groups/{name}?api-version=2026-11-01", new { properties = new { members } })).Body["properties"]!["objectId"]!;
}
