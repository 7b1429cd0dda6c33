using Atrium.Persistence.Tests.Sqlite;

namespace Atrium.Persistence.Tests.Rows;

/// <summary>SQLite obeys the contract of rows.</summary>
public sealed class SqliteRowStoreTests : RowStoreContractTests
{
    protected override ValueTask<TestDatabase> CreateDatabaseAsync() => new(new SqliteTestDatabase());
}
