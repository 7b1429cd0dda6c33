using Atrium.Persistence.Tests.Contract;
using Atrium.Testing.PostgreSql;

namespace Atrium.Persistence.Tests.PostgreSql;

/// <summary>PostgreSQL obeys the contract.</summary>
public sealed class PostgreSqlStoreTests(PostgreSqlServer server) : StoreContractTests
{
    protected override async ValueTask<TestDatabase> CreateDatabaseAsync() => await PostgreSqlTestDatabase.CreateAsync(server);
}
