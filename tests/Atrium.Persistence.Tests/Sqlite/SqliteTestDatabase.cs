using Atrium.Persistence.Sql;
using Atrium.Persistence.Sqlite;

namespace Atrium.Persistence.Tests.Sqlite;

/// <summary>A file in a folder of its own.</summary>
public sealed class SqliteTestDatabase : TestDatabase
{
    private readonly string folder = Directory.CreateTempSubdirectory("atrium-store-").FullName;

    public string File => Path.Combine(folder, "data", "atrium.db");

    public override StoreOptions Options => new() { Provider = StoreOptions.Sqlite, Path = File };

    private protected override Statement TableNames { get; } = new("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");

    internal override Database OpenDatabase() => new SqliteDatabase(File);

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
