namespace Atrium.Persistence.Tests.Contract;

/// <summary>What every store must do. Each database inherits all of it.</summary>
public abstract partial class StoreContractTests : IAsyncLifetime
{
    private TestDatabase? database;
    private IAtriumStore? store;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected TestDatabase Database => database!;

    protected IAtriumStore Store => store!;

    protected abstract ValueTask<TestDatabase> CreateDatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        database = await CreateDatabaseAsync();
        store = await database.OpenAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (store is not null)
        {
            await store.DisposeAsync();
        }

        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    /// <summary>Closes the store and opens the database again.</summary>
    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        store = await Database.OpenAsync(Token);
    }

    protected async Task<long> PutAsync(StoredResource resource) =>
        (await Store.CommitAsync(Some.Commit(Some.Write(resource)), Token)).Versions[0];

    protected async Task<string[]> KeysAsync(ResourceQuery query) => [.. (await Store.ListAsync(query, Token)).Select(resource => resource.Key)];
}
