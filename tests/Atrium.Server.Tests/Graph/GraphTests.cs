using System.Net;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Graph;

/// <summary>Resources found over all groups, by the published query.</summary>
public sealed class GraphTests : IAsyncLifetime
{
    private const string Path = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";
    private HubServer hub = null!;
    private HttpClient owner = null!;

    private string Group => $"{subscription}/resourceGroups/g";

    private string Project(string name) => $"{Group}/providers/Microsoft.MachineLearningServices/workspaces/{name}";

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync();
        owner = await hub.OwnerAsync();
        var made = await NewHub.MakeAsync(owner, Group);
        foreach (var name in (string[])["alpha", "beta", "beta-two"])
        {
            await NewHub.MakeWorkspaceAsync(owner, Project(name), new { location = "local", kind = "project", properties = new { hubResourceId = made.Id, friendlyName = $"It's {name}" } });
        }
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        await hub.DisposeAsync();
    }

    [Theory]
    [InlineData("resources | where kind =~ 'PROJECT' | project name | order by name asc", "alpha,beta,beta-two")]
    [InlineData("resources | where kind == 'PROJECT' | project name", "")]
    [InlineData("resources | where kind == 'project' and not (name contains 'two') | project name | sort by name", "beta,alpha")]
    [InlineData(@"resources | where properties.friendlyName == 'It\'s alpha' or name == ""beta"" | project name | order by name asc", "alpha,beta")]
    [InlineData("resources | where name in~ ('ALPHA', 'team') | project name | order by name asc | limit 1", "alpha")]
    [InlineData("where tolower(name) startswith 'beta' | project name | order by name asc", "beta,beta-two")]
    public async Task A_query_finds_sorts_and_shows_what_it_says(string query, string expected)
    {
        var answer = await FindAsync(owner, query);
        Assert.Equal(expected, string.Join(',', answer.Body["data"]!.AsArray().Select(row => (string?)row!["name"])));
    }

    [Fact]
    public async Task Pages_tell_how_many_there_are_in_all()
    {
        var query = "resources | where kind =~ 'project' | project name | order by name asc";
        var second = await FindAsync(owner, query, new Dictionary<string, object> { ["$skip"] = 1, ["$top"] = 1 });
        Assert.Equal((3, 1, "beta", "true"), ((int)second.Body["totalRecords"]!, (int)second.Body["count"]!, (string?)second.Body["data"]![0]!["name"], (string?)second.Body["resultTruncated"]));
        var counted = await FindAsync(owner, "resources | where kind =~ 'project' | count");
        Assert.Equal(3, (int)counted.Body["data"]![0]!["Count"]!);
    }

    [Fact]
    public async Task Each_finds_what_his_roles_let_him_read_and_no_more()
    {
        using var member = await hub.ClientForAsync(roles: [(BuiltInRoles.Reader, Project("beta"))]);
        using var nobody = await hub.ClientForAsync();
        const string Query = "resources | where type =~ 'Microsoft.MachineLearningServices/workspaces' | project name";

        // Whoever may read all has asked the same before.
        Assert.Equal(4, (int)(await FindAsync(owner, Query)).Body["totalRecords"]!);
        var seen = await FindAsync(member, Query);
        Assert.Equal(["beta"], seen.Body["data"]!.AsArray().Select(row => (string?)row!["name"]));
        Assert.Equal(0, (int)(await FindAsync(nobody, "resources")).Body["totalRecords"]!);
    }

    [Fact]
    public async Task Whole_resources_are_as_a_read_shows_them_without_secrets()
    {
        var whole = (await FindAsync(owner, "resources | where name == 'alpha'")).Body["data"]![0]!;
        Assert.Equal(("g", "It's alpha"), ((string?)whole["resourceGroup"], (string?)whole["properties"]!["friendlyName"]));
        Assert.DoesNotContain("key1", (await FindAsync(owner, "resources")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_changes_is_found_at_once()
    {
        await FindAsync(owner, "resources");
        Assert.Equal(0, (int)(await FindAsync(owner, "resources | where name == 'late'")).Body["totalRecords"]!);
        await NewHub.MakeWorkspaceAsync(owner, Project("late"), new { location = "local", kind = "project", properties = new { hubResourceId = $"{Group}/providers/Microsoft.MachineLearningServices/workspaces/team" } });
        Assert.Equal(1, (int)(await FindAsync(owner, "resources | where name == 'late'")).Body["totalRecords"]!);
        await owner.WaitAsync(await owner.CallAsync("DELETE", $"{Project("late")}?api-version=2024-04-01"));
        Assert.Equal(0, (int)(await FindAsync(owner, "resources | where name == 'late'")).Body["totalRecords"]!);
    }

    [Theory]
    [InlineData("resources | where", "query")]
    [InlineData("secrets", "query")]
    [InlineData("resources | where secret == 'x'", "query")]
    [InlineData("resources | where name == x", "query")]
    [InlineData("resources | where name like 'x'", "query")]
    [InlineData("resources | summarize count()", "query")]
    [InlineData("resources | limit x", "query")]
    [InlineData("resources | where (((((((((((((((((((((((((((((((((((name == 'x')))))))))))))))))))))))))))))))))))", "query")]
    public async Task What_cannot_be_read_is_refused_with_what_would_be_right(string query, string field)
    {
        var refused = await FindAsync(owner, query);
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused.Body["error"]!["target"]));
    }

    [Fact]
    public async Task Options_out_of_bounds_are_refused()
    {
        var refused = await FindAsync(owner, "resources", new Dictionary<string, object> { ["$top"] = 1001 });
        Assert.Equal((HttpStatusCode.BadRequest, "options.$top"), (refused.Status, (string?)refused.Body["error"]!["target"]));
        Assert.Equal("subscriptions", (string?)(await owner.CallAsync("POST", Path, new { query = "resources", subscriptions = "all" })).Body["error"]!["target"]);
    }

    private static Task<Answer> FindAsync(HttpClient client, string query, object? options = null) => client.CallAsync("POST", Path, new { query, options = options ?? new { } });
}
