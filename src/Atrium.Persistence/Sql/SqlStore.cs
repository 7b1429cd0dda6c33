using Atrium.Persistence.Migrations;
using Atrium.Persistence.Rows;
using Atrium.Persistence.Sql.Tables;

namespace Atrium.Persistence.Sql;

/// <summary>The store on a database with SQL. Reads run side by side on pooled sessions; writes go through one writer.</summary>
internal sealed class SqlStore : IAtriumStore
{
    private readonly Database database;
    private readonly Migrator migrator;
    private readonly SessionPool readers;
    private readonly GroupWriter writer;
    private readonly OperationTable operations;
    private readonly UsageTable usage;
    private ActivityChain chain = new([]);

    public SqlStore(Database database, TimeProvider time)
    {
        this.database = database;
        migrator = new(database, database.Migrations, time);
        readers = new(database, time);
        writer = new(database, time);
        operations = new(database);
        usage = new(database);
    }

    public Task MigrateAsync(CancellationToken cancellationToken) => migrator.MigrateAsync(cancellationToken);

    public ValueTask<StoredResource?> FindAsync(string key, CancellationToken cancellationToken) =>
        readers.RunAsync((session, token) => ResourceTable.FindAsync(session, key, token), cancellationToken);

    public ValueTask<IReadOnlyList<StoredResource>> ListAsync(ResourceQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegative(query.Take);
        return readers.RunAsync((session, token) => ResourceTable.ListAsync(session, query, token), cancellationToken);
    }

    public ValueTask<long> CountAsync(ResourceQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return readers.RunAsync((session, token) => ResourceTable.CountAsync(session, query with { After = null }, token), cancellationToken);
    }

    public async ValueTask<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        CommitRules.Check(commit);
        try
        {
            return await writer.RunAsync(new CommitJob(commit, chain), cancellationToken);
        }
        catch (Exception failure) when (database.IsFull(failure))
        {
            throw new RowsFullException(failure);
        }
    }

    public ValueTask<byte[]?> FindSecretAsync(string resourceKey, string name, CancellationToken cancellationToken) =>
        readers.RunAsync((session, token) => SecretTable.FindAsync(session, resourceKey, name, token), cancellationToken);

    public ValueTask<IReadOnlyList<StoredSecret>> ListSecretsAsync(string resourceKey, CancellationToken cancellationToken) =>
        readers.RunAsync((session, token) => SecretTable.ListAsync(session, resourceKey, token), cancellationToken);

    public ValueTask<StoredOperation?> FindOperationAsync(string id, CancellationToken cancellationToken) =>
        readers.RunAsync((session, token) => OperationTable.FindAsync(session, id, token), cancellationToken);

    public async ValueTask<IReadOnlyList<StoredOperation>> LeaseOperationsAsync(
        string node, int take, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(node);
        ArgumentOutOfRangeException.ThrowIfNegative(take);
        return await readers.RunAsync((session, token) => OperationTable.AnyFreeAsync(session, now, token), cancellationToken)
            ? await writer.RunAsync(
                async (session, token) => new Written<IReadOnlyList<StoredOperation>>(
                    await operations.LeaseAsync(session, node, take, now, leaseUntil, token), Keep: true),
                cancellationToken)
            : [];
    }

    public async ValueTask MoveLeasesAsync(string node, DateTimeOffset leaseUntil, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(node);
        await writer.RunAsync(
            async (session, token) => new Written<int>(await OperationTable.MoveLeasesAsync(session, node, leaseUntil, token), Keep: true),
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<ActivityRow>> ListActivityAsync(ActivityQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegative(query.Take);
        return readers.RunAsync((session, token) => ActivityTable.ListAsync(session, query, token), cancellationToken);
    }

    public void UseActivityKey(ReadOnlySpan<byte> key) => chain = new(key);

    public async ValueTask<IReadOnlyList<ActivityRow>> ListActivityAfterAsync(long after, int take, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(take);
        return [.. (await readers.RunAsync((session, token) => ActivityTable.ListUpAsync(session, after, take, token), cancellationToken)).Select(found => found.Row)];
    }

    public async ValueTask<ActivityHead> ActivityHeadAsync(CancellationToken cancellationToken) => (await readers.RunAsync(ActivityTable.HeadAsync, cancellationToken)).Head;

    public async ValueTask<byte[]?> ActivityHashAsync(long sequence, CancellationToken cancellationToken) =>
        await readers.RunAsync((session, token) => ActivityTable.ListUpAsync(session, sequence - 1, 1, token), cancellationToken) is [var found] && found.Row.Sequence == sequence ? found.Hash : null;

    public async ValueTask<ActivityVerdict> VerifyActivityAsync(CancellationToken cancellationToken)
    {
        var (head, beganAfter) = await readers.RunAsync(ActivityTable.HeadAsync, cancellationToken);
        return await new ActivityCheck(chain, head, beganAfter).RunAsync(
            (after, take) => readers.RunAsync((session, token) => ActivityTable.ListUpAsync(session, after, take, token), cancellationToken));
    }

    public ValueTask<IReadOnlyList<ResourceChange>> ListChangesAsync(long after, int take, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(take);
        return readers.RunAsync((session, token) => ChangeTable.ListAsync(session, after, take, token), cancellationToken);
    }

    public ValueTask<long> LastChangeAsync(CancellationToken cancellationToken) =>
        readers.RunAsync(ChangeTable.LastAsync, cancellationToken);

    public async ValueTask AppendUsageAsync(IReadOnlyList<UsageRow> rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        UsageRules.Check(rows);
        await writer.RunAsync(
            async (session, token) =>
            {
                await UsageTable.AppendAsync(session, rows, token);
                return new Written<int>(rows.Count, Keep: true);
            },
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<UsageTotal>> SumUsageAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.By is UsageDimension.Tag && string.IsNullOrEmpty(query.Tag))
        {
            throw new ArgumentException("A sum by tag needs the tag's name.", nameof(query));
        }

        return readers.RunAsync((session, token) => usage.SumAsync(session, query, token), cancellationToken);
    }

    public ValueTask<IReadOnlyList<UsageRow>> ListUsageAsync(UsageQuery query, int take, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegative(take);
        return readers.RunAsync((session, token) => usage.ListAsync(session, query, take, token), cancellationToken);
    }

    public ValueTask<byte[]?> FindValueAsync(string name, CancellationToken cancellationToken) =>
        readers.RunAsync((session, token) => ValueTable.FindAsync(session, name, token), cancellationToken);

    public ValueTask<byte[]> GetOrAddValueAsync(string name, byte[] value, CancellationToken cancellationToken)
    {
        StoreLimits.CheckName(name, nameof(name));
        ArgumentNullException.ThrowIfNull(value);
        return writer.RunAsync(
            async (session, token) => new Written<byte[]>(await ValueTable.GetOrAddAsync(session, name, value, token), Keep: true),
            cancellationToken);
    }

    /// <summary>Finishes the writes that wait, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        await readers.DisposeAsync();
        await database.DisposeAsync();
    }
}
