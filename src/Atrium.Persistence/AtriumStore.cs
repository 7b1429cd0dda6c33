using Atrium.Persistence.Sqlite;

namespace Atrium.Persistence;

/// <summary>Opens a store.</summary>
public static class AtriumStore
{
    /// <summary>The store that the options name. Nothing is read or written before <see cref="IAtriumStore.MigrateAsync"/>.</summary>
    /// <exception cref="ArgumentException">The provider is unknown, or what it needs is missing.</exception>
    public static IAtriumStore Open(StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Provider switch
        {
            "sqlite" => new SqliteStore(options.Path ?? throw new ArgumentException("A sqlite store needs a path.", nameof(options))),
            _ => throw new ArgumentException($"The store provider '{options.Provider}' is not known. Known: sqlite, postgresql.", nameof(options)),
        };
    }
}
