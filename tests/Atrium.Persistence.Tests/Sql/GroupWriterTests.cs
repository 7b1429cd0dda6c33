using Atrium.Persistence.Sql;
using Atrium.Persistence.Tests.Sqlite;

namespace Atrium.Persistence.Tests.Sql;

/// <summary>The writer, held up by a job that waits until the test lets it go.</summary>
public sealed class GroupWriterTests : IAsyncLifetime
{
    private readonly SqliteTestDatabase database = new();
    private readonly TaskCompletionSource gate = new();
    private GroupWriter writer = null!;
    private Task<int> holding = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        writer = new(database.OpenDatabase(), TimeProvider.System);
        var started = new TaskCompletionSource();
        holding = RunAsync(
            async (_, _) =>
            {
                started.SetResult();
                await gate.Task;
                return 0;
            },
            Token);
        await started.Task;
    }

    public async ValueTask DisposeAsync()
    {
        gate.TrySetResult();
        await writer.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Cancelling_a_write_that_waits_takes_it_out_of_the_queue()
    {
        using var cancel = new CancellationTokenSource();
        var ran = false;
        var waiting = RunAsync(
            (_, _) =>
            {
                ran = true;
                return ValueTask.FromResult(1);
            },
            cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.SetResult();
        Assert.Equal(0, await holding);
        Assert.Equal(2, await RunAsync((_, _) => ValueTask.FromResult(2), Token));
        Assert.False(ran);
    }

    [Fact]
    public async Task Cancelling_a_write_that_has_begun_still_tells_how_it_ended()
    {
        using var cancel = new CancellationTokenSource();
        var began = new TaskCompletionSource();
        var slow = RunAsync(
            async (_, _) =>
            {
                began.SetResult();
                await cancel.CancelAsync();
                return 5;
            },
            cancel.Token);
        gate.SetResult();
        await began.Task;
        Assert.Equal(5, await slow);
    }

    [Fact]
    public async Task Closing_finishes_what_waits()
    {
        var waiting = RunAsync((_, _) => ValueTask.FromResult(3), Token);
        var closing = writer.DisposeAsync();
        gate.SetResult();
        await closing;
        Assert.Equal(3, await waiting);
    }

    [Fact]
    public async Task Writes_that_wait_together_are_one_transaction()
    {
        // They wait behind the one that holds the writer up, so the next transaction takes all of them: nobody else sees what one of them wrote while another still runs.
        var seen = new List<long>();
        var waiting = Enumerable.Range(0, GroupWriter.GroupBound).Select(number => RunAsync(
            async (session, token) =>
            {
                if (number == 0)
                {
                    await session.RunScriptAsync("CREATE TABLE seen (number integer)", token);
                }

                seen.Add((await database.SchemaAsync(token)).Count);
                return number;
            },
            Token)).ToArray();
        gate.SetResult();
        await holding;
        await Task.WhenAll(waiting);
        Assert.Equal(Enumerable.Repeat(0L, GroupWriter.GroupBound), seen);
        Assert.Equal(["seen"], await database.SchemaAsync(Token));
    }

    private Task<int> RunAsync(Func<Session, CancellationToken, ValueTask<int>> work, CancellationToken cancellationToken) =>
        writer.RunAsync(async (session, token) => new Written<int>(await work(session, token), Keep: true), cancellationToken).AsTask();
}
