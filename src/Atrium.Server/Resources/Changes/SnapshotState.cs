using Atrium.Persistence;

namespace Atrium.Server.Resources.Changes;

/// <summary>
/// A model in memory of all stored resources of some types: read at its first use, then kept up by the <see cref="ChangeFeed"/>. Readers take the whole
/// model at once and never wait for a change.
/// </summary>
internal abstract class SnapshotState<TModel> : IChangeListener, IDisposable
    where TModel : class
{
    private const int PageSize = 500;
    private readonly IAtriumStore store;
    private readonly TModel empty;
    private readonly string[] types;
    private readonly SemaphoreSlim gate = new(1, 1);
    private volatile TModel? current;

    /// <param name="store">Read from, never written.</param>
    /// <param name="feed">Tells of changes.</param>
    /// <param name="empty">The model before any resource.</param>
    /// <param name="types">The types it is made from, in the order in which they are read.</param>
    protected SnapshotState(IAtriumStore store, ChangeFeed feed, TModel empty, params string[] types)
    {
        this.store = store;
        this.empty = empty;
        this.types = [.. types.Select(t => t.ToLowerInvariant())];
        feed.Subscribe(this);
    }

    public bool Follows(string type) => types.Contains(type);

    /// <summary>The model as of now.</summary>
    public ValueTask<TModel> ReadAsync(CancellationToken cancellationToken) => current is { } model ? new(model) : LoadAsync(cancellationToken);

    public async ValueTask ApplyAsync(IReadOnlyCollection<ResourceChange> changes, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (current is not { } model)
            {
                return;
            }

            foreach (var change in changes)
            {
                // What is there now, not what the change says: another one may have come since.
                model = await store.FindAsync(change.Key, cancellationToken) is { PurgeAt: null } stored
                    ? Put(model, new(stored))
                    : Remove(model, change.Key, change.Type);
            }

            current = model;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    /// <summary>The model with a resource that is new or changed.</summary>
    protected abstract TModel Put(TModel model, Resource resource);

    /// <summary>The same for a page of resources, where there is a faster way than one by one.</summary>
    protected virtual TModel PutAll(TModel model, IReadOnlyList<Resource> resources) => resources.Aggregate(model, Put);

    /// <summary>The model without a resource, which it may not have had.</summary>
    protected abstract TModel Remove(TModel model, string key, string type);

    private async ValueTask<TModel> LoadAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (current is { } loaded)
            {
                return loaded;
            }

            var model = empty;
            var reader = new ResourceReader(store);
            foreach (var type in types)
            {
                await foreach (var page in reader.PagesAsync(new() { Type = type, Take = PageSize }, cancellationToken))
                {
                    model = PutAll(model, page);
                }
            }

            return current = model;
        }
        finally
        {
            gate.Release();
        }
    }
}
