using System.Data;
using System.Data.Common;

namespace Atrium.Persistence.Sql;

/// <summary>A connection with its prepared statements. Used by one caller at a time.</summary>
internal sealed class Session(Database database, DbConnection connection) : IAsyncDisposable
{
    private const int BatchBound = 500;

    private readonly Dictionary<Statement, DbCommand> prepared = new(ReferenceEqualityComparer.Instance);
    private DbTransaction? transaction;

    /// <summary>Opens the connection.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) => connection.OpenAsync(cancellationToken);

    /// <summary>Runs the statement; the number of rows it changed.</summary>
    public async ValueTask<int> ExecuteAsync(Statement statement, object?[] values, CancellationToken cancellationToken)
    {
        var command = await BindAsync(statement, values, cancellationToken);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs the statement once for each row of values; in few round trips where the database is behind a network.</summary>
    public async ValueTask ExecuteManyAsync(Statement statement, IEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        if (connection.CanCreateBatch)
        {
            foreach (var chunk in rows.Chunk(BatchBound))
            {
                await ExecuteBatchAsync(statement, chunk, cancellationToken);
            }

            return;
        }

        foreach (var values in rows)
        {
            await ExecuteAsync(statement, values, cancellationToken);
        }
    }

    /// <summary>All rows of the statement.</summary>
    public async ValueTask<List<T>> ListAsync<T>(
        Statement statement, object?[] values, Func<DbDataReader, T> map, CancellationToken cancellationToken)
    {
        var command = await BindAsync(statement, values, cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    /// <summary>The first row of the statement; the default where there is none.</summary>
    public async ValueTask<T?> FindAsync<T>(
        Statement statement, object?[] values, Func<DbDataReader, T> map, CancellationToken cancellationToken)
    {
        var command = await BindAsync(statement, values, cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? map(reader) : default;
    }

    /// <summary>Runs a script of several statements, once.</summary>
    public async Task RunScriptAsync(string script, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = script;
        command.Transaction = transaction;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Begins a write transaction. Who waited for a lock goes on with what is there then; SQLite takes its only lock here.</summary>
    public async ValueTask BeginAsync(CancellationToken cancellationToken) =>
        transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);

    /// <summary>Ends the transaction. When this returns, what was written is durable.</summary>
    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        await transaction!.CommitAsync(cancellationToken);
        await transaction.DisposeAsync();
        transaction = null;
    }

    /// <summary>Closes the connection; a transaction that is open is undone.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var command in prepared.Values)
        {
            await command.DisposeAsync();
        }

        await connection.DisposeAsync();
    }

    private async ValueTask ExecuteBatchAsync(Statement statement, object?[][] rows, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var values in rows)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = statement.Text;
            for (var index = 0; index < values.Length; index++)
            {
                var parameter = command.CreateParameter();
                parameter.DbType = statement.Parameters[index];
                parameter.Value = values[index] ?? DBNull.Value;
                command.Parameters.Add(parameter);
            }

            batch.BatchCommands.Add(command);
        }

        await batch.PrepareAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private async ValueTask<DbCommand> BindAsync(Statement statement, object?[] values, CancellationToken cancellationToken)
    {
        if (!prepared.TryGetValue(statement, out var command))
        {
            command = await PrepareAsync(statement, cancellationToken);
            prepared.Add(statement, command);
        }

        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index] ?? DBNull.Value;
        }

        command.Transaction = transaction;
        return command;
    }

    private async ValueTask<DbCommand> PrepareAsync(Statement statement, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        command.CommandText = statement.Text;
        command.Transaction = transaction;
        for (var index = 0; index < statement.Parameters.Count; index++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = database.ParameterName(index + 1);
            parameter.DbType = statement.Parameters[index];
            command.Parameters.Add(parameter);
        }

        await command.PrepareAsync(cancellationToken);
        return command;
    }
}
