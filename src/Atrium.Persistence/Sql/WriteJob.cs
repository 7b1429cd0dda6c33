namespace Atrium.Persistence.Sql;

/// <summary>What a piece of work leaves: its result, and whether what it wrote is kept.</summary>
internal readonly record struct Written<T>(T Result, bool Keep);

/// <summary>One caller's write, waiting for the writer. It can be cancelled until it is started; from then on the caller learns how it ended.</summary>
internal abstract class WriteJob
{
    private int taken;

    /// <summary>True for one of the two who may end the waiting: the writer that starts the job, or the caller that gives up.</summary>
    public bool TryTake() => Interlocked.Exchange(ref taken, 1) == 0;

    /// <summary>Does the work; true keeps what it wrote. The caller does not see the result before <see cref="Publish"/>.</summary>
    public abstract ValueTask<bool> RunAsync(Session session, CancellationToken cancellationToken);

    /// <summary>The work failed by itself and was undone.</summary>
    public abstract void Reject(Exception exception);

    /// <summary>The transaction is durable: the caller gets the result, or the exception of its own work.</summary>
    public abstract void Publish();

    /// <summary>The transaction failed.</summary>
    public abstract void Fail(Exception exception);
}

/// <inheritdoc/>
internal class WriteJob<T>(Func<Session, CancellationToken, ValueTask<Written<T>>> work) : WriteJob
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;
    private Exception? rejection;

    public async Task<T> WaitAsync(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(() =>
        {
            if (TryTake())
            {
                completion.TrySetCanceled(cancellationToken);
            }
        });
        return await completion.Task;
    }

    public override async ValueTask<bool> RunAsync(Session session, CancellationToken cancellationToken)
    {
        rejection = null;
        (result, var keep) = await work(session, cancellationToken);
        return keep;
    }

    /// <summary>Gives it the result of work that was done together with that of others.</summary>
    public void Settle(T settled) => (result, rejection) = (settled, null);

    public override void Reject(Exception exception) => rejection = exception;

    public override void Publish()
    {
        if (rejection is null)
        {
            completion.TrySetResult(result!);
        }
        else
        {
            completion.TrySetException(rejection);
        }
    }

    public override void Fail(Exception exception) => completion.TrySetException(exception);
}

/// <summary>A commit, whose statements are known before it runs.</summary>
internal sealed class CommitJob(Commit commit, ActivityChain chain)
    : WriteJob<CommitOutcome>((session, cancellationToken) => CommitWork.RunAsync(session, chain, commit, cancellationToken))
{
    public ActivityChain Chain => chain;

    public Commit Commit => commit;
}
