using Atrium.Persistence.Migrations;
using Atrium.Persistence.Sql;

namespace Atrium.Persistence.Tests;

/// <summary>An empty database of one test's own.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    /// <summary>How to open it.</summary>
    public abstract StoreOptions Options { get; }

    /// <summary>Names of all its tables.</summary>
    private protected abstract Statement TableNames { get; }

    /// <summary>The scripts that the program has for it.</summary>
    internal IReadOnlyList<MigrationScript> Scripts => OpenDatabase().Migrations;

    public abstract ValueTask DisposeAsync();

    /// <summary>The store on it, migrated.</summary>
    public async Task<IAtriumStore> OpenAsync(CancellationToken cancellationToken)
    {
        var store = AtriumStore.Open(Options);
        await store.MigrateAsync(cancellationToken);
        return store;
    }

    /// <summary>The names of its tables, in order.</summary>
    public async Task<IReadOnlyList<string>> SchemaAsync(CancellationToken cancellationToken) =>
        await QueryAsync(TableNames, [], cancellationToken);

    internal abstract Database OpenDatabase();

    /// <summary>The first column of a statement's rows, on a session of its own.</summary>
    internal async Task<IReadOnlyList<string>> QueryAsync(Statement statement, object?[] values, CancellationToken cancellationToken)
    {
        await using var database = OpenDatabase();
        await using var session = await database.OpenReaderAsync(cancellationToken);
        return await session.ListAsync(statement, values, static row => row.GetString(row.FieldCount - 1), cancellationToken);
    }

    /// <summary>Runs a script on a session of its own.</summary>
    internal async Task RunAsync(string script, CancellationToken cancellationToken)
    {
        await using var database = OpenDatabase();
        await using var session = await database.OpenWriterAsync(cancellationToken);
        await session.RunScriptAsync(script, cancellationToken);
    }
}
