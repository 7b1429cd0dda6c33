using Npgsql;

namespace Atrium.Persistence.Tests.PostgreSql;

/// <summary>A schema of its own on the server.</summary>
public sealed class PostgreSqlTestDatabase(NpgsqlConnectionStringBuilder builder) : TestDatabase
{
    public override StoreOptions Options => new() { Provider = StoreOptions.PostgreSql, ConnectionString = builder.ConnectionString };

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public override async ValueTask DisposeAsync() => await ExecuteAsync($"DROP SCHEMA {builder.SearchPath} CASCADE");
}
