using CsCheck;

namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    [Fact]
    public async Task A_log_that_nobody_touched_is_found_whole()
    {
        Assert.Equal((0, null), Told(await Store.VerifyActivityAsync(Token)));
        await WriteActivityAsync(25);
        var verdict = await Store.VerifyActivityAsync(Token);
        Assert.Equal((25, null, 25), (verdict.Checked, verdict.FirstBad, verdict.Head.Sequence));
        Assert.Equal(Enumerable.Range(1, 25).Select(n => (long)n), (await Store.ListActivityAfterAsync(0, 100, Token)).Select(row => row.Sequence));
        await ReopenAsync();
        Assert.Equal((25, null), Told(await Store.VerifyActivityAsync(Token)));
    }

    [Theory]
    [InlineData("UPDATE activity SET caller = 'somebody else' WHERE sequence = 7", 7)]
    [InlineData("UPDATE activity SET properties = NULL WHERE sequence = 3", 3)]
    [InlineData("UPDATE activity SET time = time + 1 WHERE sequence = 12", 12)]
    [InlineData("UPDATE activity SET hash = NULL WHERE sequence = 5", 5)]
    [InlineData("DELETE FROM activity WHERE sequence = 9", 9)]
    [InlineData("DELETE FROM activity WHERE sequence BETWEEN 4 AND 6", 4)]
    [InlineData("DELETE FROM activity WHERE sequence > 20", 21)]
    [InlineData("DELETE FROM activity", 1)]
    [InlineData("UPDATE activity SET sequence = 99 WHERE sequence = 2; UPDATE activity SET sequence = 2 WHERE sequence = 8; UPDATE activity SET sequence = 8 WHERE sequence = 99", 2)]
    [InlineData("DELETE FROM activity WHERE sequence = 10; UPDATE activity SET sequence = sequence - 1 WHERE sequence > 10; UPDATE activity_head SET sequence = 24", 10)]
    public async Task Any_change_loss_or_reorder_is_found_at_the_first_row_that_is_wrong(string tampering, long firstBad)
    {
        await WriteActivityAsync(25);
        await Database.RunAsync(tampering, Token);
        Assert.Equal(firstBad, (await Store.VerifyActivityAsync(Token)).FirstBad);
    }

    [Fact]
    public async Task Whoever_lacks_the_key_cannot_make_a_chain_that_fits()
    {
        Store.UseActivityKey("the key of this installation"u8);
        await WriteActivityAsync(3);
        Store.UseActivityKey("another"u8);
        Assert.Equal(1, (await Store.VerifyActivityAsync(Token)).FirstBad);
        Store.UseActivityKey("the key of this installation"u8);
        Assert.Null((await Store.VerifyActivityAsync(Token)).FirstBad);
    }

    [Fact]
    public async Task Writers_at_once_make_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => WriteActivityAsync(20), Token)));
        Assert.Equal((160, null), Told(await Store.VerifyActivityAsync(Token)));
    }

    [Fact]
    public async Task Rows_of_a_commit_that_conflicts_are_not_in_the_chain()
    {
        await WriteActivityAsync(2);
        var key = Some.Resource("/a");
        var conflict = new Commit { Resources = [new() { Key = key.Key, Type = key.Type, Resource = key, Expect = Expect.SameVersion, ExpectedVersion = 99 }], Activity = [Some.Activity("/a")] };
        Assert.False((await Store.CommitAsync(conflict, Token)).Committed);
        await WriteActivityAsync(1);
        Assert.Equal((3, null), Told(await Store.VerifyActivityAsync(Token)));
    }

    [Fact]
    public void Two_rows_that_differ_in_anything_have_two_hashes()
    {
        var chain = new ActivityChain("key"u8);
        var text = Gen.String[Gen.Char["ab\n"], 0, 3];
        var rows = Gen.Select(Gen.Int[1, 3], text, text, text, text).Select((n, a, b, c, d) => new ActivityRow
        {
            Sequence = n, Time = Some.Time, Operation = a, ResourceId = b, Caller = c, CorrelationId = "", Status = "", Properties = d.Length == 0 ? null : d,
        });
        Gen.Select(rows, rows).Sample((one, other) => one == other == chain.Next(ActivityChain.Beginning, one).SequenceEqual(chain.Next(ActivityChain.Beginning, other)));
    }

    private async Task WriteActivityAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Store.CommitAsync(new() { Activity = [Some.Activity($"/hubs/{i}") with { Properties = """{"a":1}""" }] }, Token);
        }
    }

    private static (long Checked, long? FirstBad) Told(ActivityVerdict verdict) => (verdict.Checked, verdict.FirstBad);
}
