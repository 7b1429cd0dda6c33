using System.Net;
using Atrium.Persistence;
using Atrium.Server.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Storage;

/// <summary>A retention is never changed without a row in the activity log, wherever the database of that gives out.</summary>
public sealed class RetentionLogTests
{
    private const string V = "?api-version=2023-05-01";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("blobServices", "deleteRetentionPolicy")]
    [InlineData("fileServices", "shareDeleteRetentionPolicy")]
    public async Task What_cannot_be_written_down_is_not_changed_and_what_was_begun_is_in_the_log(string service, string policy)
    {
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        var (account, client) = await NewStorage.MakeAsync(hub, "kept");
        client.Dispose();
        using var owner = await hub.OwnerAsync();
        var path = $"{account}/{service}/default{V}";
        object Days(int days) => new { properties = new Dictionary<string, object> { [policy] = new { enabled = true, days } } };
        async Task<int?> SetAsync() => (int?)(await owner.CallAsync("GET", path)).Body["properties"]![policy]!["days"];
        Assert.Equal(HttpStatusCode.OK, (await owner.CallAsync("PUT", path, Days(3))).Status);

        await BreakAsync(hub, "Accepted");
        var unlogged = await owner.CallAsync("PUT", path, Days(5));
        Assert.True((int)unlogged.Status >= 500, unlogged.ToString());
        Assert.Equal(3, await SetAsync());

        await BreakAsync(hub, "Succeeded");
        var cut = await owner.CallAsync("PUT", path, Days(7));
        Assert.True((int)cut.Status >= 500, cut.ToString());
        Assert.Equal(7, await SetAsync());
        var rows = await hub.Services.GetRequiredService<IAtriumStore>().ListActivityAsync(new() { Take = 100 }, Cancel);
        Assert.Equal(["Accepted", "Succeeded", "Accepted"], rows.Reverse().Where(row => row.Operation.EndsWith($"{service}/write", StringComparison.OrdinalIgnoreCase)).Select(row => row.Status));
    }

    /// <summary>The database takes no more rows about retention of that status.</summary>
    private static async Task BreakAsync(HubServer hub, string status)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(hub.Data, "atrium.db")};Pooling=false");
        await database.OpenAsync(Cancel);
        await using var command = database.CreateCommand();
#pragma warning disable CA2100 // Of the test's own constants.
        command.CommandText = $"""
            DROP TRIGGER IF EXISTS broken;
            CREATE TRIGGER broken BEFORE INSERT ON activity WHEN NEW.operation LIKE '%Services/write' AND NEW.status = '{status}' BEGIN SELECT RAISE(ABORT, 'broken'); END;
            """;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
