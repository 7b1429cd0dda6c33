using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;
using Atrium.Testing.PostgreSql;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Atrium.Server.Tests.Cli;

/// <summary>The database under a hub that the real command starts.</summary>
public sealed class DatabaseTests(PostgreSqlServer postgres) : IDisposable
{
    private readonly AtriumProcess atrium = new();

    public void Dispose() => atrium.Dispose();

    [Fact]
    public async Task A_hub_keeps_everything_in_PostgreSQL_when_its_settings_say_so()
    {
        var schema = await SchemaAsync();
        Directory.CreateDirectory(atrium.Data);
        await File.WriteAllTextAsync(
            Path.Combine(atrium.Data, "appsettings.json"),
            new JsonObject { ["Database"] = new JsonObject { ["Provider"] = "postgresql", ["ConnectionString"] = schema.ConnectionString } }.ToJsonString(),
            TestContext.Current.CancellationToken);
        var up = await atrium.UpAsync();
        Assert.True(up.Code == 0, up.Error);
        var before = await atrium.StatusAsync();
        var made = await atrium.RunAsync("principal", "add", "pipeline", "--role", "Reader");
        Assert.True(made.Code == 0, made.Error);
        Assert.Empty(Directory.GetFiles(atrium.Data, "*.db", SearchOption.AllDirectories));
        Assert.Equal("2", await ScalarAsync(schema, "SELECT count(*)::text FROM resources WHERE type = 'microsoft.machinelearningservices/workspaces'"));

        Assert.Equal(0, (await atrium.RunAsync("down")).Code);
        var again = await atrium.UpAsync();
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal((string?)before["apiKey"], (string?)(await atrium.StatusAsync())["apiKey"]);
        Assert.Contains("pipeline", (await atrium.RunAsync("principal", "list")).Output);
        var models = await atrium.RunProgramAsync("curl", "-sS", $"{(await atrium.StatusAsync())["endpoint"]}/openai/v1/models", "-H", $"api-key: {before["apiKey"]}");
        Assert.Contains("embeddings", models.Output);
    }

    [Fact]
    public async Task Two_hubs_over_one_PostgreSQL_are_one_hub_when_they_have_one_master_key()
    {
        var schema = await SchemaAsync();
        string[] settings = ["--Database:Provider", "postgresql", "--Database:ConnectionString", schema.ConnectionString];
        var up = await atrium.UpAsync(settings);
        Assert.True(up.Code == 0, up.Error);
        var one = await atrium.StatusAsync();

        var folder = Path.Combine(atrium.Home, "other");
        string[] other = ["up", "--data", folder, "--port", "0", "--no-models", .. settings];
        var stranger = await atrium.RunAsync(other);
        Assert.Equal(1, stranger.Code);
        Assert.Contains("master.key' is not that of this database", stranger.Error);

        File.Copy(Path.Combine(atrium.Data, "keys", "master.key"), Path.Combine(folder, "keys", "master.key"), overwrite: true);
        var joined = await atrium.RunAsync(other);
        try
        {
            Assert.True(joined.Code == 0, joined.Error);
            var two = JsonNode.Parse((await atrium.RunAsync("status", "--data", folder, "-o", "json")).Output)!;
            Assert.Equal(((string?)one["apiKey"], (string?)one["hub"]), ((string?)two["apiKey"], (string?)two["hub"]));
            Assert.NotEqual((string?)one["endpoint"], (string?)two["endpoint"]);
            Assert.Equal(0, (await atrium.RunAsync("principal", "add", "pipeline", "--role", "Reader", "--data", folder)).Code);
            Assert.Contains("pipeline", (await atrium.RunAsync("principal", "list", "--data", atrium.Data)).Output);
            var models = await atrium.RunProgramAsync("curl", "-sS", $"{two["endpoint"]}/openai/v1/models", "-H", $"api-key: {one["apiKey"]}");
            Assert.Contains("embeddings", models.Output);
        }
        finally
        {
            await atrium.RunAsync("down", "--data", folder);
        }
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_named_and_its_password_is_not()
    {
        var up = await atrium.UpAsync("--Database:Provider", "postgresql", "--Database:ConnectionString", "Host=127.0.0.1;Port=1;Username=hub;Password=hush-hush;Database=atrium");
        Assert.NotEqual(0, up.Code);
        Assert.Contains("127.0.0.1:1", up.Error);
        Assert.DoesNotContain("hush-hush", up.Error);
        Assert.DoesNotContain("   at ", up.Error);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_and_left_as_it_is()
    {
        Assert.Equal(0, (await atrium.UpAsync()).Code);
        Assert.Equal(0, (await atrium.RunAsync("down")).Code);
        await SqliteAsync("INSERT INTO migrations SELECT 9999, name, checksum, applied_at FROM migrations LIMIT 1");
        const string everything = "SELECT (SELECT group_concat(sql) FROM sqlite_master) || (SELECT group_concat(number || checksum) FROM migrations)";
        var before = await SqliteAsync(everything);
        var up = await atrium.UpAsync();
        Assert.Equal(1, up.Code);
        Assert.Contains("schema version 9999; this program knows versions up to", up.Error);
        Assert.Equal(before, await SqliteAsync(everything));
    }

    private async Task<string?> SqliteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(atrium.Data, "atrium.db")};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (string?)await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A schema of the test's own. It goes with the private server; on one that the environment names it stays, for a hub writes to it to its very end.</summary>
    private async Task<NpgsqlConnectionStringBuilder> SchemaAsync()
    {
        var name = $"hub_{Guid.NewGuid():n}";
        var schema = new NpgsqlConnectionStringBuilder(await postgres.RequireAsync()) { SearchPath = name };
        await ScalarAsync(schema, $"CREATE SCHEMA {name}");
        return schema;
    }

    private static async Task<string?> ScalarAsync(NpgsqlConnectionStringBuilder schema, string sql)
    {
        await using var connection = new NpgsqlConnection(schema.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
