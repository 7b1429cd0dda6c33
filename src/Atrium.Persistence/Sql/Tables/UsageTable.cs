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

    private readonly Dictionary<(UsageDimension By, UsageFilters Filters), Statement> sums =
        (from dimension in Enum.GetValues<UsageDimension>()
         from filters in Combinations(UsageFilters.Account | UsageFilters.Project | UsageFilters.Prefix)
         select (dimension, filters)).ToDictionary(form => form, form => SumOf(database, form.dimension, form.filters));

    private readonly Dictionary<UsageFilters, Statement> lists =
        Combinations(UsageFilters.Account | UsageFilters.Project | UsageFilters.Prefix | UsageFilters.After).ToDictionary(filters => filters, ListOf);

    public static async ValueTask AppendAsync(Session session, IReadOnlyList<UsageRow> rows, CancellationToken cancellationToken) =>
        await session.RunAsync(rows.Select(row => new Step(Insert, Values(row))), cancellationToken);

    public async ValueTask<IReadOnlyList<UsageTotal>> SumAsync(Session session, UsageQuery query, CancellationToken cancellationToken)
    {
        var filters = FiltersOf(query) & ~UsageFilters.After;
        object?[] values = query.By is UsageDimension.Tag ? [.. Values(query, filters), query.Tag] : [.. Values(query, filters)];
        var totals = await session.ListAsync(
            sums[(query.By, filters)],
            values,
            static row => new UsageTotal(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)),
            cancellationToken);
        totals.Sort(static (left, right) => string.CompareOrdinal(left.Value, right.Value));
        return totals;
    }

    public async ValueTask<IReadOnlyList<UsageRow>> ListAsync(Session session, UsageQuery query, int take, CancellationToken cancellationToken)
    {
        var filters = FiltersOf(query);
        return await session.ListAsync(lists[filters], [.. Values(query, filters), (long)take], Map, cancellationToken);
    }

    private static UsageFilters FiltersOf(UsageQuery query) =>
        (query.Account is null ? 0 : UsageFilters.Account)
        | (query.Project is null ? 0 : UsageFilters.Project)
        | (string.IsNullOrEmpty(query.Prefix) ? 0 : UsageFilters.Prefix)
        | (query.After is null ? 0 : UsageFilters.After);

    /// <summary>In the order of <see cref="Where"/>.</summary>
    private static IEnumerable<object?> Values(UsageQuery query, UsageFilters filters) =>
    [
        query.From.ToColumn(),
        query.To.ToColumn(),
        .. filters.HasFlag(UsageFilters.Account) ? [query.Account] : (object?[])[],
        .. filters.HasFlag(UsageFilters.Project) ? [query.Project] : (object?[])[],
        .. filters.HasFlag(UsageFilters.Prefix) ? [query.Prefix, KeyRange.Next(query.Prefix!)] : (object?[])[],
        .. filters.HasFlag(UsageFilters.After) ? [query.After!.Time.ToColumn(), query.After.Id.ToByteArray(bigEndian: true)] : (object?[])[],
    ];

    private static Statement SumOf(Database database, UsageDimension by, UsageFilters filters)
    {
        var (where, types) = Where(filters);
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

    private static Statement ListOf(UsageFilters filters)
    {
        var (where, types) = Where(filters);
        types.Add(DbType.Int64);
        return new($"SELECT {Columns} FROM usage {where} ORDER BY time, id LIMIT ${types.Count}", [.. types]);
    }

    private static (string Where, List<DbType> Types) Where(UsageFilters filters)
    {
        List<DbType> types = [DbType.Int64, DbType.Int64];
        var where = "WHERE time >= $1 AND time < $2";
        void And(UsageFilters filter, Func<int, string> condition, params DbType[] given)
        {
            if (filters.HasFlag(filter))
            {
                where += $" AND {condition(types.Count + 1)}";
                types.AddRange(given);
            }
        }

        And(UsageFilters.Account, at => $"account = ${at}", DbType.String);
        And(UsageFilters.Project, at => $"project = ${at}", DbType.String);
        And(UsageFilters.Prefix, at => $"(account >= ${at} AND account < ${at + 1} OR project >= ${at} AND project < ${at + 1})", DbType.String, DbType.String);
        And(UsageFilters.After, at => $"(time, id) > (${at}, ${at + 1})", DbType.Int64, DbType.Binary);
        return (where, types);
    }

    private static IEnumerable<UsageFilters> Combinations(UsageFilters all) => Enumerable.Range(0, (int)all + 1).Select(bits => (UsageFilters)bits);

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

/// <summary>What a statement restricts beside the period.</summary>
[Flags]
internal enum UsageFilters
{
    Account = 1,
    Project = 2,
    Prefix = 4,
    After = 8,
}
