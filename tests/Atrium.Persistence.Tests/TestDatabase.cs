namespace Atrium.Persistence.Tests;

/// <summary>An empty database of one test's own.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    /// <summary>How to open it.</summary>
    public abstract StoreOptions Options { get; }

    public abstract ValueTask DisposeAsync();

    /// <summary>The store on it, migrated.</summary>
    public async Task<IAtriumStore> OpenAsync(CancellationToken cancellationToken)
    {
        var store = AtriumStore.Open(Options);
        await store.MigrateAsync(cancellationToken);
        return store;
    }
}
