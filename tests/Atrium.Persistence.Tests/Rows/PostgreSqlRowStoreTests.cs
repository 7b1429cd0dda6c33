using Atrium.Persistence.Tests.PostgreSql;
using Atrium.Testing.PostgreSql;

namespace Atrium.Persistence.Tests.Rows;

/// <summary>PostgreSQL obeys the contract of rows.</summary>
public sealed class PostgreSqlRowStoreTests(PostgreSqlServer server) : RowStoreContractTests
{
    protected override async ValueTask<TestDatabase> CreateDatabaseAsync() => await PostgreSqlTestDatabase.CreateAsync(server);
}
