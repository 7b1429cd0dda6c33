using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Atrium.Server.Tests.Cli;

/// <summary><c>atrium audit</c> on a real installation.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly AtriumProcess atrium = new();

    public void Dispose() => atrium.Dispose();

    [Fact]
    public async Task Verify_names_the_first_bad_row_whoever_changed_the_database()
    {
        Assert.Equal(0, (await atrium.UpAsync()).Code);
        var running = await atrium.RunAsync("audit", "verify");
        Assert.True(running.Code == 0, running.Error);
        Assert.Contains("is whole", running.Output);
        var lines = (await atrium.RunAsync("audit", "export")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 5);
        Assert.Equal(0, (await atrium.RunAsync("down")).Code);

        Change("UPDATE activity SET caller = 'nobody' WHERE sequence = 3");
        var changed = await atrium.RunAsync("audit", "verify", "-o", "json");
        Assert.Equal((1, 3), (changed.Code, (int)JsonNode.Parse(changed.Output)!["firstBadRow"]!));
    }

    [Fact]
    public async Task Verify_finds_that_the_end_was_cut_off_together_with_the_record_of_it()
    {
        Assert.Equal(0, (await atrium.UpAsync()).Code);
        Assert.Equal(0, (await atrium.RunAsync("down")).Code);
        Change("DELETE FROM activity WHERE sequence > 4; UPDATE activity_head SET sequence = 4, hash = (SELECT hash FROM activity WHERE sequence = 4)");
        var cut = await atrium.RunAsync("audit", "verify", "-o", "json");
        Assert.Equal((1, 5), (cut.Code, (int)JsonNode.Parse(cut.Output)!["firstBadRow"]!));
    }

    private void Change(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(atrium.Data, "atrium.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
