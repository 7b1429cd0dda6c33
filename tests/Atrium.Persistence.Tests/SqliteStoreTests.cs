namespace Atrium.Persistence.Tests;

public sealed class SqliteStoreTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("atrium-store-").FullName;
    private IAtriumStore store = null!;

    public async ValueTask InitializeAsync()
    {
        store = AtriumStore.Open(new() { Provider = "sqlite", Path = Path.Combine(folder, "a.db") });
        await store.MigrateAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_commit_lands_whole_or_not_at_all()
    {
        var cancel = TestContext.Current.CancellationToken;
        var first = await store.CommitAsync(new() { Resources = [New("/a"), New("/b")] }, cancel);
        Assert.Equal([1L, 2L], first.Versions);
        var second = await store.CommitAsync(new() { Resources = [New("/c"), New("/a")] }, cancel);
        Assert.Equal("/a", second.ConflictingKey);
        Assert.Null(await store.FindAsync("/c", cancel));
        Assert.Equal(["/a", "/b"], (await store.ListAsync(new() { Type = "t", Take = 10 }, cancel)).Select(r => r.Key));
        Assert.Equal(2, await store.LastChangeAsync(cancel));
    }

    private static ResourceWrite New(string key) => new()
    {
        Key = key,
        Type = "t",
        Expect = Expect.Nothing,
        Resource = new() { Key = key, Id = key, Type = "t", Body = "{}" },
    };
}
