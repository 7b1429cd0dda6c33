namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    [Fact]
    public async Task An_empty_database_has_no_change()
    {
        Assert.Equal(0, await Store.LastChangeAsync(Token));
        Assert.Empty(await Store.ListChangesAsync(0, 9, Token));
    }

    [Fact]
    public async Task Every_write_and_removal_is_a_change_whose_number_is_the_version()
    {
        var first = await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a")), Some.Write(Some.Resource("/b"))), Token);
        await Store.CommitAsync(Some.Commit(Some.Removal("/a")), Token);
        var changes = await Store.ListChangesAsync(0, 9, Token);

        Assert.Equal(new(first.Versions[0], "/a", Some.Type, false), changes[0]);
        Assert.Equal(new(first.Versions[1], "/b", Some.Type, false), changes[1]);
        Assert.Equal(("/a", Some.Type, true), (changes[2].Key, changes[2].Type, changes[2].Removed));
        Assert.Equal(changes[2].Sequence, await Store.LastChangeAsync(Token));
        Assert.True(changes[0].Sequence < changes[1].Sequence && changes[1].Sequence < changes[2].Sequence);
    }

    [Fact]
    public async Task Changes_are_listed_after_a_number_oldest_first_and_as_many_as_taken()
    {
        var versions = new List<long>();
        foreach (var key in new[] { "/d", "/c", "/b", "/a" })
        {
            versions.Add(await PutAsync(Some.Resource(key)));
        }

        var changes = await Store.ListChangesAsync(versions[0], 2, Token);
        Assert.Equal(["/c", "/b"], changes.Select(change => change.Key));
        Assert.Empty(await Store.ListChangesAsync(versions[3], 9, Token));
    }

    [Fact]
    public async Task No_number_is_used_twice_after_a_conflict_or_a_removal()
    {
        var seen = new HashSet<long> { await PutAsync(Some.Resource("/a")) };
        await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/b")), Some.Write(Some.Resource("/a"), Expect.Nothing)), Token);
        Assert.True(seen.Add(await PutAsync(Some.Resource("/c"))));
        await Store.CommitAsync(Some.Commit(Some.Removal("/c")), Token);
        Assert.True(seen.Add(await Store.LastChangeAsync(Token)));
        await ReopenAsync();
        Assert.True(seen.Add(await PutAsync(Some.Resource("/c"))));
    }

    [Fact]
    public async Task Who_follows_the_changes_while_two_nodes_write_skips_none()
    {
        const int Writers = 8;
        const int Each = 25;
        await using var other = await Database.OpenAsync(Token);
        var followed = FollowAsync(Writers * Each);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                var node = writer % 2 == 0 ? Store : other;
                for (var number = 0; number < Each; number++)
                {
                    await node.CommitAsync(Some.Commit(Some.Write(Some.Resource($"/{writer}/{number}"), Expect.Nothing)), Token);
                }
            },
            Token)));

        var keys = await followed;
        Assert.Equal(Writers * Each, keys.Distinct().Count());

        async Task<List<string>> FollowAsync(int expected)
        {
            var seen = new List<string>();
            var last = 0L;
            while (seen.Count < expected)
            {
                foreach (var change in await Store.ListChangesAsync(last, 7, Token))
                {
                    Assert.True(change.Sequence > last);
                    last = change.Sequence;
                    seen.Add(change.Key);
                }

                // One that was skipped would never come; the last number tells that nothing is left to come.
                if (last >= expected && last == await Store.LastChangeAsync(Token) && (await Store.ListChangesAsync(0, expected, Token)).Count == expected)
                {
                    break;
                }

                await Task.Yield();
            }

            return seen;
        }
    }
}
