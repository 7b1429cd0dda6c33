using System.Data;
using Atrium.Persistence.Sql;

namespace Atrium.Persistence.Rows;

/// <summary>The statements on rows.</summary>
internal sealed class RowStatements(Database database)
{
    private static readonly Statement Page = new("SELECT key, value FROM rows WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3", DbType.Binary, DbType.Binary, DbType.Int64);

    public static Statement Insert { get; } = new("INSERT INTO rows (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", DbType.Binary, DbType.Binary);

    public static Statement Upsert { get; } =
        new("INSERT INTO rows (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", DbType.Binary, DbType.Binary);

    public static Statement Remove { get; } = new("DELETE FROM rows WHERE key = $1", DbType.Binary);

    public static Statement RemoveRange { get; } = new("DELETE FROM rows WHERE key >= $1 AND key < $2", DbType.Binary, DbType.Binary);

    public Statement FindToChange { get; } = new($"SELECT value FROM rows WHERE key = $1{database.LockForChange}", DbType.Binary);

    public Statement FindToLookAt { get; } = new($"SELECT value FROM rows WHERE key = $1{database.LockForLook}", DbType.Binary);

    public static async ValueTask<IReadOnlyList<StoredRow>> ListAsync(Session session, RowRange range, int take, CancellationToken cancellationToken) =>
        await session.ListAsync(Page, [range.From, range.Before, (long)take], static row => new StoredRow(row.GetBytes(0), row.GetBytes(1)), cancellationToken);
}
