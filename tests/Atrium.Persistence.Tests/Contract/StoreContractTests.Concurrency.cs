namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    [Fact]
    public async Task Of_many_writers_with_the_same_version_exactly_one_wins()
    {
        await using var other = await Database.OpenAsync(Token);
        var version = await PutAsync(Some.Resource("/a"));
        for (var round = 0; round < 5; round++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(writer => Task.Run(
                async () => await (writer % 2 == 0 ? Store : other).CommitAsync(
                    Some.Commit(Some.Write(Some.Resource("/a", $"{round}-{writer}"), Expect.SameVersion, version)), Token),
                Token)));
            var winner = Assert.Single(outcomes, outcome => outcome.Committed);
            Assert.All(outcomes.Where(outcome => !outcome.Committed), outcome => Assert.Equal("/a", outcome.ConflictingKey));
            var kept = await Store.FindAsync("/a", Token);
            Assert.Equal($"{round}-{Array.IndexOf(outcomes, winner)}", kept!.Body);
            Assert.Equal(winner.Versions[0], kept.Version);
            version = kept.Version;
        }
    }

    [Fact]
    public async Task Of_many_creators_of_one_name_exactly_one_wins()
    {
        await using var other = await Database.OpenAsync(Token);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(writer => Task.Run(
            async () => await (writer % 2 == 0 ? Store : other).CommitAsync(
                Some.Commit(Some.Write(Some.Resource("/a"), Expect.Nothing), Some.Write(Some.Resource($"/own/{writer}"))), Token),
            Token)));
        Assert.Single(outcomes, outcome => outcome.Committed);
        Assert.Single(await KeysAsync(new() { Type = Some.Type, KeyPrefix = "/own/", Take = 99 }));
    }

    [Fact]
    public async Task No_increment_is_lost_when_many_count_up_one_resource()
    {
        const int Writers = 6;
        const int Each = 10;
        await PutAsync(Some.Resource("/counter", "0"));
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(
            async () =>
            {
                for (var done = 0; done < Each;)
                {
                    var read = (await Store.FindAsync("/counter", Token))!;
                    var next = Some.Resource("/counter", $"{int.Parse(read.Body) + 1}");
                    done += (await Store.CommitAsync(Some.Commit(Some.Write(next, Expect.SameVersion, read.Version)), Token)).Committed ? 1 : 0;
                }
            },
            Token)));
        Assert.Equal($"{Writers * Each}", (await Store.FindAsync("/counter", Token))!.Body);
    }

    [Fact]
    public async Task A_commit_that_fails_takes_no_other_with_it()
    {
        var commits = Enumerable.Range(0, 40).Select(number => Task.Run(
            async () =>
            {
                try
                {
                    // A text column cannot be null: the database refuses this one by itself.
                    var resource = Some.Resource($"/{number}");
                    var outcome = await Store.CommitAsync(Some.Commit(Some.Write(number % 4 == 0 ? resource with { Id = null! } : resource)), Token);
                    return outcome.Committed;
                }
                catch (System.Data.Common.DbException)
                {
                    return false;
                }
            },
            Token));
        var committed = await Task.WhenAll(commits);
        Assert.Equal(30, committed.Count(done => done));
        Assert.Equal(30, await Store.CountAsync(new() { Type = Some.Type, Take = 1 }, Token));
    }

    [Fact]
    public async Task Readers_see_a_commit_whole_or_not_at_all()
    {
        await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a", "0")), Some.Write(Some.Resource("/b", "0"))), Token);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(
            async () =>
            {
                var reads = 0;
                while (!done.IsCancellationRequested)
                {
                    var both = await Store.ListAsync(new() { Type = Some.Type, Take = 2 }, Token);
                    Assert.Equal(both[0].Body, both[1].Body);
                    reads++;
                }

                return reads;
            },
            Token);
        for (var round = 1; round <= 100; round++)
        {
            await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a", $"{round}")), Some.Write(Some.Resource("/b", $"{round}"))), Token);
        }

        await done.CancelAsync();
        Assert.True(await reading > 0);
    }
}
