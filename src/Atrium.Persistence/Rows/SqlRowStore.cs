using System.Data;
using Atrium.Persistence.Migrations;
using Atrium.Persistence.Sql;

namespace Atrium.Persistence.Rows;

/// <summary>Rows in one table of a database with SQL. Reads run side by side on pooled sessions; writes go through one writer.</summary>
internal sealed class SqlRowStore : IRowStore
{
    private const string MigrationsTable = "row_migrations";
    private static readonly Statement FindOne = new("SELECT value FROM rows WHERE key = $1", DbType.Binary);
    private readonly Database database;
    private readonly Migrator migrator;
    private readonly SessionPool readers;
    private readonly GroupWriter writer;
    private readonly RowStatements statements;

    public SqlRowStore(Database database, string scripts, TimeProvider time)
    {
        this.database = database;
        migrator = new(database, MigrationScript.Embedded(scripts), time, MigrationsTable);
        readers = new(database, time);
        writer = new(database, time);
        statements = new(database);
    }

    public Task MigrateAsync(CancellationToken cancellationToken) => migrator.MigrateAsync(cancellationToken);

    public ValueTask<byte[]?> FindAsync(byte[] key, CancellationToken cancellationToken) =>
        readers.RunAsync((session, token) => session.FindAsync(FindOne, [key], static row => row.GetBytes(0), token), cancellationToken);

    public ValueTask<IReadOnlyList<StoredRow>> ListAsync(RowRange range, int take, CancellationToken cancellationToken) =>
        readers.RunAsync((session, token) => RowStatements.ListAsync(session, range, take, token), cancellationToken);

    public async ValueTask<T> WriteAsync<T>(Func<IRowWriter, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            return await writer.RunAsync(async (session, token) => new Written<T>(await work(new SqlRowWriter(session, statements), token), Keep: true), cancellationToken);
        }
        catch (Exception failure) when (database.IsFull(failure))
        {
            throw new RowsFullException(failure);
        }
    }

    /// <summary>Finishes the writes that wait, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        await readers.DisposeAsync();
        await database.DisposeAsync();
    }
}
