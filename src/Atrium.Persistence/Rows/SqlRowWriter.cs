using Atrium.Persistence.Sql;

namespace Atrium.Persistence.Rows;

/// <summary>Rows inside the writer's transaction.</summary>
internal sealed class SqlRowWriter(Session session, RowStatements statements) : IRowWriter
{
    public ValueTask<byte[]?> FindAsync(byte[] key, CancellationToken cancellationToken) =>
        session.FindAsync(statements.FindToChange, [key], static row => row.GetBytes(0), cancellationToken);

    public ValueTask<byte[]?> FindSharedAsync(byte[] key, CancellationToken cancellationToken) =>
        session.FindAsync(statements.FindToLookAt, [key], static row => row.GetBytes(0), cancellationToken);

    public ValueTask<IReadOnlyList<StoredRow>> ListAsync(RowRange range, int take, CancellationToken cancellationToken) =>
        RowStatements.ListAsync(session, range, take, cancellationToken);

    public async ValueTask AddAsync(byte[] key, byte[] value, CancellationToken cancellationToken)
    {
        Check(key);
        if (await session.ExecuteAsync(RowStatements.Insert, [key, value], cancellationToken) == 0)
        {
            throw new RowTakenException();
        }
    }

    public async ValueTask PutAsync(byte[] key, byte[] value, CancellationToken cancellationToken)
    {
        Check(key);
        await session.ExecuteAsync(RowStatements.Upsert, [key, value], cancellationToken);
    }

    public async ValueTask<bool> RemoveAsync(byte[] key, CancellationToken cancellationToken) =>
        await session.ExecuteAsync(RowStatements.Remove, [key], cancellationToken) == 1;

    public ValueTask<int> RemoveAsync(RowRange range, CancellationToken cancellationToken) =>
        session.ExecuteAsync(RowStatements.RemoveRange, [range.From, range.Before], cancellationToken);

    private static void Check(byte[] key)
    {
        if (key.Length is 0 or > RowLimits.KeyBytes)
        {
            throw new ArgumentException($"A key has 1 to {RowLimits.KeyBytes} bytes; this has {key.Length}.", nameof(key));
        }
    }
}
