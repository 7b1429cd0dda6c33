using System.Threading.Channels;

namespace Atrium.Persistence.Sqlite;

/// <summary>
/// The one writer. It takes all writes that wait, runs each in a savepoint of its own inside one transaction, commits once, and only then tells the callers:
/// a write that returned is on disk, and many writers share one flush.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int LargestBatch = 128;
    private const int LongestQueue = 4096;
    private readonly Channel<Unit> queue = Channel.CreateBounded<Unit>(LongestQueue);
    private readonly SqliteConnections connections;
    private readonly Task loop;

    public SqliteWriter(SqliteConnections connections)
    {
        this.connections = connections;
        loop = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Runs the write; what it throws undoes it alone.</summary>
    public async ValueTask<T> WriteAsync<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken)
    {
        var unit = new Unit(session => write(session));
        await queue.Writer.WriteAsync(unit, cancellationToken);
        return (T)(await unit.Done.Task)!;
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
    }

    private async Task RunAsync()
    {
        var batch = new List<Unit>(LargestBatch);
        SqliteSession? session = null;
        while (await queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < LargestBatch && queue.Reader.TryRead(out var unit))
            {
                batch.Add(unit);
            }

            try
            {
                session ??= connections.Open();
                session.Execute("BEGIN IMMEDIATE");
                foreach (var unit in batch)
                {
                    unit.Run(session);
                }

                session.Execute("COMMIT");
                batch.ForEach(unit => unit.Complete());
            }
            catch (Exception failure)
            {
                // The transaction is lost as a whole; a new connection starts clean.
                session?.Dispose();
                session = null;
                batch.ForEach(unit => unit.Done.TrySetException(failure));
            }
        }

        session?.Dispose();
    }

    private sealed class Unit(Func<SqliteSession, object?> write)
    {
        private object? result;
        private Exception? failure;

        public TaskCompletionSource<object?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Run(SqliteSession session)
        {
            session.Execute("SAVEPOINT unit");
            try
            {
                result = write(session);
            }
            catch (Exception thrown)
            {
                failure = thrown;
                session.Execute("ROLLBACK TO unit");
            }

            session.Execute("RELEASE unit");
        }

        public void Complete()
        {
            if (failure is null)
            {
                Done.TrySetResult(result);
            }
            else
            {
                Done.TrySetException(failure);
            }
        }
    }
}
