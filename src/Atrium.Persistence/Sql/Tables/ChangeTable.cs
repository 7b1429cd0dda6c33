using System.Data;

namespace Atrium.Persistence.Sql.Tables;

/// <summary>
/// The list of changes and their numbers. Who takes a number holds its row until the transaction ends, so a later number
/// is never visible before an earlier one; rows may be trimmed, the last number stays.
/// </summary>
internal static class ChangeTable
{
    private static readonly Statement Take = new("UPDATE change_counter SET last = last + $1 RETURNING last", DbType.Int64);

    private static readonly Statement Insert = new(
        "INSERT INTO changes (sequence, key, type, removed) VALUES ($1, $2, $3, $4)", DbType.Int64, DbType.String, DbType.String, DbType.Int16);

    private static readonly Statement InsertRemoval = new(
        "INSERT INTO changes (sequence, key, type, removed) SELECT $1, key, $3, 1 FROM resources WHERE key = $2", DbType.Int64, DbType.String, DbType.String);

    private static readonly Statement TouchIfNothing = new(
        "UPDATE change_counter SET last = last WHERE NOT EXISTS (SELECT 1 FROM resources WHERE key = $1)", DbType.String);

    private static readonly Statement ListAfter = new(
        "SELECT sequence, key, type, removed FROM changes WHERE sequence > $1 ORDER BY sequence LIMIT $2", DbType.Int64, DbType.Int64);

    private static readonly Statement Last = new("SELECT last FROM change_counter");

    /// <summary>Takes as many numbers; the first of them. Zero of them makes the transaction wait its turn all the same.</summary>
    public static async ValueTask<long> TakeAsync(Session session, int count, CancellationToken cancellationToken) =>
        await session.FindAsync(Take, [(long)count], static row => row.GetInt64(0), cancellationToken) - count + 1;

    public static Step Append(ResourceChange change) => new(Insert, [change.Sequence, change.Key, change.Type, (short)(change.Removed ? 1 : 0)]);

    /// <summary>To run before the removal.</summary>
    public static Step AppendRemovalOf(string key, string type, long sequence) => new(InsertRemoval, [sequence, key, type]);

    /// <summary>Changes the one row of the counter, which this transaction holds, to what it is: a row where nothing has the key and none where something has.</summary>
    public static Step DemandNothing(string key) => new(TouchIfNothing, [key], Guards: key);

    public static async ValueTask<IReadOnlyList<ResourceChange>> ListAsync(Session session, long after, int take, CancellationToken cancellationToken) =>
        await session.ListAsync(
            ListAfter,
            [after, (long)take],
            static row => new ResourceChange(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt16(3) != 0),
            cancellationToken);

    public static ValueTask<long> LastAsync(Session session, CancellationToken cancellationToken) =>
        session.FindAsync(Last, [], static row => row.GetInt64(0), cancellationToken);
}
