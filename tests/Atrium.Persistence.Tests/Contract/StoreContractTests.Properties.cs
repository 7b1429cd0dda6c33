using CsCheck;

namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    private static readonly Gen<string> GenKey = Gen.OneOf("a", "b", "c/d", "c/e", "c-", "ü");

    private static readonly Gen<Move> GenMove =
        Gen.Select(GenKey, Gen.Enum<Expect>(), Gen.Bool, Gen.Int[0, 4], Gen.Int[0, 2], Gen.Bool)
            .Select((key, expect, stale, body, link, deleted) => new Move(key, expect, stale, body, link, deleted));

    private static readonly Gen<List<Move[]>> GenCommits = GenMove.Array[1, 4].Select(moves => moves.DistinctBy(move => move.Key).ToArray()).List[1, 12];

    /// <summary>Each sample has a type and a branch of keys of its own, so that one database serves all.</summary>
    private int samples;

    [Fact]
    public async Task Any_sequence_of_commits_leaves_what_a_simple_model_says() =>
        await GenCommits.SampleAsync(
            async commits =>
            {
                var model = new ModelStore($"/{Interlocked.Increment(ref samples)}/");
                foreach (var moves in commits)
                {
                    var writes = moves.Select(model.ToWrite).ToArray();
                    var outcome = await Store.CommitAsync(Some.Commit(writes), Token);
                    Assert.Equal(model.FirstConflict(writes), outcome.ConflictingKey);
                    if (outcome.Committed)
                    {
                        model.Apply(writes, outcome.Versions);
                    }
                }

                await AssertSameAsync(model);
            },
            iter: 60,
            threads: 4);

    [Fact]
    public async Task Paging_visits_every_key_exactly_once_whatever_the_size_of_the_pages() =>
        await Gen.Select(Gen.String[Gen.Char["/abéz~0"], 1, 6].HashSet[0, 25], Gen.Int[1, 7], Gen.String[Gen.Char["/ab"], 0, 2]).SampleAsync(
            async (names, take, prefix) =>
            {
                var branch = $"/p{Interlocked.Increment(ref samples)}/";
                await Store.CommitAsync(Some.Commit([.. names.Select(name => Some.Write(Some.Resource(branch + name)))]), Token);
                var seen = new List<string>();
                string? after = null;
                while (await KeysAsync(new() { Type = Some.Type, KeyPrefix = branch + prefix, After = after, Take = take }) is { Length: > 0 } page)
                {
                    Assert.True(page.Length <= take);
                    seen.AddRange(page);
                    after = page[^1];
                }

                var expected = names.Select(name => branch + name).Where(key => key.StartsWith(branch + prefix, StringComparison.Ordinal));
                Assert.Equal(expected.Order(StringComparer.Ordinal), seen);
            },
            iter: 60,
            threads: 4);

    private async Task AssertSameAsync(ModelStore model)
    {
        foreach (var key in model.AllKeys)
        {
            Assert.Equal(model.Find(key), await Store.FindAsync(key, Token));
        }

        foreach (var deleted in new[] { false, true })
        {
            foreach (var link in new[] { null, model.Link(1), model.Link(2) })
            {
                var query = new ResourceQuery { Type = Some.Type, KeyPrefix = model.Branch, Link = link, Deleted = deleted, Take = 99 };
                Assert.Equal(model.List(query), await Store.ListAsync(query, Token));
                Assert.Equal(model.List(query).Count, await Store.CountAsync(query, Token));
            }
        }

        var changes = await Store.ListChangesAsync(0, int.MaxValue, Token);
        Assert.Equal(changes.Select(change => change.Sequence).Order(), changes.Select(change => change.Sequence));
        Assert.Equal(
            model.Changes,
            changes.Where(change => change.Key.StartsWith(model.Branch, StringComparison.Ordinal))
                .Select(change => change.Removed ? change with { Sequence = 0 } : change));
    }
}
