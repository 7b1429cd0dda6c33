namespace Atrium.Persistence;

/// <summary>
/// All that Atrium keeps. One implementation per database; <c>StoreContractTests</c> says what each must do.
/// Thread-safe. A write that returned is durable.
/// </summary>
public interface IAtriumStore : IAsyncDisposable
{
    /// <summary>Creates or migrates the schema. Each step is one transaction; nodes that start together wait for each other.</summary>
    /// <exception cref="MigrationEditedException">A script that was applied to this database has been edited since. Nothing was changed.</exception>
    /// <exception cref="StoreTooNewException">The database was written by a newer program. Nothing was changed.</exception>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>The resource with this key, live or soft-deleted; null where there is none.</summary>
    ValueTask<StoredResource?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// At most <see cref="ResourceQuery.Take"/> resources in ascending order of key (ordinal).
    /// The cost is that of the page, whatever the number of resources.
    /// </summary>
    ValueTask<IReadOnlyList<StoredResource>> ListAsync(ResourceQuery query, CancellationToken cancellationToken);

    /// <summary>How many resources a query has over all pages. The cost grows with the number: for administrators, not hot paths.</summary>
    ValueTask<long> CountAsync(ResourceQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Writes all of it in one transaction, or nothing. On a conflict the outcome names the first key whose stored version was not the expected one,
    /// or whose resource is not there for a secret to be written. Cancelling has an effect only while the commit waits for its turn.
    /// </summary>
    /// <exception cref="ArgumentException">A key stands twice in the commit, or is not that of its resource, or is longer than <see cref="StoreLimits"/> allows.</exception>
    /// <exception cref="Rows.RowsFullException">The database has no room left.</exception>
    ValueTask<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken);

    /// <summary>The ciphertext kept for a resource under a name; null where there is none.</summary>
    ValueTask<byte[]?> FindSecretAsync(string resourceKey, string name, CancellationToken cancellationToken);

    /// <summary>All names and ciphertexts kept for a resource.</summary>
    ValueTask<IReadOnlyList<StoredSecret>> ListSecretsAsync(string resourceKey, CancellationToken cancellationToken);

    /// <summary>The long-running operation; null where there is none.</summary>
    ValueTask<StoredOperation?> FindOperationAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Takes up to <paramref name="take"/> unfinished operations whose lease is free or over, and leases them to this node until <paramref name="leaseUntil"/>,
    /// oldest first, and counts the attempt. Two nodes never get the same one.
    /// </summary>
    ValueTask<IReadOnlyList<StoredOperation>> LeaseOperationsAsync(
        string node, int take, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellationToken);

    /// <summary>
    /// Gives every unfinished operation that this node has leased a new end of its lease. A time that has passed gives them back, as a node does at its start
    /// with those it had when it died.
    /// </summary>
    ValueTask MoveLeasesAsync(string node, DateTimeOffset leaseUntil, CancellationToken cancellationToken);

    /// <summary>Activity-log rows in descending order of <see cref="ActivityRow.Sequence"/>.</summary>
    ValueTask<IReadOnlyList<ActivityRow>> ListActivityAsync(ActivityQuery query, CancellationToken cancellationToken);

    /// <summary>The key that rows of the activity log are chained with from now on. Before anything is committed.</summary>
    void UseActivityKey(ReadOnlySpan<byte> key);

    /// <summary>Activity-log rows after a sequence number, oldest first.</summary>
    ValueTask<IReadOnlyList<ActivityRow>> ListActivityAfterAsync(long after, int take, CancellationToken cancellationToken);

    /// <summary>Where the activity log ends.</summary>
    ValueTask<ActivityHead> ActivityHeadAsync(CancellationToken cancellationToken);

    /// <summary>The hash of a row of the activity log; null where there is none.</summary>
    ValueTask<byte[]?> ActivityHashAsync(long sequence, CancellationToken cancellationToken);

    /// <summary>Checks the whole chain of the activity log as of now. The cost grows with its length.</summary>
    ValueTask<ActivityVerdict> VerifyActivityAsync(CancellationToken cancellationToken);

    /// <summary>Changes after a sequence number, oldest first. No change is ever skipped: a later commit never has a lower number than one already seen.</summary>
    ValueTask<IReadOnlyList<ResourceChange>> ListChangesAsync(long after, int take, CancellationToken cancellationToken);

    /// <summary>The number of the last committed change; 0 on an empty database.</summary>
    ValueTask<long> LastChangeAsync(CancellationToken cancellationToken);

    /// <summary>Adds usage rows, all of them or none. A row whose id is already there is left as it is, so a journal may be replayed.</summary>
    /// <exception cref="ArgumentException">The tags of a row are not a JSON object of strings.</exception>
    ValueTask AppendUsageAsync(IReadOnlyList<UsageRow> rows, CancellationToken cancellationToken);

    /// <summary>Totals of a period by one dimension, in the order of its values. <see cref="UsageDimension.None"/> has exactly one, also where there was no call.</summary>
    ValueTask<IReadOnlyList<UsageTotal>> SumUsageAsync(UsageQuery query, CancellationToken cancellationToken);

    /// <summary>Usage rows of a period, oldest first.</summary>
    ValueTask<IReadOnlyList<UsageRow>> ListUsageAsync(UsageQuery query, int take, CancellationToken cancellationToken);

    /// <summary>A named value of the installation (a wrapped data key, the tenant id, ...); null where there is none.</summary>
    ValueTask<byte[]?> FindValueAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes a named value unless it is there already; returns the one that is there afterwards.</summary>
    ValueTask<byte[]> GetOrAddValueAsync(string name, byte[] value, CancellationToken cancellationToken);
}
