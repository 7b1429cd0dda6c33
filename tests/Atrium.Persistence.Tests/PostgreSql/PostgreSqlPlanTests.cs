using System.Globalization;
using Atrium.Persistence.Sql;
using Atrium.Persistence.Sql.Tables;
using Atrium.Testing.PostgreSql;

namespace Atrium.Persistence.Tests.PostgreSql;

public sealed class PostgreSqlPlanTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, null, "resources_by_type")]
    [InlineData("/00500/", null, "resources_by_type")]
    [InlineData(null, "/hub", "resources_by_link")]
    public async Task A_list_reads_a_range_of_one_index_and_no_row_more_than_the_page_whether_statistics_are_there_or_not(
        string? after, string? link, string index)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync(server);
        await using var store = await database.OpenAsync(Token);

        // Nearly all rows are of one type and one link, and the keys of the others lie between them: the worst case for a planner that guesses.
        await database.RunAsync(
            $"""
            INSERT INTO resources (key, id, type, body, link, deleted, version)
            SELECT to_char(n, '"/"FM00000"/"'), '', CASE WHEN n % 100 = 0 THEN '{Some.Type}' ELSE 'other' END, '', '/hub', 0, n FROM generate_series(1, 20000) n
            """,
            Token);
        var query = new ResourceQuery { Type = Some.Type, KeyPrefix = "/0", After = after, Link = link, Take = 10 };
        await AssertRangeAsync(database, query, index);
        await database.RunAsync("ANALYZE resources", Token);
        await AssertRangeAsync(database, query, index);
    }

    private static async Task AssertRangeAsync(PostgreSqlTestDatabase database, ResourceQuery query, string index)
    {
        var (statement, values) = ResourceTable.PageOf(query);
        var text = statement.Text;
        foreach (var (position, value) in values.Index().Reverse())
        {
            text = text.Replace($"${position + 1}", value is string word ? $"'{word}'" : Convert.ToString(value, CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }

        var plan = string.Join('\n', await database.QueryAsync(new Statement("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + text), [], Token));
        Assert.Contains($"Index Scan using {index}", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Rows Removed", plan, StringComparison.Ordinal);
    }
}
