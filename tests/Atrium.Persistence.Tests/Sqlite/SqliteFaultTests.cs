using Atrium.Persistence.Rows;
using Atrium.Persistence.Sql;
using Microsoft.Data.Sqlite;

namespace Atrium.Persistence.Tests.Sqlite;

public sealed class SqliteFaultTests : IAsyncLifetime
{
    private const string FullDisk = "PRAGMA max_page_count = 1;";
    private const string RoomyDisk = "PRAGMA max_page_count = 1000000;";
    private const int SqliteFull = 13;
    private const int SqliteReadOnly = 8;

    private readonly SqliteTestDatabase file = new();
    private FaultySqlite disk = null!;
    private SqlStore store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        disk = new(file.File);
        store = new(disk, TimeProvider.System);
        await store.MigrateAsync(Token);
        await PutAsync("/kept", 1);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await file.DisposeAsync();
    }

    [Fact]
    public async Task On_a_full_disk_a_commit_fails_and_leaves_nothing_and_works_again_when_there_is_room()
    {
        await disk.SetAsync(FullDisk);
        var failure = await Assert.ThrowsAsync<RowsFullException>(() => PutAsync("/large", 200_000));
        Assert.Equal(SqliteFull, Assert.IsType<SqliteException>(failure.InnerException).SqliteErrorCode);
        await AssertOnlyKeptAsync();

        await disk.SetAsync(RoomyDisk);
        await PutAsync("/large", 200_000);
        Assert.NotNull(await store.FindAsync("/large", Token));
    }

    [Fact]
    public async Task On_a_full_disk_every_commit_that_was_acknowledged_is_there_and_no_other()
    {
        await disk.SetAsync("PRAGMA max_page_count = 200;");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 300).Select(number => Task.Run(
            async () =>
            {
                try
                {
                    await PutAsync($"/{number}", 10_000);
                    return true;
                }
                catch (RowsFullException)
                {
                    return false;
                }
            },
            Token)));

        Assert.Contains(true, outcomes);
        Assert.Contains(false, outcomes);
        foreach (var (number, acknowledged) in outcomes.Index())
        {
            Assert.Equal(acknowledged, await store.FindAsync($"/{number}", Token) is not null);
            Assert.Equal(acknowledged, await store.FindSecretAsync($"/{number}", "key", Token) is not null);
        }
    }

    [Fact]
    public async Task A_disk_that_became_read_only_fails_the_commit_and_still_reads()
    {
        await disk.SetAsync("PRAGMA query_only = ON;");
        var failure = await Assert.ThrowsAsync<SqliteException>(() => PutAsync("/a", 1));
        Assert.Equal(SqliteReadOnly, failure.SqliteErrorCode);
        await AssertOnlyKeptAsync();
    }

    [Fact]
    public async Task A_connection_that_cannot_be_opened_for_a_moment_is_tried_again()
    {
        await using var second = new SqlStore(disk, TimeProvider.System);
        disk.RefusedOpenings = 2;
        Assert.True((await second.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a"))), Token)).Committed);
    }

    [Fact]
    public async Task A_connection_that_stays_closed_fails_the_commit_and_a_later_one_goes_through()
    {
        await using var second = new SqlStore(disk, TimeProvider.System);
        disk.RefusedOpenings = 3;
        await Assert.ThrowsAsync<IOException>(async () => await second.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a"))), Token));
        Assert.True((await second.CommitAsync(Some.Commit(Some.Write(Some.Resource("/b"))), Token)).Committed);
        Assert.Null(await second.FindAsync("/a", Token));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        var path = file.File + "-other";
        await File.WriteAllTextAsync(path, new string('x', 5000), Token);
        await using var other = AtriumStore.Open(new() { Path = path });
        await Assert.ThrowsAsync<SqliteException>(() => other.MigrateAsync(Token));
        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(path, Token));
    }

    private async Task PutAsync(string key, int size) =>
        await store.CommitAsync(
            new() { Resources = [Some.Write(Some.Resource(key, new string('x', size)))], Secrets = [new(key, "key", [1])] }, Token);

    private async Task AssertOnlyKeptAsync()
    {
        Assert.Equal("/kept", Assert.Single(await store.ListAsync(new() { Type = Some.Type, Take = 9 }, Token)).Key);
        Assert.Single(await store.ListChangesAsync(0, 9, Token));
    }
}
