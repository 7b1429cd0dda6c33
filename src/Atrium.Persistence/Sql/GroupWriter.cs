using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Atrium.Persistence.Sql;

/// <summary>
/// The only writer of this process. It takes all writes that wait, up to a bound, runs them inside one transaction so that one that fails takes no other with it,
/// commits once and answers the callers then: what is acknowledged is durable, and one flush of the disk serves many callers.
/// </summary>
internal sealed class GroupWriter : IAsyncDisposable
{
    internal const int QueueBound = 1024;
    internal const int GroupBound = 128;
    private const int MaxAttempts = 3;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private static readonly Statement Save = new("SAVEPOINT job");
    private static readonly Statement Release = new("RELEASE SAVEPOINT job");
    private static readonly Statement Undo = new("ROLLBACK TO SAVEPOINT job");

    private readonly Database database;
    private readonly TimeProvider time;
    private readonly Channel<WriteJob> queue = Channel.CreateBounded<WriteJob>(new BoundedChannelOptions(QueueBound) { SingleReader = true });
    private readonly Task loop;
    private Session? session;

    public GroupWriter(Database database, TimeProvider time)
    {
        this.database = database;
        this.time = time;
        loop = Task.Run(LoopAsync);
    }

    public ValueTask<T> RunAsync<T>(Func<Session, CancellationToken, ValueTask<Written<T>>> work, CancellationToken cancellationToken) =>
        RunAsync(new WriteJob<T>(work), cancellationToken);

    public async ValueTask<T> RunAsync<T>(WriteJob<T> job, CancellationToken cancellationToken)
    {
        try
        {
            await queue.Writer.WriteAsync(job, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(IAtriumStore));
        }

        return await job.WaitAsync(cancellationToken);
    }

    /// <summary>Finishes what is waiting, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
    }

    private async Task LoopAsync()
    {
        var group = new List<WriteJob>(GroupBound);
        while (await queue.Reader.WaitToReadAsync())
        {
            while (group.Count < GroupBound && queue.Reader.TryRead(out var job))
            {
                if (job.TryTake())
                {
                    group.Add(job);
                }
            }

            if (group.Count > 0)
            {
                await RunAsync(group);
                group.Clear();
            }
        }

        await DropSessionAsync();
    }

    private async Task RunAsync(List<WriteJob> group)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                session ??= await database.OpenWriterAsync(CancellationToken.None);
                await session.BeginAsync(CancellationToken.None);
                foreach (var job in await RunTogetherAsync(group, session))
                {
                    await RunAsync(job, session);
                }

                committing = true;
                await session.CommitAsync(CancellationToken.None);
                group.ForEach(job => job.Publish());
                return;
            }
            catch (Exception exception)
            {
                await DropSessionAsync();
                if (attempt == MaxAttempts || !database.IsTransient(exception) || (committing && !database.IsSurelyUndone(exception)))
                {
                    group.ForEach(job => job.Fail(exception));
                    return;
                }
            }

            await Task.Delay(RetryDelay * attempt, time, CancellationToken.None);
        }
    }

    /// <summary>
    /// Sends the commits of the group at once where each statement would cost a round trip. Nearly always none of them conflicts; otherwise the transaction begins anew
    /// and each job runs by itself. Answers the jobs that are still to run.
    /// </summary>
    private async ValueTask<IReadOnlyList<WriteJob>> RunTogetherAsync(List<WriteJob> group, Session session)
    {
        CommitJob[] commits = session.IsRemote ? [.. group.OfType<CommitJob>()] : [];
        if (commits.Length == 0)
        {
            return group;
        }

        try
        {
            if (await CommitWork.TryRunAsync(session, commits[0].Chain, commits, CancellationToken.None))
            {
                return [.. group.Except(commits)];
            }
        }
        catch (Exception exception) when (!database.IsTransient(exception))
        {
            // Which of them it was shows when each runs by itself.
        }

        await session.RollbackAsync(CancellationToken.None);
        await session.BeginAsync(CancellationToken.None);
        return group;
    }

    /// <summary>Work that fails by itself is undone alone. Where that is impossible (the disk is full, the connection is gone), the group fails.</summary>
    private async ValueTask RunAsync(WriteJob job, Session session)
    {
        await session.ExecuteAsync(Save, [], CancellationToken.None);
        var keep = false;
        ExceptionDispatchInfo? failure = null;
        try
        {
            keep = await job.RunAsync(session, CancellationToken.None);
        }
        catch (Exception exception) when (!database.IsTransient(exception))
        {
            failure = ExceptionDispatchInfo.Capture(exception);
            job.Reject(exception);
        }

        if (!keep)
        {
            await UndoAsync(session, failure);
        }

        await session.ExecuteAsync(Release, [], CancellationToken.None);
    }

    private static async ValueTask UndoAsync(Session session, ExceptionDispatchInfo? failure)
    {
        try
        {
            await session.ExecuteAsync(Undo, [], CancellationToken.None);
        }
        catch when (failure is not null)
        {
            // The cause tells more than the transaction that it took with it.
            failure.Throw();
        }
    }

    private async ValueTask DropSessionAsync()
    {
        if (session is not null)
        {
            await session.DisposeAsync();
            session = null;
        }
    }
}
