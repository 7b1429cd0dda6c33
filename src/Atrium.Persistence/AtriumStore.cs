using Atrium.Persistence.PostgreSql;
using Atrium.Persistence.Sql;
using Atrium.Persistence.Sqlite;

namespace Atrium.Persistence;

/// <summary>Opens the store of a database.</summary>
public static class AtriumStore
{
    /// <summary>The store that the options name. Touches the database only when it is first used; start with <see cref="IAtriumStore.MigrateAsync"/>.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message names every mistake.</exception>
    public static IAtriumStore Open(StoreOptions options) => Open(options, TimeProvider.System);

    /// <inheritdoc cref="Open(StoreOptions)"/>
    public static IAtriumStore Open(StoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Demand();
        Database database = options.Provider is StoreOptions.Sqlite
            ? new SqliteDatabase(options.Path!)
            : new PostgreSqlDatabase(options.ConnectionString!);
        return new SqlStore(database, time);
    }
}
