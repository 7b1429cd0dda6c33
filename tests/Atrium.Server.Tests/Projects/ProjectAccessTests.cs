using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Hubs;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Projects;

/// <summary>Who may make hubs and projects, with real tokens and roles.</summary>
public sealed class ProjectAccessTests : IAsyncLifetime
{
    private const string Contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
    private const string Reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    private const string AzureAIDeveloper = "64702f94-c441-49e6-a78b-ef80e0188fee";
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";
    private HubServer server = null!;
    private HttpClient owner = null!;

    private string Hub => Workspace("team", "hub");

    public async ValueTask InitializeAsync()
    {
        server = await HubServer.StartAsync();
        owner = await server.OwnerAsync();
        await owner.CallAsync("PUT", $"{subscription}?api-version=2022-12-01", new { displayName = "Test" });
        foreach (var group in (string[])["team", "projects", "other"])
        {
            await owner.CallAsync("PUT", $"{Group(group)}?api-version=2022-09-01", new { location = "local" });
        }

        var hub = await Put(owner, Hub, new() { ["location"] = "local", ["kind"] = "hub", ["properties"] = new JsonObject { ["workspaceHubConfig"] = new JsonObject { ["defaultWorkspaceResourceGroup"] = Group("projects") } } });
        Assert.True(hub.Status == HttpStatusCode.Accepted, hub.ToString());
        await owner.WaitAsync(hub);
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_project_needs_the_right_to_join_its_hub_whether_or_not_the_hub_is_there()
    {
        using var client = await server.ClientForAsync(roles: [(Contributor, Group("other"))]);
        var refused = await Put(client, Workspace("other", "project"), HubScene.Project(Hub));
        Assert.Equal((HttpStatusCode.Forbidden, "AuthorizationFailed"), (refused.Status, refused.ErrorCode));
        Assert.Contains("hubs/join/action", (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
        var missing = await Put(client, Workspace("other", "project"), HubScene.Project(Workspace("team", "nowhere")));
        Assert.Equal((refused.Status, refused.ErrorCode), (missing.Status, missing.ErrorCode));
    }

    [Fact]
    public async Task With_both_rights_a_project_is_made()
    {
        using var client = await server.ClientForAsync(roles: [(Contributor, Group("other")), (AzureAIDeveloper, Hub)]);
        var made = await Put(client, Workspace("other", "project"), HubScene.Project(Hub));
        Assert.True(made.Status == HttpStatusCode.Accepted, made.ToString());
    }

    [Fact]
    public async Task A_developer_of_a_project_reads_it_and_works_in_it_but_neither_changes_nor_deletes_it_nor_sees_another()
    {
        var (mine, other) = (Workspace("projects", "mine"), Workspace("projects", "theirs"));
        foreach (var project in (string[])[mine, other])
        {
            await owner.WaitAsync(await Put(owner, project, HubScene.Project(Hub)));
        }

        using var developer = await server.ClientForAsync(roles: [(AzureAIDeveloper, mine)]);
        async Task<int> StatusAsync(string method, string path, object? body = null) => (int)(await developer.CallAsync(method, $"{path}{HubScene.Version}", body)).Status;
        Assert.Equal(200, await StatusAsync("GET", mine));
        Assert.Equal(200, await StatusAsync("GET", $"{mine}/effectiveSettings"));
        Assert.Equal(200, await StatusAsync("PUT", $"{mine}/connections/own", new { properties = new { category = "CustomKeys", authType = "None", target = "https://example.org" } }));
        Assert.Equal(403, await StatusAsync("PATCH", mine, new { tags = new { a = "b" } }));
        Assert.Equal(403, await StatusAsync("DELETE", mine));
        Assert.Equal(403, await StatusAsync("GET", other));
        Assert.Equal(403, await StatusAsync("GET", Hub));
        var list = await developer.CallAsync("GET", $"{subscription}/providers/Microsoft.MachineLearningServices/workspaces{HubScene.Version}");
        Assert.Equal([mine], list.Body["value"]!.AsArray().Select(w => (string)w!["id"]!));
    }

    [Fact]
    public async Task In_the_default_group_the_right_to_join_is_enough_and_makes_the_creator_owner()
    {
        using var client = await server.ClientForAsync(roles: [(AzureAIDeveloper, Hub)]);
        var project = Workspace("projects", "mine");
        var made = await Put(client, project, HubScene.Project(Hub));
        Assert.True(made.Status == HttpStatusCode.Accepted, made.ToString());
        Assert.Equal("Succeeded", (string?)(await client.WaitAsync(made))["status"]);

        var patched = await client.CallAsync("PATCH", $"{project}{HubScene.Version}", new { properties = new { friendlyName = "Mine" } });
        Assert.True(patched.Status == HttpStatusCode.OK, patched.ToString());
        var roles = await client.CallAsync("GET", $"{project}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()");
        Assert.Contains(roles.Body["value"]!.AsArray(), r => ((string?)r!["properties"]!["roleDefinitionId"])!.EndsWith("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", StringComparison.Ordinal)
            && (string?)r["properties"]!["scope"] == project);

        var elsewhere = await Put(client, Workspace("other", "mine"), HubScene.Project(Hub));
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Put(client, Workspace("projects", "hub2"), new() { ["location"] = "local", ["kind"] = "hub" })).Status);
    }

    [Fact]
    public async Task Who_may_write_in_the_default_group_anyway_gains_nothing_by_it()
    {
        using var client = await server.ClientForAsync(roles: [(Contributor, Group("projects")), (AzureAIDeveloper, Hub)]);
        var project = Workspace("projects", "plain");
        await client.WaitAsync(await Put(client, project, HubScene.Project(Hub)));
        var roles = await owner.CallAsync("GET", $"{project}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()");
        Assert.DoesNotContain(roles.Body["value"]!.AsArray(), r => (string?)r!["properties"]!["scope"] == project);
    }

    [Fact]
    public async Task Joining_the_default_group_over_a_project_that_is_there_needs_the_right_to_write_it()
    {
        var project = Workspace("projects", "taken");
        await owner.WaitAsync(await Put(owner, project, HubScene.Project(Hub)));
        using var client = await server.ClientForAsync(roles: [(AzureAIDeveloper, Hub)]);
        Assert.Equal(HttpStatusCode.Forbidden, (await Put(client, project, HubScene.Project(Hub))).Status);
    }

    [Fact]
    public async Task A_developer_or_reader_of_the_group_makes_no_hub()
    {
        using var client = await server.ClientForAsync(roles: [(AzureAIDeveloper, Group("team")), (Reader, Group("team"))]);
        Assert.Equal(HttpStatusCode.Forbidden, (await Put(client, Workspace("team", "hub2"), new() { ["location"] = "local", ["kind"] = "hub" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.CallAsync("PATCH", $"{Hub}{HubScene.Version}", new { properties = new { description = "x" } })).Status);
    }

    [Fact]
    public async Task A_hub_names_only_what_its_maker_may_write_for_it_hands_out_the_keys()
    {
        using var client = await server.ClientForAsync(roles: [(Contributor, Group("other"))]);
        var foreign = $"{Group("team")}/providers/Microsoft.Storage/storageAccounts/secretstuff";
        var refused = await Put(client, Workspace("other", "hub2"), new() { ["location"] = "local", ["kind"] = "hub", ["properties"] = new JsonObject { ["storageAccount"] = foreign } });
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("Microsoft.Storage/storageAccounts/write", (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
        var made = await Put(client, Workspace("other", "hub2"), new() { ["location"] = "local", ["kind"] = "hub" });
        Assert.True(made.Status == HttpStatusCode.Accepted, made.ToString());
    }

    private static Task<Answer> Put(HttpClient client, string id, JsonObject body) => client.CallAsync("PUT", $"{id}{HubScene.Version}", body);

    private string Group(string name) => $"{subscription}/resourceGroups/{name}";

    private string Workspace(string group, string name) => $"{Group(group)}/providers/Microsoft.MachineLearningServices/workspaces/{name}";
}
