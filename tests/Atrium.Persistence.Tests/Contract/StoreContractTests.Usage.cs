namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    private static readonly UsageQuery AllUsage = new() { From = Some.Time.AddYears(-1), To = Some.Time.AddYears(1) };

    [Fact]
    public async Task Usage_is_kept_as_it_was_written()
    {
        var row = Some.Usage(1) with { Tags = """{"team":"red"}""", Status = 499, TokensIn = long.MaxValue / 4, Project = "", Deployment = "" };
        await Store.AppendUsageAsync([row], Token);
        Assert.Equal([row], await Store.ListUsageAsync(AllUsage, 9, Token));
    }

    [Fact]
    public async Task A_journal_may_be_replayed_and_what_is_there_stays()
    {
        await Store.AppendUsageAsync([Some.Usage(1), Some.Usage(2)], Token);
        await Store.AppendUsageAsync([Some.Usage(2) with { TokensIn = 99 }, Some.Usage(3), Some.Usage(3)], Token);
        var rows = await Store.ListUsageAsync(AllUsage, 9, Token);
        Assert.Equal([1, 2, 3], rows.Select(row => BitConverter.ToInt32(row.Id.ToByteArray())));
        Assert.All(rows, row => Assert.Equal(10, row.TokensIn));
        await Store.AppendUsageAsync([], Token);
    }

    [Fact]
    public async Task Many_rows_at_once_all_arrive()
    {
        await Store.AppendUsageAsync([.. Enumerable.Range(1, 2345).Select(number => Some.Usage(number))], Token);
        Assert.Equal(2345, Assert.Single(await Store.SumUsageAsync(AllUsage, Token)).Calls);
    }

    [Fact]
    public async Task Usage_is_listed_for_a_period_oldest_first()
    {
        await Store.AppendUsageAsync(
            [Some.Usage(1, Some.Time.AddHours(3)), Some.Usage(2, Some.Time.AddHours(1)), Some.Usage(3, Some.Time.AddHours(2)), Some.Usage(4, Some.Time)], Token);
        var query = AllUsage with { From = Some.Time.AddHours(1), To = Some.Time.AddHours(3) };
        Assert.Equal([Some.Time.AddHours(1), Some.Time.AddHours(2)], (await Store.ListUsageAsync(query, 9, Token)).Select(row => row.Time));
        Assert.Single(await Store.ListUsageAsync(query, 1, Token));
    }

    [Theory]
    [InlineData(null, null, 4)]
    [InlineData("/accounts/a", null, 3)]
    [InlineData(null, "/projects/p", 2)]
    [InlineData("/accounts/a", "/projects/p", 1)]
    [InlineData(null, "", 1)]
    [InlineData("/accounts/none", null, 0)]
    public async Task Usage_is_of_an_account_and_of_a_project_where_they_are_given(string? account, string? project, int calls)
    {
        await Store.AppendUsageAsync(
            [
                Some.Usage(1),
                Some.Usage(2) with { Project = "/projects/q" },
                Some.Usage(3) with { Account = "/accounts/b" },
                Some.Usage(4) with { Project = "" },
            ],
            Token);
        var query = AllUsage with { Account = account, Project = project };
        Assert.Equal(calls, (await Store.ListUsageAsync(query, 9, Token)).Count);
        Assert.Equal(calls, Assert.Single(await Store.SumUsageAsync(query, Token)).Calls);
    }

    [Theory]
    [InlineData("/subscriptions/a/", 3)]
    [InlineData("/subscriptions/a/x/", 1)]
    [InlineData("/subscriptions/none/", 0)]
    [InlineData("", 4)]
    public async Task Usage_is_of_the_accounts_and_projects_under_a_prefix(string prefix, int calls)
    {
        await Store.AppendUsageAsync(
            [
                Some.Usage(1) with { Account = "/subscriptions/a/1", Project = "" },
                Some.Usage(2) with { Account = "/subscriptions/a/2", Project = "/subscriptions/a/x/p" },
                Some.Usage(3) with { Account = "", Project = "/subscriptions/a/p" },
                Some.Usage(4) with { Account = "/subscriptions/ab/1", Project = "/subscriptions/ab/p" },
            ],
            Token);
        var query = AllUsage with { Prefix = prefix };
        Assert.Equal(calls, (await Store.ListUsageAsync(query, 9, Token)).Count);
        Assert.Equal(calls, Assert.Single(await Store.SumUsageAsync(query, Token)).Calls);
    }

    [Fact]
    public async Task A_list_of_usage_goes_on_behind_a_row_whatever_else_it_asks_for()
    {
        var rows = Enumerable.Range(1, 5).Select(number => Some.Usage(number, Some.Time.AddMicroseconds(number / 2))).ToArray();
        await Store.AppendUsageAsync(rows, Token);
        foreach (var query in (UsageQuery[])[AllUsage, AllUsage with { Account = "/accounts/a", Project = "/projects/p", Prefix = "/" }])
        {
            for (var shown = 0; shown <= rows.Length; shown++)
            {
                var after = shown == 0 ? null : new UsageMark(rows[shown - 1].Time, rows[shown - 1].Id);
                Assert.Equal(rows.Skip(shown).Take(2), await Store.ListUsageAsync(query with { After = after }, 2, Token));
            }
        }
    }

    [Fact]
    public async Task No_usage_sums_to_one_total_of_zero() =>
        Assert.Equal([new("", 0, 0, 0, 0)], await Store.SumUsageAsync(AllUsage, Token));

    [Theory]
    [InlineData(UsageDimension.None, null, " 3/1")]
    [InlineData(UsageDimension.Project, null, "/projects/p 2/0,/projects/q 1/1")]
    [InlineData(UsageDimension.Caller, null, "key1 1/0,key2 2/1")]
    [InlineData(UsageDimension.Deployment, null, " 1/1,chat 2/0")]
    [InlineData(UsageDimension.Model, null, "large 1/0,model 2/1")]
    [InlineData(UsageDimension.Day, null, "2026-11-23 1/0,2026-11-24 2/1")]
    [InlineData(UsageDimension.Tag, "team", " 1/1,blue 1/0,red 1/0")]
    [InlineData(UsageDimension.Tag, "a \"b\".$[0]", " 2/1,x 1/0")]
    [InlineData(UsageDimension.Tag, "none", " 3/1")]
    public async Task Usage_is_summed_by_every_dimension(UsageDimension by, string? tag, string expected)
    {
        var midnight = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        await Store.AppendUsageAsync(
            [
                Some.Usage(1, midnight.AddMicroseconds(-1)) with { Tags = """{"team":"red","a \"b\".$[0]":"x"}""" },
                Some.Usage(2, midnight.ToOffset(TimeSpan.FromHours(-5))) with { Caller = "key2", Model = "large", Tags = """{ "team": "blue" }""" },
                Some.Usage(3, midnight.AddHours(23)) with { Caller = "key2", Project = "/projects/q", Deployment = "", Status = 429 },
            ],
            Token);
        var totals = await Store.SumUsageAsync(AllUsage with { By = by, Tag = tag }, Token);
        Assert.Equal(expected, string.Join(',', totals.Select(total => $"{total.Value} {total.Calls}/{total.Failed}")));
        Assert.Equal((30, 60), (totals.Sum(total => total.TokensIn), totals.Sum(total => total.TokensOut)));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("""{"team":1}""")]
    [InlineData("""{"team":"a\u0000"}""")]
    public async Task Tags_that_no_sum_could_read_are_refused_with_all_rows(string tags)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.AppendUsageAsync([Some.Usage(1), Some.Usage(2) with { Tags = tags }], Token));
        Assert.Empty(await Store.ListUsageAsync(AllUsage, 9, Token));
    }

    [Fact]
    public async Task A_sum_by_tag_needs_the_name_of_the_tag() =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.SumUsageAsync(AllUsage with { By = UsageDimension.Tag }, Token));
}
