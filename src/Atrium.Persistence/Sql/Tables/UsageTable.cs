using System.Data;
using System.Data.Common;

namespace Atrium.Persistence.Sql.Tables;

/// <summary>One row a data-plane call, and the sums over them.</summary>
internal sealed class UsageTable(Database database)
{
    private const string Columns =
        "id, time, account, project, caller, operation, deployment, model, tokens_in, tokens_out, latency_milliseconds, status, tags";

    /// <summary>Failed is what the caller saw as an error, and 499: he went away.</summary>
    private const string Totals =
        """
        count(*), count(*) FILTER (WHERE status >= 400),
        CAST(coalesce(sum(tokens_in), 0) AS bigint), CAST(coalesce(sum(tokens_out), 0) AS bigint)
        """;

    private static readonly Statement Insert = new(
        $"INSERT INTO usage ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING",
        DbType.Binary, DbType.Int64, DbType.String, DbType.String, DbType.String, DbType.String, DbType.String, DbType.String,
        DbType.Int64, DbType.Int64, DbType.Int32, DbType.Int32, DbType.String);

    private readonly Dictionary<(UsageDimension By, bool Account, bool Project), Statement> sums =
        (from dimension in Enum.GetValues<UsageDimension>()
         from account in new[] { false, true }
         from project in new[] { false, true }
         select (dimension, account, project)).ToDictionary(form => form, form => SumOf(database, form.dimension, form.account, form.project));

    private readonly Dictionary<(bool Account, bool Project), Statement> lists =
        (from account in new[] { false, true }
         from project in new[] { false, true }
         select (account, project)).ToDictionary(form => form, form => ListOf(form.account, form.project));

    public static async ValueTask AppendAsync(Session session, IReadOnlyList<UsageRow> rows, CancellationToken cancellationToken) =>
        await session.RunAsync(rows.Select(row => new Step(Insert, Values(row))), cancellationToken);

    public async ValueTask<IReadOnlyList<UsageTotal>> SumAsync(Session session, UsageQuery query, CancellationToken cancellationToken)
    {
        object?[] values = query.By is UsageDimension.Tag ? [.. Filters(query), query.Tag] : Filters(query);
        var totals = await session.ListAsync(
            sums[(query.By, query.Account is not null, query.Project is not null)],
            values,
            static row => new UsageTotal(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)),
            cancellationToken);
        totals.Sort(static (left, right) => string.CompareOrdinal(left.Value, right.Value));
        return totals;
    }

    public async ValueTask<IReadOnlyList<UsageRow>> ListAsync(Session session, UsageQuery query, int take, CancellationToken cancellationToken) =>
        await session.ListAsync(
            lists[(query.Account is not null, query.Project is not null)], [.. Filters(query), (long)take], Map, cancellationToken);

    private static object?[] Filters(UsageQuery query)
    {
        List<object?> values = [query.From.ToColumn(), query.To.ToColumn()];
        if (query.Account is not null)
        {
            values.Add(query.Account);
        }

        if (query.Project is not null)
        {
            values.Add(query.Project);
        }

        return [.. values];
    }

    private static Statement SumOf(Database database, UsageDimension by, bool account, bool project)
    {
        var (where, types) = Where(account, project);
        if (by is UsageDimension.Tag)
        {
            types.Add(DbType.String);
        }

        var value = by switch
        {
            UsageDimension.None => "''",
            UsageDimension.Project => "project",
            UsageDimension.Caller => "caller",
            UsageDimension.Deployment => "deployment",
            UsageDimension.Model => "model",
            UsageDimension.Tag => $"coalesce({database.JsonField("tags", $"${types.Count}")}, '')",
            UsageDimension.Day => database.Day("time"),
            _ => throw new ArgumentOutOfRangeException(nameof(by), by, null),
        };
        var group = by is UsageDimension.None ? "" : " GROUP BY 1";
        return new($"SELECT {value}, {Totals} FROM usage {where}{group}", [.. types]);
    }

    private static Statement ListOf(bool account, bool project)
    {
        var (where, types) = Where(account, project);
        types.Add(DbType.Int64);
        return new($"SELECT {Columns} FROM usage {where} ORDER BY time, id LIMIT ${types.Count}", [.. types]);
    }

    private static (string Where, List<DbType> Types) Where(bool account, bool project)
    {
        List<DbType> types = [DbType.Int64, DbType.Int64];
        var where = "WHERE time >= $1 AND time < $2";
        if (account)
        {
            where += $" AND account = ${types.Count + 1}";
            types.Add(DbType.String);
        }

        if (project)
        {
            where += $" AND project = ${types.Count + 1}";
            types.Add(DbType.String);
        }

        return (where, types);
    }

    private static object?[] Values(UsageRow row) =>
    [
        row.Id.ToByteArray(bigEndian: true), row.Time.ToColumn(), row.Account, row.Project, row.Caller, row.Operation, row.Deployment, row.Model,
        row.TokensIn, row.TokensOut, row.LatencyMilliseconds, row.Status, row.Tags,
    ];

    private static UsageRow Map(DbDataReader row) => new()
    {
        Id = new Guid(row.GetBytes(0), bigEndian: true),
        Time = row.GetTime(1),
        Account = row.GetString(2),
        Project = row.GetString(3),
        Caller = row.GetString(4),
        Operation = row.GetString(5),
        Deployment = row.GetString(6),
        Model = row.GetString(7),
        TokensIn = row.GetInt64(8),
        TokensOut = row.GetInt64(9),
        LatencyMilliseconds = row.GetInt32(10),
        Status = row.GetInt32(11),
        Tags = row.GetString(12),
    };
}
