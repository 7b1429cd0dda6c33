namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    [Fact]
    public async Task Activity_is_kept_as_it_was_written_with_a_growing_sequence()
    {
        var row = Some.Activity("/Hubs/A") with { HttpStatus = 201, Properties = """{"a":1}""" };
        await Store.CommitAsync(new() { Activity = [row, row with { Caller = "second" }] }, Token);
        var rows = await Store.ListActivityAsync(new() { Take = 9 }, Token);

        Assert.Equal(["second", "caller"], rows.Select(listed => listed.Caller));
        Assert.True(rows[0].Sequence > rows[1].Sequence && rows[1].Sequence > 0);
        Assert.Equal(row with { Sequence = rows[1].Sequence }, rows[1]);
    }

    [Fact]
    public async Task Activity_is_paged_by_sequence_and_each_row_comes_once()
    {
        await Store.CommitAsync(new() { Activity = [.. Enumerable.Range(0, 10).Select(number => Some.Activity($"/{number}"))] }, Token);
        var seen = new List<string>();
        long? before = null;
        while (await Store.ListActivityAsync(new() { Before = before, Take = 3 }, Token) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, 3);
            seen.AddRange(page.Select(row => row.ResourceId));
            before = page[^1].Sequence;
        }

        Assert.Equal(Enumerable.Range(0, 10).Reverse().Select(number => $"/{number}"), seen);
    }

    [Fact]
    public async Task Activity_is_found_by_the_beginning_of_the_id_without_case_and_by_time()
    {
        await Store.CommitAsync(
            new()
            {
                Activity =
                [
                    Some.Activity("/Hubs/A", Some.Time),
                    Some.Activity("/hubs/a/Connections/1", Some.Time.AddHours(1)),
                    Some.Activity("/hubs/b", Some.Time.AddHours(2)),
                    Some.Activity("/hubs/a", Some.Time.AddHours(3)),
                ],
            },
            Token);

        Assert.Equal(["/hubs/a", "/hubs/a/Connections/1", "/Hubs/A"], await IdsAsync(new() { ResourcePrefix = "/HUBS/a", Take = 9 }));
        Assert.Equal(["/hubs/b", "/hubs/a/Connections/1"], await IdsAsync(new() { From = Some.Time.AddHours(1), To = Some.Time.AddHours(3), Take = 9 }));
        Assert.Equal(
            ["/hubs/a/Connections/1"],
            await IdsAsync(new() { ResourcePrefix = "/hubs/a", From = Some.Time.AddHours(1), To = Some.Time.AddHours(3), Take = 9 }));
        Assert.Equal(["/hubs/a"], await IdsAsync(new() { ResourcePrefix = "/hubs/a", Take = 1 }));
        Assert.Empty(await IdsAsync(new() { ResourcePrefix = "/hubs/c", Take = 9 }));
    }

    [Fact]
    public async Task A_prefix_with_very_many_rows_is_paged_like_any_other()
    {
        await Store.CommitAsync(
            new() { Activity = [.. Enumerable.Range(0, 1500).Select(number => Some.Activity(number % 5 == 0 ? "/other" : $"/hubs/{number}"))] }, Token);
        var rows = await Store.ListActivityAsync(new() { ResourcePrefix = "/HUBS/", Take = 700 }, Token);
        var more = await Store.ListActivityAsync(new() { ResourcePrefix = "/HUBS/", Before = rows[^1].Sequence, Take = 700 }, Token);
        Assert.Equal(
            Enumerable.Range(0, 1500).Reverse().Where(number => number % 5 != 0).Select(number => $"/hubs/{number}"),
            rows.Concat(more).Select(row => row.ResourceId));
    }

    [Fact]
    public async Task Times_are_kept_in_utc_to_the_microsecond()
    {
        var time = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(2)).AddTicks(1234567);
        await Store.CommitAsync(new() { Activity = [Some.Activity("/a", time), Some.Activity("/b", DateTimeOffset.MinValue)] }, Token);
        var rows = await Store.ListActivityAsync(new() { Take = 9 }, Token);
        Assert.Equal(DateTimeOffset.MinValue, rows[0].Time);
        Assert.Equal(new DateTimeOffset(2026, 2, 3, 2, 5, 6, TimeSpan.Zero).AddTicks(1234560), rows[1].Time);
        Assert.Equal(TimeSpan.Zero, rows[1].Time.Offset);
    }

    private async Task<string[]> IdsAsync(ActivityQuery query) => [.. (await Store.ListActivityAsync(query, Token)).Select(row => row.ResourceId)];
}
