using Atrium.Persistence.Migrations;
using Atrium.Persistence.Sql;
using Atrium.Persistence.Sqlite;

namespace Atrium.Persistence.Tests.Sqlite;

/// <summary>SQLite on a disk that can fill up, become read-only or fail; all else is the real thing.</summary>
internal sealed class FaultySqlite(string path) : Database
{
    private readonly SqliteDatabase inner = new(path);
    private Session? writer;

    /// <summary>What is done to a connection for writing after it was opened.</summary>
    public string Fault { get; set; } = "";

    /// <summary>How many times opening for writing fails from now on.</summary>
    public int RefusedOpenings { get; set; }

    public override IReadOnlyList<MigrationScript> Migrations => inner.Migrations;

    public override int MaxReaders => inner.MaxReaders;

    public override Statement CountTables => inner.CountTables;

    public override Statement? LockMigrations => inner.LockMigrations;

    public override string SkipLocked => inner.SkipLocked;

    public override string LockForChange => inner.LockForChange;

    public override string LockForLook => inner.LockForLook;

    public override bool IsFull(Exception exception) => inner.IsFull(exception);

    public override string Day(string column) => inner.Day(column);

    public override string JsonField(string column, string placeholder) => inner.JsonField(column, placeholder);

    public override string ParameterName(int position) => inner.ParameterName(position);

    public override ValueTask<Session> OpenReaderAsync(CancellationToken cancellationToken) => inner.OpenReaderAsync(cancellationToken);

    public override async ValueTask<Session> OpenWriterAsync(CancellationToken cancellationToken)
    {
        if (RefusedOpenings > 0)
        {
            RefusedOpenings--;
            throw new IOException("The disk does not answer.");
        }

        writer = await inner.OpenWriterAsync(cancellationToken);
        await SetAsync(Fault);
        return writer;
    }

    /// <summary>Changes the disk under the open connection. Only while nobody writes.</summary>
    public async Task SetAsync(string fault)
    {
        Fault = fault;
        try
        {
            await (writer?.RunScriptAsync(fault, CancellationToken.None) ?? Task.CompletedTask);
        }
        catch (InvalidOperationException)
        {
            // The store has given that connection up; the next one is opened with the fault.
        }
    }

    public override bool IsTransient(Exception exception) => inner.IsTransient(exception) || exception is IOException;

    public override bool IsSurelyUndone(Exception exception) => inner.IsSurelyUndone(exception);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
