using Atrium.Persistence.Rows;

namespace Atrium.Storage.Blobs;

/// <summary>Reads outside of transactions, and the way into one.</summary>
public sealed class BlobRows(IRowStore rows, TimeProvider clock)
{
    internal IRowStore Store => rows;

    internal TimeProvider Clock => clock;

    /// <summary>The account's settings.</summary>
    public async ValueTask<ServiceSettings> SettingsAsync(Guid account, CancellationToken cancellationToken) =>
        await rows.FindAsync(BlobKeys.OfService(account), cancellationToken) is { } value ? Documents.ReadSettings(value) : new();

    /// <summary>Changes the account's settings.</summary>
    public async Task SetSettingsAsync(Guid account, Func<ServiceSettings, ServiceSettings> change, CancellationToken cancellationToken) =>
        await WriteAsync(
            account,
            async transaction =>
            {
                await transaction.Rows.PutAsync(BlobKeys.OfService(account), Documents.Write(change(await transaction.SettingsAsync())), transaction.Cancel);
                return 0;
            },
            cancellationToken);

    internal async ValueTask<StoredContainer?> FindContainerAsync(Guid account, string name, CancellationToken cancellationToken) =>
        await rows.FindAsync(BlobKeys.OfContainer(account, name), cancellationToken) is { } value ? Documents.ReadContainer(value) : null;

    internal async ValueTask<StoredContainer> DemandContainerAsync(Guid account, string name, CancellationToken cancellationToken) =>
        await FindContainerAsync(account, name, cancellationToken) ?? throw StorageFaults.NoContainer();

    /// <summary>The blob, live; null where there is none or a deleted one.</summary>
    internal async ValueTask<StoredBlob?> FindBlobAsync(BlobAddress at, Guid container, CancellationToken cancellationToken) =>
        await rows.FindAsync(BlobTransaction.KeyIn(at.Account, container, at.Name, at.Snapshot), cancellationToken) is { } value
            && Documents.ReadBlob(value, at.Snapshot) is { IsDeleted: false } blob ? blob : null;

    internal async Task<T> WriteAsync<T>(Guid account, Func<BlobTransaction, ValueTask<T>> work, CancellationToken cancellationToken) =>
        await rows.WriteAsync((writer, token) => work(new(writer, account, clock.GetUtcNow(), token)), cancellationToken);
}
