using Atrium.Persistence.Tests.Contract;

namespace Atrium.Persistence.Tests.Sqlite;

/// <summary>SQLite obeys the contract.</summary>
public sealed class SqliteStoreTests : StoreContractTests
{
    protected override ValueTask<TestDatabase> CreateDatabaseAsync() => new(new SqliteTestDatabase());
}
