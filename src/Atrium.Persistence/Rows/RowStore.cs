using Atrium.Persistence.PostgreSql;
using Atrium.Persistence.Sqlite;

namespace Atrium.Persistence.Rows;

/// <summary>Opens the row store of a database.</summary>
public static class RowStore
{
    /// <summary>The row store that the options name. Touches the database only when it is first used; start with <see cref="IRowStore.MigrateAsync"/>.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message names every mistake.</exception>
    public static IRowStore Open(StoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Demand();
        return options.Provider is StoreOptions.Sqlite
            ? new SqlRowStore(new SqliteDatabase(options.Path!), "Sqlite.Rows", time)
            : new SqlRowStore(new PostgreSqlDatabase(options.ConnectionString!), "PostgreSql.Rows", time);
    }
}
