using System.Data;
using System.Data.Common;

namespace Atrium.Persistence.Sql.Tables;

/// <summary>The activity log. The resource's id is kept as written, and in lower case to find it by.</summary>
internal static class ActivityTable
{
    private static readonly Statement Insert = new(
        """
        INSERT INTO activity (time, operation, resource_id, resource_key, caller, correlation_id, status, http_status, properties)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        DbType.Int64, DbType.String, DbType.String, DbType.String, DbType.String, DbType.String, DbType.String, DbType.Int32, DbType.String);

    /// <summary>By which of the filters are given: prefix (1), from (2), to (4), before (8).</summary>
    private static readonly Statement[] Lists = [.. Enumerable.Range(0, 16).Select(ListOf)];

    public static async ValueTask AppendAsync(Session session, ActivityRow row, CancellationToken cancellationToken) =>
        await session.ExecuteAsync(
            Insert,
            [
                row.Time.ToColumn(), row.Operation, row.ResourceId, row.ResourceId.ToLowerInvariant(), row.Caller, row.CorrelationId,
                row.Status, row.HttpStatus, row.Properties,
            ],
            cancellationToken);

    public static async ValueTask<IReadOnlyList<ActivityRow>> ListAsync(Session session, ActivityQuery query, CancellationToken cancellationToken)
    {
        var prefix = query.ResourcePrefix.ToLowerInvariant();
        var upper = KeyRange.Next(prefix);
        List<object?> values = [(long)query.Take];
        var form = 0;
        if (upper is not null)
        {
            form |= 1;
            values.AddRange([prefix, upper]);
        }

        if (query.From is { } from)
        {
            form |= 2;
            values.Add(from.ToColumn());
        }

        if (query.To is { } to)
        {
            form |= 4;
            values.Add(to.ToColumn());
        }

        if (query.Before is { } before)
        {
            form |= 8;
            values.Add(before);
        }

        return await session.ListAsync(Lists[form], [.. values], Map, cancellationToken);
    }

    /// <summary>Only the filters that are given are in the statement, so that the planner sees what it can use.</summary>
    private static Statement ListOf(int form)
    {
        List<DbType> types = [DbType.Int64];
        List<string> filters = [];
        if ((form & 1) != 0)
        {
            Filter("resource_key >= ", DbType.String);
            Filter("resource_key < ", DbType.String);
        }

        if ((form & 2) != 0)
        {
            Filter("time >= ", DbType.Int64);
        }

        if ((form & 4) != 0)
        {
            Filter("time < ", DbType.Int64);
        }

        if ((form & 8) != 0)
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
