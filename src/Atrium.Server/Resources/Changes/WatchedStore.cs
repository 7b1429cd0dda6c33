using Atrium.Persistence;

namespace Atrium.Server.Resources.Changes;

/// <summary>The store, telling the <see cref="ChangeFeed"/> of each commit before it returns.</summary>
internal sealed partial class WatchedStore(IAtriumStore inner, ChangeFeed feed, ILogger<WatchedStore> logger) : IAtriumStore
{
    public async ValueTask<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        var outcome = await inner.CommitAsync(commit, cancellationToken);
        if (outcome.Committed && commit.Resources.Count > 0)
        {
            await TellAsync(commit, outcome);
        }

        return outcome;
    }

    public Task MigrateAsync(CancellationToken cancellationToken) => inner.MigrateAsync(cancellationToken);

    public ValueTask<StoredResource?> FindAsync(string key, CancellationToken cancellationToken) => inner.FindAsync(key, cancellationToken);

    public ValueTask<IReadOnlyList<StoredResource>> ListAsync(ResourceQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    public ValueTask<long> CountAsync(ResourceQuery query, CancellationToken cancellationToken) => inner.CountAsync(query, cancellationToken);

    public ValueTask<byte[]?> FindSecretAsync(string resourceKey, string name, CancellationToken cancellationToken) =>
        inner.FindSecretAsync(resourceKey, name, cancellationToken);

    public ValueTask<IReadOnlyList<StoredSecret>> ListSecretsAsync(string resourceKey, CancellationToken cancellationToken) =>
        inner.ListSecretsAsync(resourceKey, cancellationToken);

    public ValueTask<StoredOperation?> FindOperationAsync(string id, CancellationToken cancellationToken) => inner.FindOperationAsync(id, cancellationToken);

    public ValueTask<IReadOnlyList<StoredOperation>> LeaseOperationsAsync(
        string node, int take, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellationToken) =>
        inner.LeaseOperationsAsync(node, take, now, leaseUntil, cancellationToken);

    public ValueTask MoveLeasesAsync(string node, DateTimeOffset leaseUntil, CancellationToken cancellationToken) =>
        inner.MoveLeasesAsync(node, leaseUntil, cancellationToken);

    public ValueTask<IReadOnlyList<ActivityRow>> ListActivityAsync(ActivityQuery query, CancellationToken cancellationToken) =>
        inner.ListActivityAsync(query, cancellationToken);

    public void UseActivityKey(ReadOnlySpan<byte> key) => inner.UseActivityKey(key);

    public ValueTask<IReadOnlyList<ActivityRow>> ListActivityAfterAsync(long after, int take, CancellationToken cancellationToken) =>
        inner.ListActivityAfterAsync(after, take, cancellationToken);

    public ValueTask<ActivityHead> ActivityHeadAsync(CancellationToken cancellationToken) => inner.ActivityHeadAsync(cancellationToken);

    public ValueTask<byte[]?> ActivityHashAsync(long sequence, CancellationToken cancellationToken) => inner.ActivityHashAsync(sequence, cancellationToken);

    public ValueTask<ActivityVerdict> VerifyActivityAsync(CancellationToken cancellationToken) => inner.VerifyActivityAsync(cancellationToken);

    public ValueTask<IReadOnlyList<ResourceChange>> ListChangesAsync(long after, int take, CancellationToken cancellationToken) =>
        inner.ListChangesAsync(after, take, cancellationToken);

    public ValueTask<long> LastChangeAsync(CancellationToken cancellationToken) => inner.LastChangeAsync(cancellationToken);

    public ValueTask AppendUsageAsync(IReadOnlyList<UsageRow> rows, CancellationToken cancellationToken) => inner.AppendUsageAsync(rows, cancellationToken);

    public ValueTask<IReadOnlyList<UsageTotal>> SumUsageAsync(UsageQuery query, CancellationToken cancellationToken) => inner.SumUsageAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<UsageRow>> ListUsageAsync(UsageQuery query, int take, CancellationToken cancellationToken) =>
        inner.ListUsageAsync(query, take, cancellationToken);

    public ValueTask<byte[]?> FindValueAsync(string name, CancellationToken cancellationToken) => inner.FindValueAsync(name, cancellationToken);

    public ValueTask<byte[]> GetOrAddValueAsync(string name, byte[] value, CancellationToken cancellationToken) =>
        inner.GetOrAddValueAsync(name, value, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>The commit is done: neither a caller who goes away nor a snapshot that fails may undo that. The poller tells it again.</summary>
    private async ValueTask TellAsync(Commit commit, CommitOutcome outcome)
    {
        var changes = commit.Resources.Select((write, i) => new ResourceChange(outcome.Versions[i], write.Key, write.Type, write.Resource is null));
        try
        {
            await feed.PublishAsync([.. changes], CancellationToken.None);
        }
        catch (Exception failure)
        {
            LogNotTold(failure, commit.Resources[0].Key);
        }
    }

    [LoggerMessage(LogLevel.Error, "A snapshot did not take the change of '{Key}'; it comes again from the list of changes.")]
    private partial void LogNotTold(Exception failure, string key);
}
