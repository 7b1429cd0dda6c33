using System.Data;
using System.Data.Common;

namespace Atrium.Persistence.Sql.Tables;

/// <summary>Resources. Lists are a range of one index, whose columns begin the comparison as one value, so that no planner can choose another.</summary>
internal static class ResourceTable
{
    private const string Columns = "key, id, type, body, link, purge_at, version";

    private static readonly Statement FindOne = new($"SELECT {Columns} FROM resources WHERE key = $1", DbType.String);

    private static readonly Statement Insert = new(
        """
        INSERT INTO resources (key, id, type, body, link, purge_at, deleted, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (key) DO NOTHING
        """,
        DbType.String, DbType.String, DbType.String, DbType.String, DbType.String, DbType.Int64, DbType.Int16, DbType.Int64);

    private static readonly Statement Upsert = new(
        """
        INSERT INTO resources (key, id, type, body, link, purge_at, deleted, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (key) DO UPDATE SET id = excluded.id, type = excluded.type, body = excluded.body, link = excluded.link,
            purge_at = excluded.purge_at, deleted = excluded.deleted, version = excluded.version
        """,
        DbType.String, DbType.String, DbType.String, DbType.String, DbType.String, DbType.Int64, DbType.Int16, DbType.Int64);

    private static readonly Statement Update = new(
        """
        UPDATE resources SET id = $2, type = $3, body = $4, link = $5, purge_at = $6, deleted = $7, version = $8
        WHERE key = $1 AND version = $9
        """,
        DbType.String, DbType.String, DbType.String, DbType.String, DbType.String, DbType.Int64, DbType.Int16, DbType.Int64, DbType.Int64);

    private static readonly Statement RemoveAny = new("DELETE FROM resources WHERE key = $1", DbType.String);

    private static readonly Statement RemoveSame = new("DELETE FROM resources WHERE key = $1 AND version = $2", DbType.String, DbType.Int64);

    private static readonly ListStatements Pages = new($"SELECT {Columns}", paged: true);

    private static readonly ListStatements Counts = new("SELECT count(*)", paged: false);

    public static ValueTask<StoredResource?> FindAsync(Session session, string key, CancellationToken cancellationToken) =>
        session.FindAsync(FindOne, [key], Map, cancellationToken);

    public static async ValueTask<IReadOnlyList<StoredResource>> ListAsync(Session session, ResourceQuery query, CancellationToken cancellationToken)
    {
        var (statement, values) = PageOf(query);
        return await session.ListAsync(statement, values, Map, cancellationToken);
    }

    /// <summary>The statement of a page, and its values.</summary>
    public static (Statement Statement, object?[] Values) PageOf(ResourceQuery query)
    {
        var range = KeyRange.Of(query.KeyPrefix, query.After);
        return (Pages.For(query, range), [.. Bounds(query, range), (long)query.Take]);
    }

    public static ValueTask<long> CountAsync(Session session, ResourceQuery query, CancellationToken cancellationToken)
    {
        var range = KeyRange.Of(query.KeyPrefix, query.After);
        return session.FindAsync(Counts.For(query, range), Bounds(query, range), static row => row.GetInt64(0), cancellationToken);
    }

    /// <summary>Writes the resource with its version if what is expected is there.</summary>
    public static Step Write(ResourceWrite write, long version)
    {
        var resource = write.Resource!;
        object?[] values =
        [
            write.Key, resource.Id, write.Type, resource.Body, resource.Link, resource.PurgeAt.ToColumn(), (short)(resource.PurgeAt is null ? 0 : 1), version,
        ];
        return write.Expect switch
        {
            Expect.Nothing => new(Insert, values, Guards: write.Key),
            Expect.SameVersion => new(Update, [.. values, write.ExpectedVersion], Guards: write.Key),
            _ => new(Upsert, values, Guards: write.Key),
        };
    }

    /// <summary>Removes the resource, whatever its version, if there is one.</summary>
    public static Step Remove(string key) => new(RemoveAny, [key]);

    /// <summary>Removes the resource if it has this version.</summary>
    public static Step RemoveVersion(string key, long version) => new(RemoveSame, [key, version], Guards: key);

    /// <summary>The values of <c>$1</c> to <c>$6</c>. A range without end goes up to the first key of the other half, live or deleted.</summary>
    private static object?[] Bounds(ResourceQuery query, KeyRange range)
    {
        var deleted = (short)(query.Deleted ? 1 : 0);
        object?[] bounds = [query.Type, deleted, range.Lower, range.Upper is null ? (short)(deleted + 1) : deleted, range.Upper ?? ""];
        return query.Link is null ? bounds : [.. bounds, query.Link];
    }

    private static StoredResource Map(DbDataReader row) => new()
    {
        Key = row.GetString(0),
        Id = row.GetString(1),
        Type = row.GetString(2),
        Body = row.GetString(3),
        Link = row.FindString(4),
        PurgeAt = row.FindTime(5),
        Version = row.GetInt64(6),
    };
}
