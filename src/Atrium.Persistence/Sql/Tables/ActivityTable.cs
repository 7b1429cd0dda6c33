using System.Data;
using System.Data.Common;

namespace Atrium.Persistence.Sql.Tables;

/// <summary>The activity log. The resource's id is kept as written, and in lower case to find it by.</summary>
internal static class ActivityTable
{
    private static readonly Statement Insert = new(
        """
        INSERT INTO activity (sequence, time, operation, resource_id, resource_key, caller, correlation_id, status, http_status, properties, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        DbType.Int64, DbType.Int64, DbType.String, DbType.String, DbType.String, DbType.String, DbType.String, DbType.String, DbType.Int32, DbType.String, DbType.Binary);

    /// <summary>Who takes the end holds it until the transaction ends, so rows follow one another without a gap.</summary>
    private static readonly Statement TakeHead = new("UPDATE activity_head SET sequence = sequence RETURNING sequence, hash");

    private static readonly Statement SetHead = new("UPDATE activity_head SET sequence = $1, hash = $2", DbType.Int64, DbType.Binary);

    private static readonly Statement FindHead = new("SELECT sequence, hash, began_after FROM activity_head");

    private static readonly Statement ListUp = new(
        """
        SELECT sequence, time, operation, resource_id, caller, correlation_id, status, http_status, properties, hash
        FROM activity WHERE sequence > $1 ORDER BY sequence LIMIT $2
        """,
        DbType.Int64, DbType.Int64);

    /// <summary>From so many rows on under a prefix, going down the log until the page is full costs less than sorting them.</summary>
    private const int ManyRows = 1000;

    private const int Prefix = 1;
    private const int From = 2;
    private const int To = 4;
    private const int Before = 8;

    /// <summary>The rows under the prefix are many, so they are not looked up by it.</summary>
    private const int Many = 16;

    /// <summary>By which of the filters above are given.</summary>
    private static readonly Statement[] Lists = [.. Enumerable.Range(0, 32).Select(ListOf)];

    private static readonly Statement CountSome = new(
        $"SELECT count(*) FROM (SELECT 1 FROM activity WHERE resource_key >= $1 AND resource_key < $2 LIMIT {ManyRows}) AS some_rows",
        DbType.String, DbType.String);

    /// <summary>Puts rows at the end of the log, which nobody else moves until the transaction ends.</summary>
    public static async ValueTask<IReadOnlyList<Step>> AppendAsync(Session session, ActivityChain chain, IEnumerable<ActivityRow> rows, CancellationToken cancellationToken)
    {
        var steps = new List<Step>();
        var (sequence, hash) = (0L, Array.Empty<byte>());
        foreach (var row in rows)
        {
            if (steps.Count == 0)
            {
                (sequence, hash) = await session.FindAsync(TakeHead, [], static row => (row.GetInt64(0), row.GetBytes(1)), cancellationToken);
            }

            hash = chain.Next(hash, row with { Sequence = ++sequence });
            steps.Add(new(
                Insert,
                [
                    sequence, row.Time.ToColumn(), row.Operation, row.ResourceId, row.ResourceId.ToLowerInvariant(), row.Caller, row.CorrelationId,
                    row.Status, row.HttpStatus, row.Properties, hash,
                ]));
        }

        if (steps.Count > 0)
        {
            steps.Add(new(SetHead, [sequence, hash]));
        }

        return steps;
    }

    /// <summary>The end of the log, and the last row from before it was chained.</summary>
    public static async ValueTask<(ActivityHead Head, long BeganAfter)> HeadAsync(Session session, CancellationToken cancellationToken) =>
        await session.FindAsync(FindHead, [], static row => (new ActivityHead(row.GetInt64(0), row.GetBytes(1)), row.GetInt64(2)), cancellationToken);

    /// <summary>Rows with their hashes, oldest first.</summary>
    public static async ValueTask<IReadOnlyList<(ActivityRow Row, byte[]? Hash)>> ListUpAsync(Session session, long after, int take, CancellationToken cancellationToken) =>
        await session.ListAsync(ListUp, [after, (long)take], static row => (Map(row), row.IsDBNull(9) ? null : row.GetBytes(9)), cancellationToken);

    public static async ValueTask<IReadOnlyList<ActivityRow>> ListAsync(Session session, ActivityQuery query, CancellationToken cancellationToken)
    {
        var prefix = query.ResourcePrefix.ToLowerInvariant();
        var upper = KeyRange.Next(prefix);
        List<object?> values = [(long)query.Take];
        var form = 0;
        if (upper is not null)
        {
            var some = await session.FindAsync(CountSome, [prefix, upper], static row => row.GetInt64(0), cancellationToken);
            form |= some == ManyRows ? Prefix | Many : Prefix;
            values.AddRange([prefix, upper]);
        }

        if (query.From is { } from)
        {
            form |= From;
            values.Add(from.ToColumn());
        }

        if (query.To is { } to)
        {
            form |= To;
            values.Add(to.ToColumn());
        }

        if (query.Before is { } before)
        {
            form |= Before;
            values.Add(before);
        }

        return await session.ListAsync(Lists[form], [.. values], Map, cancellationToken);
    }

    /// <summary>Only the filters that are given are in the statement, so that the planner sees what it can use.</summary>
    private static Statement ListOf(int form)
    {
        List<DbType> types = [DbType.Int64];
        List<string> filters = [];
        if ((form & Prefix) != 0)
        {
            // No index is on an expression: the planner is left with the order of the log, or with the time.
            var key = (form & Many) != 0 ? "resource_key || ''" : "resource_key";
            Filter($"{key} >= ", DbType.String);
            Filter($"{key} < ", DbType.String);
        }

        if ((form & From) != 0)
        {
            Filter("time >= ", DbType.Int64);
        }

        if ((form & To) != 0)
        {
            Filter("time < ", DbType.Int64);
        }

        if ((form & Before) != 0)
        {
            Filter("sequence < ", DbType.Int64);
        }

        var where = filters.Count == 0 ? "" : $" WHERE {string.Join(" AND ", filters)}";
        return new(
            $"""
            SELECT sequence, time, operation, resource_id, caller, correlation_id, status, http_status, properties
            FROM activity{where} ORDER BY sequence DESC LIMIT $1
            """,
            [.. types]);

        void Filter(string comparison, DbType type)
        {
            types.Add(type);
            filters.Add($"{comparison}${types.Count}");
        }
    }

    private static ActivityRow Map(DbDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        Time = row.GetTime(1),
        Operation = row.GetString(2),
        ResourceId = row.GetString(3),
        Caller = row.GetString(4),
        CorrelationId = row.GetString(5),
        Status = row.GetString(6),
        HttpStatus = row.GetInt32(7),
        Properties = row.FindString(8),
    };
}
