using System.Text;
using Atrium.Persistence.Rows;
using CsCheck;

namespace Atrium.Persistence.Tests.Rows;

/// <summary>What every row store must do. Each database inherits all of it.</summary>
public abstract class RowStoreContractTests : IAsyncLifetime
{
    private TestDatabase database = null!;
    private int samples;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected IRowStore Rows { get; private set; } = null!;

    protected abstract ValueTask<TestDatabase> CreateDatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        database = await CreateDatabaseAsync();
        Rows = await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Rows.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_row_is_found_as_it_was_written_also_by_a_store_opened_later()
    {
        await PutAsync("a", "one");
        await PutAsync("a", "two");
        await using var other = await OpenAsync();
        Assert.Equal("two", Text(await other.FindAsync(Key("a"), Token)));
        Assert.Null(await other.FindAsync(Key("b"), Token));
    }

    [Fact]
    public async Task Work_that_throws_leaves_nothing_and_its_neighbours_stay()
    {
        var refused = Rows.WriteAsync<int>(
            async (rows, token) =>
            {
                await rows.PutAsync(Key("torn"), [1], token);
                throw new InvalidOperationException("no");
            },
            Token).AsTask();
        var neighbour = PutAsync("neighbour", "here");
        await Assert.ThrowsAsync<InvalidOperationException>(() => refused);
        await neighbour;
        Assert.Null(await Rows.FindAsync(Key("torn"), Token));
        Assert.NotNull(await Rows.FindAsync(Key("neighbour"), Token));
    }

    [Fact]
    public async Task Work_sees_what_it_wrote_itself()
    {
        var seen = await Rows.WriteAsync(
            async (rows, token) =>
            {
                await rows.AddAsync(Key("x1"), [1], token);
                await rows.AddAsync(Key("x2"), [2], token);
                await rows.RemoveAsync(Key("x1"), token);
                return (await rows.ListAsync(RowRange.Of(Key("x")), 10, token)).Select(row => row.Value[0]).ToArray();
            },
            Token);
        Assert.Equal([2], seen);
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_refused_and_the_longest_one_is_kept()
    {
        var longest = new byte[RowLimits.KeyBytes];
        Array.Fill(longest, (byte)7);
        await Rows.WriteAsync(async (rows, token) => { await rows.PutAsync(longest, [1], token); return 0; }, Token);
        Assert.Equal([1], await Rows.FindAsync(longest, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Rows.WriteAsync(async (rows, token) => { await rows.PutAsync([.. longest, 1], [1], token); return 0; }, Token).AsTask());
    }

    [Fact]
    public async Task Counters_of_many_writers_on_two_nodes_lose_no_step()
    {
        const int Writers = 4;
        const int Steps = 25;
        await using var other = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Steps; i++)
            {
                await (writer % 2 == 0 ? Rows : other).WriteAsync(
                    async (rows, token) =>
                    {
                        var had = await rows.FindAsync(Key("counter"), token);
                        byte[] next = [(byte)((had?[0] ?? 0) + 1)];
                        await (had is null ? rows.AddAsync(Key("counter"), next, token) : rows.PutAsync(Key("counter"), next, token));
                        return 0;
                    },
                    Token);
            }
        })));
        Assert.Equal([Writers * Steps], await Rows.FindAsync(Key("counter"), Token));
    }

    [Fact]
    public async Task Any_sequence_of_writes_and_ranges_is_that_of_a_sorted_list()
    {
        var key = Gen.OneOf<byte>(0, 1, 127, 254, 255).Array[1, 4];
        await Gen.Select(key, Gen.Int[0, 3]).List[1, 30].Select(key, key, Gen.Int[1, 9]).SampleAsync(
            async (moves, one, other, take) =>
            {
                byte[] branch = [9, .. BitConverter.GetBytes(Interlocked.Increment(ref samples))];
                var model = new SortedDictionary<byte[], byte[]>(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
                var (from, before) = one.AsSpan().SequenceCompareTo(other) < 0 ? (one, other) : (other, one);
                var removed = await Rows.WriteAsync(
                    async (rows, token) =>
                    {
                        model.Clear();
                        foreach (var (name, value) in moves)
                        {
                            byte[] whole = [.. branch, .. name];
                            Assert.Equal(model.GetValueOrDefault(whole), await rows.FindAsync(whole, token));
                            if (value == 0)
                            {
                                Assert.Equal(model.Remove(whole), await rows.RemoveAsync(whole, token));
                            }
                            else
                            {
                                model[whole] = [(byte)value];
                                await rows.PutAsync(whole, model[whole], token);
                            }
                        }

                        return await rows.RemoveAsync(new RowRange([.. branch, .. from], [.. branch, .. before]), token);
                    },
                    Token);
                var gone = model.Keys.Where(k => k.AsSpan().SequenceCompareTo([.. branch, .. from]) >= 0 && k.AsSpan().SequenceCompareTo([.. branch, .. before]) < 0).ToList();
                Assert.Equal(gone.Count, removed);
                gone.ForEach(k => model.Remove(k));
                var paged = new List<StoredRow>();
                for (var range = RowRange.Of(branch); ;)
                {
                    var page = await Rows.ListAsync(range, take, Token);
                    paged.AddRange(page);
                    if (page.Count < take)
                    {
                        break;
                    }

                    range = range.After(page[^1].Key);
                }

                Assert.Equal(model.Select(m => (Convert.ToHexString(m.Key), m.Value[0])), paged.Select(r => (Convert.ToHexString(r.Key), r.Value[0])));
            },
            iter: 60,
            threads: 4);
    }

    private async Task<IRowStore> OpenAsync()
    {
        var rows = RowStore.Open(database.Options, TimeProvider.System);
        await rows.MigrateAsync(Token);
        return rows;
    }

    private async Task PutAsync(string key, string value) =>
        await Rows.WriteAsync(async (rows, token) => { await rows.PutAsync(Key(key), Encoding.UTF8.GetBytes(value), token); return 0; }, Token);

    private static byte[] Key(string text) => Encoding.UTF8.GetBytes(text);

    private static string? Text(byte[]? value) => value is null ? null : Encoding.UTF8.GetString(value);
}
