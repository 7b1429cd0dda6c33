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

    private static readonly Statement ListAfter = new(
        "SELECT sequence, key, type, removed FROM changes WHERE sequence > $1 ORDER BY sequence LIMIT $2", DbType.Int64, DbType.Int64);

    private static readonly Statement Last = new("SELECT last FROM change_counter");

    /// <summary>Takes as many numbers; the first of them. Zero of them makes the transaction wait its turn all the same.</summary>
    public static async ValueTask<long> TakeAsync(Session session, int count, CancellationToken cancellationToken) =>
        await session.FindAsync(Take, [(long)count], static row => row.GetInt64(0), cancellationToken) - count + 1;

    public static async ValueTask AppendAsync(Session session, ResourceChange change, CancellationToken cancellationToken) =>
        await session.ExecuteAsync(Insert, [change.Sequence, change.Key, change.Type, (short)(change.Removed ? 1 : 0)], cancellationToken);

    public static async ValueTask<IReadOnlyList<ResourceChange>> ListAsync(Session session, long after, int take, CancellationToken cancellationToken) =>
        await session.ListAsync(
            ListAfter,
            [after, (long)take],
            static row => new ResourceChange(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt16(3) != 0),
            cancellationToken);

    public static ValueTask<long> LastAsync(Session session, CancellationToken cancellationToken) =>
        session.FindAsync(Last, [], static row => row.GetInt64(0), cancellationToken);
}
