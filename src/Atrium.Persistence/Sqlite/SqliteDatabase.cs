using System.Data;
using Atrium.Persistence.Migrations;
using Atrium.Persistence.Sql;
using Microsoft.Data.Sqlite;

namespace Atrium.Persistence.Sqlite;

/// <summary>One file with a write-ahead log: many readers beside one writer.</summary>
internal sealed class SqliteDatabase(string path) : Database
{
    /// <summary>How long a statement waits for another process that writes (the command line beside the server).</summary>
    private const int BusyTimeoutSeconds = 30;

    private const int Full = 13;

    private const string Common = "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";

    /// <summary>Every commit is flushed before it is acknowledged.</summary>
    private const string Writer = $"{Common} PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

    private const string Reader = $"{Common} PRAGMA query_only = ON;";

    private readonly string connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,
        Pooling = false,
        DefaultTimeout = BusyTimeoutSeconds,
    }.ToString();

    public override IReadOnlyList<MigrationScript> Migrations { get; } = MigrationScript.Embedded("Sqlite.Migrations");

    /// <summary>Reads do not wait for anything but the processor and the disk, so few are enough.</summary>
    public override int MaxReaders { get; } = Math.Max(4, 2 * Environment.ProcessorCount);

    public override Statement CountTables { get; } =
        new("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1", DbType.String);

    public override Statement? LockMigrations => null;

    /// <summary>There is one writer at a time.</summary>
    public override string SkipLocked => "";

    public override string LockForChange => "";

    public override string LockForLook => "";

    public override string Day(string column) => $"strftime('%Y-%m-%d', {column} / 1000000, 'unixepoch')";

    public override string JsonField(string column, string placeholder) =>
        $"(SELECT value FROM json_each(nullif({column}, '')) WHERE key = {placeholder})";

    public override string ParameterName(int position) => $"${position}";

    public override ValueTask<Session> OpenReaderAsync(CancellationToken cancellationToken) => OpenAsync(Reader, cancellationToken);

    public override ValueTask<Session> OpenWriterAsync(CancellationToken cancellationToken) => OpenAsync(Writer, cancellationToken);

    /// <summary>Waiting for a lock is done by the provider; what fails after that does not heal by trying again.</summary>
    public override bool IsTransient(Exception exception) => false;

    public override bool IsSurelyUndone(Exception exception) => false;

    public override bool IsFull(Exception exception) => exception is SqliteException { SqliteErrorCode: Full };

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<Session> OpenAsync(string setup, CancellationToken cancellationToken)
    {
        MakeFile();
        var session = new Session(this, new SqliteConnection(connectionString));
        try
        {
            await session.OpenAsync(cancellationToken);
            await session.RunScriptAsync(setup, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Only the owner may read it; the log files beside it take over its mode.</summary>
    private void MakeFile()
    {
        if (File.Exists(path))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
    }
}
