using System.Data;
using System.Data.Common;

namespace Atrium.Persistence.Sql.Tables;

/// <summary>Long-running operations and their leases.</summary>
internal sealed class OperationTable(Database database)
{
    private const string Columns =
        """
        id, kind, resource_key, resource_id, status, input, output, error, percent_complete, attempts,
        started_at, ended_at, caller, correlation_id, leased_by, leased_until
        """;

    private static readonly DbType[] Types =
    [
        DbType.String, DbType.String, DbType.String, DbType.String, DbType.Int16, DbType.String, DbType.String, DbType.String, DbType.Double, DbType.Int32,
        DbType.Int64, DbType.Int64, DbType.String, DbType.String, DbType.String, DbType.Int64,
    ];

    private static readonly Statement Upsert = new(
        $"""
        INSERT INTO operations ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, resource_key = excluded.resource_key, resource_id = excluded.resource_id,
            status = excluded.status, input = excluded.input, output = excluded.output, error = excluded.error,
            percent_complete = excluded.percent_complete, attempts = excluded.attempts, started_at = excluded.started_at,
            ended_at = excluded.ended_at, caller = excluded.caller, correlation_id = excluded.correlation_id,
            leased_by = excluded.leased_by, leased_until = excluded.leased_until
        """,
        Types);

    private static readonly Statement FindOne = new($"SELECT {Columns} FROM operations WHERE id = $1", DbType.String);

    private static readonly Statement AnyFree = new(
        "SELECT 1 FROM operations WHERE status = 0 AND (leased_until IS NULL OR leased_until <= $1) LIMIT 1", DbType.Int64);

    private static readonly Statement MoveLeases = new(
        "UPDATE operations SET leased_until = $2 WHERE status = 0 AND leased_by = $1", DbType.String, DbType.Int64);

    /// <summary>The status is written out because the index holds running operations only.</summary>
    private readonly Statement lease = new(
        $"""
        WITH free AS (
            SELECT id FROM operations WHERE status = 0 AND (leased_until IS NULL OR leased_until <= $1)
            ORDER BY started_at, id LIMIT $2{database.SkipLocked})
        UPDATE operations SET leased_by = $3, leased_until = $4, attempts = attempts + 1 WHERE status = 0 AND id IN (SELECT id FROM free)
        RETURNING {Columns}
        """,
        DbType.Int64, DbType.Int64, DbType.String, DbType.Int64);

    public static Step Write(StoredOperation operation) => new(
        Upsert,
        [
            operation.Id, operation.Kind, operation.ResourceKey, operation.ResourceId, (short)operation.Status,
            operation.Input, operation.Output, operation.Error, operation.PercentComplete, operation.Attempts,
            operation.StartedAt.ToColumn(), operation.EndedAt.ToColumn(), operation.Caller, operation.CorrelationId,
            operation.LeasedBy, operation.LeasedUntil.ToColumn(),
        ]);

    public static ValueTask<StoredOperation?> FindAsync(Session session, string id, CancellationToken cancellationToken) =>
        session.FindAsync(FindOne, [id], Map, cancellationToken);

    /// <summary>Whether there is anything to lease. Nodes ask every few seconds and mostly for nothing, so this does not trouble the writer.</summary>
    public static ValueTask<bool> AnyFreeAsync(Session session, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.FindAsync(AnyFree, [now.ToColumn()], static _ => true, cancellationToken);

    /// <summary>How many leases were moved.</summary>
    public static ValueTask<int> MoveLeasesAsync(Session session, string node, DateTimeOffset leaseUntil, CancellationToken cancellationToken) =>
        session.ExecuteAsync(MoveLeases, [node, leaseUntil.ToColumn()], cancellationToken);

    public async ValueTask<IReadOnlyList<StoredOperation>> LeaseAsync(
        Session session, string node, int take, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellationToken)
    {
        var taken = await session.ListAsync(lease, [now.ToColumn(), (long)take, node, leaseUntil.ToColumn()], Map, cancellationToken);

        // The rows of an update come in no order.
        return [.. taken.OrderBy(operation => operation.StartedAt).ThenBy(operation => operation.Id, StringComparer.Ordinal)];
    }

    private static StoredOperation Map(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Kind = row.GetString(1),
        ResourceKey = row.GetString(2),
        ResourceId = row.GetString(3),
        Status = (OperationStatus)row.GetInt16(4),
        Input = row.FindString(5),
        Output = row.FindString(6),
        Error = row.FindString(7),
        PercentComplete = row.GetDouble(8),
        Attempts = row.GetInt32(9),
        StartedAt = row.GetTime(10),
        EndedAt = row.FindTime(11),
        Caller = row.GetString(12),
        CorrelationId = row.GetString(13),
        LeasedBy = row.FindString(14),
        LeasedUntil = row.FindTime(15),
    };
}
