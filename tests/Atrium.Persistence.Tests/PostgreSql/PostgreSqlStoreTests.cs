using Atrium.Persistence.Tests.Contract;

namespace Atrium.Persistence.Tests.PostgreSql;

/// <summary>PostgreSQL obeys the contract.</summary>
public sealed class PostgreSqlStoreTests(PostgreSqlServer server) : StoreContractTests
{
    protected override async ValueTask<TestDatabase> CreateDatabaseAsync() => await server.CreateDatabaseAsync();
}
