namespace Atrium.Persistence.Rows;

/// <summary>
/// Rows with a key and a value, ordered by the bytes of the key: what grows into the hundreds of thousands and is listed by ranges (the blobs of a storage
/// account). One implementation per database; <c>RowStoreContractTests</c> says what each must do. Thread-safe. A write that returned is durable.
/// </summary>
public interface IRowStore : IAsyncDisposable
{
    /// <summary>Creates or migrates the schema. Each step is one transaction; nodes that start together wait for each other.</summary>
    /// <exception cref="MigrationEditedException">A script that was applied to this database has been edited since. Nothing was changed.</exception>
    /// <exception cref="StoreTooNewException">The database was written by a newer program. Nothing was changed.</exception>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>The value under a key; null where there is none.</summary>
    ValueTask<byte[]?> FindAsync(byte[] key, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="take"/> rows of a range in ascending order. The cost is that of the page, whatever the number of rows.</summary>
    ValueTask<IReadOnlyList<StoredRow>> ListAsync(RowRange range, int take, CancellationToken cancellationToken);

    /// <summary>
    /// Runs work that reads and writes rows in one transaction: all of it lands, or nothing when the work throws. Works of this process run one after another,
    /// each sees what those before it wrote, and many are made durable together; so work computes and does not wait for anything. It may run again, and is
    /// written to. Cancelling has an effect only while it waits for its turn.
    /// </summary>
    /// <exception cref="RowsFullException">There is no room; nothing landed.</exception>
    ValueTask<T> WriteAsync<T>(Func<IRowWriter, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken);
}

/// <summary>What work may do inside its transaction. Keys have at most <see cref="RowLimits.KeyBytes"/> bytes.</summary>
public interface IRowWriter
{
    /// <summary>The value under a key, which no other node changes until the transaction ends; null where there is none.</summary>
    ValueTask<byte[]?> FindAsync(byte[] key, CancellationToken cancellationToken);

    /// <summary>The same for a row that is only looked at: other nodes may look at it too.</summary>
    ValueTask<byte[]?> FindSharedAsync(byte[] key, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="take"/> rows of a range in ascending order.</summary>
    ValueTask<IReadOnlyList<StoredRow>> ListAsync(RowRange range, int take, CancellationToken cancellationToken);

    /// <summary>Writes a row under a key where <see cref="FindAsync"/> found none. Where another node was faster, the work runs again.</summary>
    ValueTask AddAsync(byte[] key, byte[] value, CancellationToken cancellationToken);

    /// <summary>Writes a row, whatever is there.</summary>
    ValueTask PutAsync(byte[] key, byte[] value, CancellationToken cancellationToken);

    /// <summary>Removes a row; false where there is none.</summary>
    ValueTask<bool> RemoveAsync(byte[] key, CancellationToken cancellationToken);

    /// <summary>Removes all rows of a range; how many there were.</summary>
    ValueTask<int> RemoveAsync(RowRange range, CancellationToken cancellationToken);
}
