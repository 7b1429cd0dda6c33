using System.Data.Common;

namespace Atrium.Persistence.Sql;

/// <summary>
/// How values are kept in columns. Times are whole microseconds since 1970 on both databases: one order, one precision,
/// no time zone; what is finer is cut off.
/// </summary>
internal static class Columns
{
    public static long ToColumn(this DateTimeOffset time) =>
        (time.UtcTicks / TimeSpan.TicksPerMicrosecond) - (DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond);

    public static long? ToColumn(this DateTimeOffset? time) => time?.ToColumn();

    public static DateTimeOffset GetTime(this DbDataReader row, int column) =>
        DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(column) * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset? FindTime(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetTime(column);

    public static string? FindString(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static byte[] GetBytes(this DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);
}
