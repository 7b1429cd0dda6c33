using System.Data;
using Atrium.Persistence.Migrations;
using Atrium.Persistence.Rows;
using Atrium.Persistence.Sql;
using Npgsql;

namespace Atrium.Persistence.PostgreSql;

/// <summary>A schema of a PostgreSQL server that many nodes share.</summary>
internal sealed class PostgreSqlDatabase : Database
{
    private const int DefaultMaxReaders = 16;
    private const string MaxPoolSize = "Maximum Pool Size";

    /// <summary>A server that acknowledges before it has flushed is told not to, for us.</summary>
    private const string WriterSetup =
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

    private readonly NpgsqlDataSource source;

    public PostgreSqlDatabase(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);

        // One of the connections that the operator grants is the writer's.
        MaxReaders = builder.ContainsKey(MaxPoolSize) ? Math.Max(1, builder.MaxPoolSize - 1) : DefaultMaxReaders;

        // Sessions are kept with their prepared statements, so the provider need not keep connections as well.
        builder.Pooling = false;
        builder.ApplicationName ??= "atrium";
        source = NpgsqlDataSource.Create(builder);
    }

    public override IReadOnlyList<MigrationScript> Migrations { get; } = MigrationScript.Embedded("PostgreSql.Migrations");

    public override int MaxReaders { get; }

    public override Statement CountTables { get; } =
        new("SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = $1", DbType.String);

    /// <summary>The number is our own among the advisory locks of the database.</summary>
    public override Statement? LockMigrations { get; } = new("SELECT pg_advisory_xact_lock(7022366418093)");

    public override string SkipLocked => " FOR UPDATE SKIP LOCKED";

    public override string LockForChange => " FOR UPDATE";

    public override string LockForLook => " FOR SHARE";

    public override string Day(string column) => $"to_char(to_timestamp({column} / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')";

    public override string JsonField(string column, string placeholder) => $"(nullif({column}, '')::json ->> {placeholder})";

    /// <summary>Parameters without a name go by position.</summary>
    public override string ParameterName(int position) => "";

    public override ValueTask<Session> OpenReaderAsync(CancellationToken cancellationToken) => OpenAsync(setup: null, cancellationToken);

    public override ValueTask<Session> OpenWriterAsync(CancellationToken cancellationToken) => OpenAsync(WriterSetup, cancellationToken);

    /// <summary>Besides what the provider knows: a server that is shut down, by request or after a crash, and a row that another node was faster to write.</summary>
    public override bool IsTransient(Exception exception) =>
        exception is NpgsqlException { IsTransient: true } or RowTakenException
            or PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown };

    /// <summary>Class 40 is the server's word that it rolled back, but for 40003, where it does not know.</summary>
    public override bool IsSurelyUndone(Exception exception) =>
        exception is PostgresException { SqlState: ['4', '0', ..] and not PostgresErrorCodes.StatementCompletionUnknown };

    public override bool IsFull(Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.DiskFull };

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    private async ValueTask<Session> OpenAsync(string? setup, CancellationToken cancellationToken)
    {
        var session = new Session(this, source.CreateConnection());
        try
        {
            await session.OpenAsync(cancellationToken);
            if (setup is not null)
            {
                await session.RunScriptAsync(setup, cancellationToken);
            }

            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }
}
