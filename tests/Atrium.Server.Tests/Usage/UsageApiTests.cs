using System.Net;
using Atrium.Persistence;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Usage;

/// <summary>Who may ask what was used, and what the answer holds. The rows are put into the store as the journal does.</summary>
public sealed class UsageApiTests : IAsyncLifetime
{
    private const string Version = "?api-version=2026-11-01";
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly string ours = $"/subscriptions/{Guid.NewGuid()}";
    private readonly string theirs = $"/subscriptions/{Guid.NewGuid()}";
    private HubServer hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Project => $"{ours}/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/app";

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync();
        using var owner = await hub.OwnerAsync();
        foreach (var subscription in (string[])[ours, theirs])
        {
            await owner.CallAsync("PUT", $"{subscription}?api-version=2022-12-01", new { displayName = "Test" });
        }

        await owner.CallAsync("PUT", $"{Project.Split("/providers/")[0]}?api-version=2022-09-01", new { location = "local" });
    }

    public async ValueTask DisposeAsync() => await hub.DisposeAsync();

    [Fact]
    public async Task A_reader_of_a_subscription_sums_what_it_used_and_nothing_of_another()
    {
        await WriteAsync(Row(ours, tokensIn: 3), Row(ours, tokensIn: 4, project: Project), Row(theirs, tokensIn: 100));
        using var reader = await hub.ClientForAsync(roles: [(BuiltInRoles.Reader, ours)]);
        var totals = await reader.CallAsync("GET", $"{Totals(ours)}&by=none");
        Assert.True(totals.Status == HttpStatusCode.OK, totals.ToString());
        Assert.Equal((2, 7), ((int)totals.Body["value"]![0]!["calls"]!, (int)totals.Body["value"]![0]!["tokensIn"]!));
        Assert.Equal(2, (await reader.CallAsync("GET", Rows(ours))).Body["value"]!.AsArray().Count);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.CallAsync("GET", Totals(theirs))).Status);
    }

    [Fact]
    public async Task Who_reads_a_project_sums_it_and_not_the_subscription()
    {
        await WriteAsync(Row(ours, tokensIn: 3), Row(ours, tokensIn: 4, project: Project));
        using var owner = await hub.OwnerAsync();
        await NewHub.MakeWorkspaceAsync(owner, Project, new { location = "local", properties = new { } });
        using var reader = await hub.ClientForAsync(roles: [(BuiltInRoles.Reader, Project)]);
        Assert.Equal(4, (int)(await reader.CallAsync("GET", $"{Totals(ours)}&project={Project}")).Body["value"]![0]!["tokensIn"]!);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.CallAsync("GET", Totals(ours))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.CallAsync("GET", $"{Totals(ours)}&account={Account(ours)}")).Status);
    }

    [Fact]
    public async Task Pages_of_rows_follow_one_another_without_a_gap_also_where_times_are_the_same()
    {
        var written = Enumerable.Range(0, 2345).Select(number => Row(ours, tokensIn: number)).ToArray();
        await WriteAsync(written);
        using var owner = await hub.OwnerAsync();
        var seen = new List<int>();
        for (var next = Rows(ours); next is not null;)
        {
            var page = await owner.CallAsync("GET", next);
            Assert.True(page.Status == HttpStatusCode.OK, page.ToString());
            seen.AddRange(page.Body["value"]!.AsArray().Select(row => (int)row!["tokensIn"]!));
            next = (string?)page.Body["nextLink"];
        }

        Assert.Equal(written.Select(row => (int)row.TokensIn), seen.Order());
    }

    [Fact]
    public async Task A_period_that_ends_with_the_first_days_of_the_calendar_is_empty()
    {
        using var owner = await hub.OwnerAsync();
        var answer = await owner.CallAsync("GET", $"{ours}/providers/Atrium.Usage/rows{Version}&to=0001-01-05");
        Assert.True(answer.Status == HttpStatusCode.OK && answer.Body["value"]!.AsArray().Count == 0, answer.ToString());
    }

    [Theory]
    [InlineData("by=colour", "by")]
    [InlineData("by=tag", "tag")]
    [InlineData("project=app", "project")]
    [InlineData("account=/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a", "account")]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-11-02&to=2026-11-01", "from")]
    [InlineData("$skipToken=L25vbmU", "$skipToken")]
    public async Task A_mistake_is_told_with_its_name(string query, string target)
    {
        using var owner = await hub.OwnerAsync();
        var answer = await owner.CallAsync("GET", $"{ours}/providers/Atrium.Usage/rows{Version}&{query}");
        Assert.Equal((HttpStatusCode.BadRequest, target), (answer.Status, (string?)answer.Body["error"]!["target"]));
    }

    private static string Totals(string subscription) => $"{subscription}/providers/Atrium.Usage/totals{Version}&{Day}";

    private static string Rows(string subscription) => $"{subscription}/providers/Atrium.Usage/rows{Version}&{Day}";

    private static string Day => "from=2026-11-20&to=2026-11-21";

    private static string Account(string subscription) => $"{subscription}/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/team";

    private static UsageRow Row(string subscription, int tokensIn, string project = "") => new()
    {
        Id = Guid.NewGuid(),
        Time = Noon,
        Account = Account(subscription).ToLowerInvariant(),
        Project = project.ToLowerInvariant(),
        Caller = "key1",
        Operation = "chat.completions",
        Deployment = "chat",
        Model = "m",
        TokensIn = tokensIn,
        TokensOut = 0,
        LatencyMilliseconds = 1,
        Status = 200,
    };

    private async Task WriteAsync(params UsageRow[] rows) => await hub.Services.GetRequiredService<IAtriumStore>().AppendUsageAsync(rows, Cancel);
}
