using System.Collections.Concurrent;

namespace Atrium.Persistence.Sql;

/// <summary>Reading sessions, kept open with their prepared statements. A read that lost its connection is tried again.</summary>
internal sealed class SessionPool(Database database, TimeProvider time) : IAsyncDisposable
{
    private const int MaxAttempts = 3;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentStack<Session> idle = new();
    private readonly SemaphoreSlim places = new(database.MaxReaders);
    private volatile bool disposed;

    public async ValueTask<T> RunAsync<T>(Func<Session, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(read, cancellationToken);
            }
            catch (Exception exception) when (attempt < MaxAttempts && database.IsTransient(exception))
            {
                // One lost connection means that the idle ones are lost as well, most likely: a restarted server.
                await DropIdleAsync();
            }

            await Task.Delay(RetryDelay * attempt, time, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        await DropIdleAsync();
    }

    private async ValueTask<T> TryAsync<T>(Func<Session, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        await places.WaitAsync(cancellationToken);
        try
        {
            var session = idle.TryPop(out var kept) ? kept : await database.OpenReaderAsync(cancellationToken);
            try
            {
                var result = await read(session, cancellationToken);
                await KeepAsync(session);
                return result;
            }
            catch
            {
                await session.DisposeAsync();
                throw;
            }
        }
        finally
        {
            places.Release();
        }
    }

    private async ValueTask KeepAsync(Session session)
    {
        idle.Push(session);
        if (disposed)
        {
            await DropIdleAsync();
        }
    }

    private async ValueTask DropIdleAsync()
    {
        while (idle.TryPop(out var session))
        {
            await session.DisposeAsync();
        }
    }
}
