using Atrium.Inference.Shelf;
using Microsoft.Extensions.Time.Testing;

namespace Atrium.Inference.Tests.Shelf;

public sealed class ModelShelfTests
{
    private readonly FakeTimeProvider time = new(new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_opened_once_for_all_who_ask_and_stays_open()
    {
        await using var shelf = new ModelShelf(new(), time);
        var (book, model) = Add(shelf, "a", 1);

        var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => model.RentAsync(Cancel).AsTask()));
        Assert.Single(leases.Select(lease => lease.Model).Distinct());
        Assert.Equal((8, ModelState.Open), (shelf.Models[0].Users, shelf.Models[0].State));
        Array.ForEach(leases, lease => lease.Dispose());
        leases[0].Dispose();

        using var again = await model.RentAsync(Cancel);
        Assert.Equal((1, 0, 1), (book.Opened, book.Closed, shelf.Models[0].Users));
    }

    [Fact]
    public async Task An_idle_model_is_closed_after_its_time_and_opened_again_by_the_next_call()
    {
        await using var shelf = new ModelShelf(new() { IdleTime = TimeSpan.FromMinutes(10) }, time);
        var (book, model) = Add(shelf, "a", 1);
        (await model.RentAsync(Cancel)).Dispose();

        time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(ModelState.Open, shelf.Models[0].State);
        time.Advance(TimeSpan.FromMinutes(2));
        await UntilAsync(() => shelf.Models[0].State is ModelState.Closed);
        Assert.Equal(1, book.Closed);

        using var lease = await model.RentAsync(Cancel);
        Assert.Equal(2, book.Opened);
        time.Advance(TimeSpan.FromHours(5));
        Assert.Equal((ModelState.Open, 1), (shelf.Models[0].State, book.Closed));
    }

    [Fact]
    public async Task The_one_used_longest_ago_goes_when_another_needs_room_and_one_in_use_never()
    {
        await using var shelf = new ModelShelf(new() { MemoryBytes = 30 }, time);
        var ((a, first), (b, second), (c, third), (_, fourth)) = (Add(shelf, "a", 10), Add(shelf, "b", 10), Add(shelf, "c", 10), Add(shelf, "d", 10));
        using var used = await first.RentAsync(Cancel);
        foreach (var model in new[] { third, second })
        {
            time.Advance(TimeSpan.FromSeconds(1));
            (await model.RentAsync(Cancel)).Dispose();
        }

        using var newcomer = await fourth.RentAsync(Cancel);

        Assert.Equal((0, 0, 1), (a.Closed, b.Closed, c.Closed));
    }

    [Fact]
    public async Task Nothing_is_closed_for_a_model_that_would_not_fit_even_then_and_it_waits_its_turn()
    {
        await using var shelf = new ModelShelf(new() { MemoryBytes = 30 }, time);
        var ((_, first), (b, second), (_, large)) = (Add(shelf, "a", 20), Add(shelf, "b", 10), Add(shelf, "large", 30));
        var used = await first.RentAsync(Cancel);
        (await second.RentAsync(Cancel)).Dispose();

        var waiting = large.RentAsync(Cancel).AsTask();
        await UntilAsync(() => shelf.Models.Single(m => m.Name == "large").State is ModelState.Opening);
        Assert.Equal((false, 0), (waiting.IsCompleted, b.Closed));

        used.Dispose();
        using var lease = await waiting;
        Assert.Equal(1, b.Closed);
    }

    [Fact]
    public async Task Who_finds_no_room_for_long_is_told_when_to_come_back()
    {
        await using var shelf = new ModelShelf(new() { MemoryBytes = 10, MaxWait = TimeSpan.FromSeconds(20) }, time);
        var ((_, first), (_, second)) = (Add(shelf, "a", 10), Add(shelf, "b", 5));
        using var used = await first.RentAsync(Cancel);
        var waiting = second.RentAsync(Cancel).AsTask();
        var refused = Assert.ThrowsAsync<ModelMemoryException>(() => waiting);
        while (!refused.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(21));
            await Task.Delay(5, Cancel);
        }

        Assert.NotNull((await refused).RetryAfter);
        Assert.Contains("'b' needs 1 MB", (await refused).Message, StringComparison.Ordinal);
        Assert.Equal(0, shelf.Models.Single(m => m.Name == "b").Users);
    }

    [Fact]
    public async Task Only_so_many_wait()
    {
        await using var shelf = new ModelShelf(new() { MemoryBytes = 10, MaxWaiting = 1 }, time);
        var ((_, first), (_, second), (_, third)) = (Add(shelf, "a", 10), Add(shelf, "b", 5), Add(shelf, "c", 5));
        var used = await first.RentAsync(Cancel);
        var waiting = second.RentAsync(Cancel).AsTask();
        await UntilAsync(() => shelf.Waiting == 1);

        await Assert.ThrowsAsync<ModelMemoryException>(() => third.RentAsync(Cancel).AsTask());
        used.Dispose();
        (await waiting).Dispose();
        (await third.RentAsync(Cancel)).Dispose();
    }

    [Fact]
    public async Task A_model_larger_than_the_whole_budget_is_refused_at_once()
    {
        await using var shelf = new ModelShelf(new() { MemoryBytes = 10 }, time);
        var (book, model) = Add(shelf, "a", 11);

        var refused = await Assert.ThrowsAsync<ModelMemoryException>(() => model.RentAsync(Cancel).AsTask());

        Assert.Null(refused.RetryAfter);
        Assert.Equal(0, book.Opened);
    }

    [Fact]
    public async Task Who_goes_away_while_he_waits_takes_no_room()
    {
        await using var shelf = new ModelShelf(new() { MemoryBytes = 10 }, time);
        var ((_, first), (b, second)) = (Add(shelf, "a", 10), Add(shelf, "b", 10));
        var used = await first.RentAsync(Cancel);
        using var leaving = new CancellationTokenSource();
        var waiting = second.RentAsync(leaving.Token).AsTask();
        await UntilAsync(() => shelf.Waiting == 1);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        used.Dispose();
        await UntilAsync(() => shelf.Waiting == 0);

        Assert.Equal((0, ModelState.Open), (b.Opened, shelf.Models.Single(m => m.Name == "a").State));
        (await second.RentAsync(Cancel)).Dispose();
    }

    [Fact]
    public async Task A_failed_opening_gives_its_room_back_and_is_tried_again()
    {
        await using var shelf = new ModelShelf(new() { MemoryBytes = 10 }, time);
        var tries = 0;
        var model = shelf.Add<object>("a", 10, _ => ++tries == 1 ? throw new IOException("no disk") : Task.FromResult(new object()));

        await Assert.ThrowsAsync<IOException>(() => model.RentAsync(Cancel).AsTask());
        Assert.Equal((ModelState.Closed, 0), (shelf.Models[0].State, shelf.Models[0].Users));
        (await model.RentAsync(Cancel)).Dispose();
    }

    [Fact]
    public async Task A_removed_model_is_closed_when_its_last_user_has_gone()
    {
        await using var shelf = new ModelShelf(new() { MemoryBytes = 10 }, time);
        var (book, model) = Add(shelf, "a", 10);
        var used = await model.RentAsync(Cancel);

        shelf.Remove(model);
        Assert.Equal((0, 0), (shelf.Models.Count, book.Closed));
        used.Dispose();

        await UntilAsync(() => book.Closed == 1);
        var (_, next) = Add(shelf, "b", 10);
        (await next.RentAsync(Cancel)).Dispose();
    }

    [Fact]
    public async Task A_model_that_cannot_be_closed_well_gives_its_room_all_the_same()
    {
        await using var shelf = new ModelShelf(new() { MemoryBytes = 10 }, time);
        var broken = shelf.Add("a", 10, _ => Task.FromResult(new Unclosable()));
        (await broken.RentAsync(Cancel)).Dispose();

        var (_, next) = Add(shelf, "b", 10);
        (await next.RentAsync(Cancel)).Dispose();
    }

    [Fact]
    public async Task With_the_shelf_everything_is_closed_and_nobody_waits()
    {
        var shelf = new ModelShelf(new() { MemoryBytes = 10 }, time);
        var ((book, first), (_, second)) = (Add(shelf, "a", 10), Add(shelf, "b", 10));
        using var used = await first.RentAsync(Cancel);
        var waiting = second.RentAsync(Cancel).AsTask();
        await UntilAsync(() => shelf.Waiting == 1);

        await shelf.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => first.RentAsync(Cancel).AsTask());
        Assert.Equal(1, book.Closed);
    }

    /// <summary>Whatever happens at the same time: what is open never takes more than the budget, and nobody holds a closed model.</summary>
    [Fact]
    public async Task Many_users_of_many_models_never_pass_the_budget()
    {
        const int Budget = 40;
        await using var shelf = new ModelShelf(new() { MemoryBytes = Budget, MaxWaiting = 64, MaxWait = TimeSpan.FromDays(1), IdleTime = TimeSpan.FromMinutes(4) }, time);
        var (taken, most) = (0, 0);
        var models = Enumerable.Range(1, 10).Select(size => shelf.Add(
            $"{size}",
            size,
            async _ =>
            {
                await Task.Yield();
                InterlockedMax(ref most, Interlocked.Add(ref taken, size));
                return new Counted(() => Interlocked.Add(ref taken, -size));
            })).ToArray();

        await Parallel.ForAsync(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel }, async (user, token) =>
        {
            for (var i = 0; i < 300; i++)
            {
                var dice = (uint)((user * 7919) + (i * 104_729)) * 2_654_435_761 >> 8;
                using var lease = await models[dice % models.Length].RentAsync(token);
                Assert.False(lease.Model.IsClosed);
                if (dice % 3 == 0)
                {
                    await Task.Yield();
                }

                if (dice % 20 == 0)
                {
                    time.Advance(TimeSpan.FromMinutes(1));
                }

                Assert.False(lease.Model.IsClosed);
            }
        });

        Assert.InRange(most, 11, Budget);
        Assert.All(shelf.Models, model => Assert.Equal(0, model.Users));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; seen < value && Interlocked.CompareExchange(ref most, value, seen) != seen; seen = most)
        {
        }
    }

    private static (Book Book, ShelvedModel<Counted> Model) Add(ModelShelf shelf, string name, long bytes)
    {
        var book = new Book();
        return (book, shelf.Add(name, bytes, _ =>
        {
            Interlocked.Increment(ref book.Opened);
            return Task.FromResult(new Counted(() => Interlocked.Increment(ref book.Closed)));
        }));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, Cancel);
        }
    }

    private sealed class Book
    {
        public int Opened;
        public int Closed;
    }

    private sealed class Counted(Action closed) : IDisposable
    {
        public bool IsClosed { get; private set; }

        public void Dispose()
        {
            IsClosed = true;
            closed();
        }
    }

    private sealed class Unclosable : IDisposable
    {
        public void Dispose() => throw new InvalidOperationException("It cannot be closed.");
    }
}
