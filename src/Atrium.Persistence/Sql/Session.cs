using System.Data;
using System.Data.Common;

namespace Atrium.Persistence.Sql;

/// <summary>A connection with its prepared statements. Used by one caller at a time.</summary>
internal sealed class Session(Database database, DbConnection connection) : IAsyncDisposable
{
    private const int BatchBound = 500;

    private readonly Dictionary<Statement, DbCommand> prepared = new(ReferenceEqualityComparer.Instance);
    private DbTransaction? transaction;

    /// <summary>Whether a statement costs a round trip, so that many are better sent at once.</summary>
    public bool IsRemote => connection.CanCreateBatch;

    /// <summary>Opens the connection.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) => connection.OpenAsync(cancellationToken);

    /// <summary>Runs the statement; the number of rows it changed.</summary>
    public async ValueTask<int> ExecuteAsync(Statement statement, object?[] values, CancellationToken cancellationToken)
    {
        var command = await BindAsync(statement, values, cancellationToken);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Runs the steps in order, in few round trips where the database is behind a network. The key of the first guard that was not met; null where all were.
    /// Steps after that one may have run: what was written is to be undone.
    /// </summary>
    public async ValueTask<string?> RunAsync(IEnumerable<Step> steps, CancellationToken cancellationToken)
    {
        if (IsRemote)
        {
            foreach (var chunk in steps.Chunk(BatchBound))
            {
                if (await RunBatchAsync(chunk, cancellationToken) is { } conflict)
                {
                    return conflict;
                }
            }

            return null;
        }

        foreach (var step in steps)
        {
            if (!IsMet(step, await ExecuteAsync(step.Statement, step.Values, cancellationToken)))
            {
                return step.Guards;
            }
        }

        return null;
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

    /// <summary>Undoes the transaction. The connection can begin another one.</summary>
    public async ValueTask RollbackAsync(CancellationToken cancellationToken)
    {
        await transaction!.RollbackAsync(cancellationToken);
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

    private async ValueTask<string?> RunBatchAsync(Step[] steps, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var (statement, values, _) in steps)
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
        return steps.Where((step, index) => !IsMet(step, batch.BatchCommands[index].RecordsAffected)).FirstOrDefault()?.Guards;
    }

    private static bool IsMet(Step step, int rows) => step.Guards is null || rows == 1;

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
