namespace Atrium.Persistence;

/// <summary>A migration script is not the one that was applied to the database.</summary>
public sealed class MigrationEditedException(int number, string name)
    : Exception($"Migration {number} ('{name}') has been edited after it was applied to this database. A change of the schema is a new script with the next number.")
{
    /// <summary>The script's number.</summary>
    public int Number { get; } = number;
}
