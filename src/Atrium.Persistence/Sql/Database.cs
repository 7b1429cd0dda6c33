using Atrium.Persistence.Migrations;

namespace Atrium.Persistence.Sql;

/// <summary>What the databases disagree on. Everything else is written once.</summary>
internal abstract class Database : IAsyncDisposable
{
    /// <summary>The numbered scripts, in order.</summary>
    public abstract IReadOnlyList<MigrationScript> Migrations { get; }

    /// <summary>How many connections read at the same time.</summary>
    public abstract int MaxReaders { get; }

    /// <summary>How many tables have the name <c>$1</c>.</summary>
    public abstract Statement CountTables { get; }

    /// <summary>Makes every other migration wait until the transaction ends. Null where a write transaction does that already.</summary>
    public abstract Statement? LockMigrations { get; }

    /// <summary>The end of a select that takes rows to work on and leaves out those another node is taking.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>The end of a select of a row that no other node may change before the transaction ends.</summary>
    public abstract string LockForChange { get; }

    /// <summary>The same for a row that other nodes may look at too.</summary>
    public abstract string LockForLook { get; }

    /// <summary>The day (yyyy-MM-dd, UTC) of a column of microseconds.</summary>
    public abstract string Day(string column);

    /// <summary>The value of the field <paramref name="placeholder"/> of a column holding a JSON object; null where it has none or the column is empty.</summary>
    public abstract string JsonField(string column, string placeholder);

    /// <summary>How a parameter is called so that it stands for the placeholder <c>$position</c>.</summary>
    public abstract string ParameterName(int position);

    /// <summary>A connection that can only read. Changes nothing in the database's files.</summary>
    public abstract ValueTask<Session> OpenReaderAsync(CancellationToken cancellationToken);

    /// <summary>A connection that writes.</summary>
    public abstract ValueTask<Session> OpenWriterAsync(CancellationToken cancellationToken);

    /// <summary>Whether the same work may succeed when it is tried again: a lost connection, a deadlock.</summary>
    public abstract bool IsTransient(Exception exception);

    /// <summary>Whether a commit that answered with this was surely undone. A connection lost while committing leaves that open.</summary>
    public abstract bool IsSurelyUndone(Exception exception);

    /// <summary>Whether the disk has no room left.</summary>
    public abstract bool IsFull(Exception exception);

    public abstract ValueTask DisposeAsync();
}
