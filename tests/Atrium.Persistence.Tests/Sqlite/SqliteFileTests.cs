using Atrium.Persistence.Sql;
using Atrium.Persistence.Sql.Tables;
using Microsoft.Data.Sqlite;

namespace Atrium.Persistence.Tests.Sqlite;

public sealed class SqliteFileTests : IAsyncDisposable
{
    private readonly SqliteTestDatabase file = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => file.DisposeAsync();

    [Fact]
    public async Task Only_the_owner_may_read_the_file_and_its_log()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes of files.");
        await using var store = await file.OpenAsync(Token);
        await store.GetOrAddValueAsync("a", [1], Token);
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(file.File)!))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task A_commit_is_flushed_before_it_is_acknowledged()
    {
        await using var store = await file.OpenAsync(Token);
        await using var database = file.OpenDatabase();
        await using var writer = await database.OpenWriterAsync(Token);
        Assert.Equal("wal", await writer.FindAsync(new("PRAGMA journal_mode"), [], row => row.GetString(0), Token));
        Assert.Equal(2, await writer.FindAsync(new("PRAGMA synchronous"), [], row => row.GetInt64(0), Token));
        Assert.Equal(1, await writer.FindAsync(new("PRAGMA foreign_keys"), [], row => row.GetInt64(0), Token));
    }

    [Fact]
    public async Task A_reader_cannot_write()
    {
        await using var store = await file.OpenAsync(Token);
        await using var database = file.OpenDatabase();
        await using var reader = await database.OpenReaderAsync(Token);
        await Assert.ThrowsAsync<SqliteException>(() => reader.RunScriptAsync("DELETE FROM resources", Token));
    }

    [Fact]
    public async Task Closing_leaves_one_file()
    {
        await using (var store = await file.OpenAsync(Token))
        {
            await store.GetOrAddValueAsync("a", [1], Token);
        }

        Assert.Equal([file.File], Directory.GetFiles(Path.GetDirectoryName(file.File)!));
    }

    [Theory]
    [InlineData(null, null, "resources_by_type ((type,deleted,key)>(?,?,?) AND (type,deleted,key)<(?,?,?))")]
    [InlineData("/a/b", null, "resources_by_type ((type,deleted,key)>(?,?,?) AND (type,deleted,key)<(?,?,?))")]
    [InlineData(null, "/hub", "resources_by_link ((link,type,deleted,key)>(?,?,?,?) AND (link,type,deleted,key)<(?,?,?,?))")]
    public async Task A_list_is_a_range_of_one_index(string? after, string? link, string index)
    {
        await using var store = await file.OpenAsync(Token);
        var query = new ResourceQuery { Type = Some.Type, KeyPrefix = "/a/", After = after, Link = link, Take = 10 };
        var (statement, values) = ResourceTable.PageOf(query);
        var plan = await file.QueryAsync(new Statement("EXPLAIN QUERY PLAN " + statement.Text, [.. statement.Parameters]), values, Token);
        Assert.Equal([$"SEARCH resources USING INDEX {index}"], plan);
    }
}
