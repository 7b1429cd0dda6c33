using System.Data;
using Atrium.Persistence.Sql;

namespace Atrium.Persistence.Migrations;

/// <summary>Brings a database to the newest schema: one script, one transaction. A crash leaves the schema before the script or behind it.</summary>
/// <param name="database">Whose.</param>
/// <param name="scripts">All that are known.</param>
/// <param name="time">For the record of what was applied when.</param>
/// <param name="table">Where that record is: each schema has its own.</param>
internal sealed class Migrator(Database database, IReadOnlyList<MigrationScript> scripts, TimeProvider time, string table = "migrations")
{
    private readonly string createTable =
        $"CREATE TABLE IF NOT EXISTS {table} (number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at bigint NOT NULL)";

    private readonly Statement listApplied = new($"SELECT number, name, checksum FROM {table} ORDER BY number");

    private readonly Statement insert = new(
        $"INSERT INTO {table} (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)", DbType.Int32, DbType.String, DbType.String, DbType.Int64);

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await RefuseWithoutTouchingAsync(cancellationToken);
        while (await ApplyNextAsync(cancellationToken))
        {
        }
    }

    /// <summary>Asks before anything is written: a newer program's database stays as it is, down to the file's header.</summary>
    private async Task RefuseWithoutTouchingAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.OpenReaderAsync(cancellationToken);
        if (await session.FindAsync(database.CountTables, [table], static row => row.GetInt64(0), cancellationToken) > 0)
        {
            MigrationRules.Pending(scripts, await ReadAppliedAsync(session, cancellationToken));
        }
    }

    /// <summary>Applies one script; false where none is left. Another node may have applied it meanwhile, so it asks again under the lock.</summary>
    private async Task<bool> ApplyNextAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.OpenWriterAsync(cancellationToken);
        await session.BeginAsync(cancellationToken);
        if (database.LockMigrations is { } wait)
        {
            await session.ExecuteAsync(wait, [], cancellationToken);
        }

        await session.RunScriptAsync(createTable, cancellationToken);
        var pending = MigrationRules.Pending(scripts, await ReadAppliedAsync(session, cancellationToken));
        if (pending.Count == 0)
        {
            return false;
        }

        var next = pending[0];
        await session.RunScriptAsync(next.Text, cancellationToken);
        await session.ExecuteAsync(insert, [next.Number, next.Name, next.Checksum, time.GetUtcNow().ToColumn()], cancellationToken);
        await session.CommitAsync(cancellationToken);
        return true;
    }

    private ValueTask<List<AppliedMigration>> ReadAppliedAsync(Session session, CancellationToken cancellationToken) =>
        session.ListAsync(
            listApplied, [], static row => new AppliedMigration(row.GetInt32(0), row.GetString(1), row.GetString(2)), cancellationToken);
}
