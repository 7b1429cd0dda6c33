using System.Data;

namespace Atrium.Persistence.Sql.Tables;

/// <summary>The four forms of a select over a range of resources: with or without a link, from a key on or behind it.</summary>
internal sealed class ListStatements(string select, bool paged)
{
    private readonly Statement from = Of(select, paged, linked: false, ">=");
    private readonly Statement behind = Of(select, paged, linked: false, ">");
    private readonly Statement linkedFrom = Of(select, paged, linked: true, ">=");
    private readonly Statement linkedBehind = Of(select, paged, linked: true, ">");

    public Statement For(ResourceQuery query, KeyRange range) => (query.Link, range.LowerExcluded) switch
    {
        (null, false) => from,
        (null, true) => behind,
        (_, false) => linkedFrom,
        _ => linkedBehind,
    };

    private static Statement Of(string select, bool paged, bool linked, string lower)
    {
        var (columns, link) = linked ? ("link, type, deleted, key", "$6, ") : ("type, deleted, key", "");
        var end = paged ? $" ORDER BY {columns} LIMIT {(linked ? "$7" : "$6")}" : "";
        List<DbType> types = [DbType.String, DbType.Int16, DbType.String, DbType.Int16, DbType.String];
        if (linked)
        {
            types.Add(DbType.String);
        }

        if (paged)
        {
            types.Add(DbType.Int64);
        }

        return new(
            $"{select} FROM resources WHERE ({columns}) {lower} ({link}$1, $2, $3) AND ({columns}) < ({link}$1, $4, $5){end}",
            [.. types]);
    }
}
