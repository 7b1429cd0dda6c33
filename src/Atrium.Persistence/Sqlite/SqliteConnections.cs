using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Atrium.Persistence.Sqlite;

/// <summary>A connection with its prepared statements.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> prepared = [];

    public SqliteConnection Connection { get; } = connection;

    /// <summary>The prepared statement with these values for $1, $2, ... in order.</summary>
    public SqliteCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            prepared[sql] = command;
        }

        command.Parameters.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", values[i] ?? DBNull.Value);
        }

        return command;
    }

    public void Execute(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

    public void Dispose()
    {
        foreach (var command in prepared.Values)
        {
            command.Dispose();
        }

        Connection.Dispose();
    }
}

/// <summary>Readers, opened when needed and kept.</summary>
internal sealed class SqliteConnections(string path) : IDisposable
{
    private const int BusyTimeoutSeconds = 30;
    private readonly ConcurrentBag<SqliteSession> idle = [];

    public SqliteSession Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = BusyTimeoutSeconds }.ToString());
        connection.Open();
        var session = new SqliteSession(connection);
        session.Execute("PRAGMA journal_mode=WAL");
        session.Execute("PRAGMA synchronous=FULL");
        return session;
    }

    public T Read<T>(Func<SqliteSession, T> read)
    {
        var session = idle.TryTake(out var kept) ? kept : Open();
        var result = read(session);
        idle.Add(session);
        return result;
    }

    public void Dispose()
    {
        while (idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
