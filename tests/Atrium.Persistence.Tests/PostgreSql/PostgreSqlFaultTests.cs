using Atrium.Testing.PostgreSql;

namespace Atrium.Persistence.Tests.PostgreSql;

public sealed class PostgreSqlFaultTests(PostgreSqlServer server) : IAsyncLifetime
{
    private PostgreSqlTestDatabase? database;
    private IAtriumStore? opened;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IAtriumStore Store => opened!;

    public async ValueTask InitializeAsync()
    {
        database = await PostgreSqlTestDatabase.CreateAsync(server);
        opened = await database.OpenAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (opened is not null)
        {
            await opened.DisposeAsync();
        }

        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task Connections_that_were_cut_while_idle_are_not_noticed_by_callers()
    {
        await PutAsync("/a");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await Store.FindAsync("/a", Token)));
        await database!.CutConnectionsAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => Assert.NotNull(await Store.FindAsync("/a", Token))));
        await database.CutConnectionsAsync();
        await PutAsync("/b");
        Assert.NotNull(await Store.FindAsync("/b", Token));
    }

    [Fact]
    public async Task Connections_that_are_cut_under_load_lose_nothing_that_was_acknowledged()
    {
        using var stop = new CancellationTokenSource();
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<string>();
        var writers = Enumerable.Range(0, 6).Select(writer => Task.Run(
            async () =>
            {
                for (var number = 0; !stop.IsCancellationRequested; number++)
                {
                    var key = $"/{writer}/{number}";
                    try
                    {
                        await PutAsync(key);
                        acknowledged.Add(key);
                    }
                    catch (Npgsql.NpgsqlException)
                    {
                        // Cut while committing: the outcome is open, so the caller is told.
                    }
                }
            },
            Token)).ToArray();
        for (var cut = 0; cut < 5; cut++)
        {
            await Task.Delay(100, Token);
            await database!.CutConnectionsAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        Assert.NotEmpty(acknowledged);
        foreach (var key in acknowledged)
        {
            Assert.NotNull(await Store.FindAsync(key, Token));
        }

        var pairs = await Store.ListAsync(new() { Type = Some.Type, Take = int.MaxValue }, Token);
        foreach (var resource in pairs)
        {
            Assert.NotNull(await Store.FindSecretAsync(resource.Key, "key", Token));
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_exception()
    {
        await using var nowhere = AtriumStore.Open(new()
        {
            Provider = StoreOptions.PostgreSql, ConnectionString = "Host=127.0.0.1;Port=1;Username=nobody;Timeout=2",
        });
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(async () => await nowhere.FindAsync("/a", Token));
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(async () => await nowhere.CommitAsync(new(), Token));
    }

    private async Task PutAsync(string key) =>
        await Store.CommitAsync(
            new() { Resources = [Some.Write(Some.Resource(key), Expect.Nothing)], Secrets = [new(key, "key", [1])] }, Token);
}
