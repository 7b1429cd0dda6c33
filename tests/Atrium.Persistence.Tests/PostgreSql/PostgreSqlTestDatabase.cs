using Atrium.Persistence.PostgreSql;
using Atrium.Persistence.Sql;
using Atrium.Testing.PostgreSql;
using Npgsql;

namespace Atrium.Persistence.Tests.PostgreSql;

/// <summary>A schema of its own on the server.</summary>
public sealed class PostgreSqlTestDatabase(NpgsqlConnectionStringBuilder builder) : TestDatabase
{
    public override StoreOptions Options => new() { Provider = StoreOptions.PostgreSql, ConnectionString = builder.ConnectionString };

    /// <summary>The name that its connections have on the server.</summary>
    public string ApplicationName => builder.ApplicationName!;

    private protected override Statement TableNames { get; } =
        new("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema() ORDER BY tablename");

    internal override Database OpenDatabase() => new PostgreSqlDatabase(builder.ConnectionString);

    public static async Task<PostgreSqlTestDatabase> CreateAsync(PostgreSqlServer server)
    {
        var name = $"atrium_{Guid.NewGuid():n}";
        var database = new PostgreSqlTestDatabase(new(await server.RequireAsync()) { SearchPath = name, ApplicationName = name });
        await database.ExecuteAsync($"CREATE SCHEMA {name}");
        return database;
    }

    public override async ValueTask DisposeAsync() => await ExecuteAsync($"DROP SCHEMA {builder.SearchPath} CASCADE");

    /// <summary>Ends every connection of the store, as a restart of the server does.</summary>
    public Task CutConnectionsAsync() =>
        ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{ApplicationName}'");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(builder.ConnectionString) { ApplicationName = "test" }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
