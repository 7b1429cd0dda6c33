namespace Atrium.Persistence.Migrations;

/// <summary>What is still to be done, or why nothing may be. Pure.</summary>
internal static class MigrationRules
{
    /// <summary>The scripts that the database has not had, in order.</summary>
    /// <exception cref="StoreTooNewException">It has had one that is newer than all that are known.</exception>
    /// <exception cref="MigrationEditedException">It has had another text under a known number.</exception>
    public static IReadOnlyList<MigrationScript> Pending(IReadOnlyList<MigrationScript> known, IReadOnlyList<AppliedMigration> applied)
    {
        var newestKnown = known.Max(script => script.Number);
        var newestApplied = applied.Select(migration => migration.Number).DefaultIfEmpty().Max();
        if (newestApplied > newestKnown)
        {
            throw new StoreTooNewException(newestApplied, newestKnown);
        }

        var checksums = applied.ToDictionary(migration => migration.Number, migration => migration.Checksum);
        var edited = known.FirstOrDefault(script => checksums.TryGetValue(script.Number, out var checksum) && checksum != script.Checksum);
        if (edited is not null)
        {
            throw new MigrationEditedException(edited.Number, edited.Name);
        }

        return [.. known.Where(script => !checksums.ContainsKey(script.Number)).OrderBy(script => script.Number)];
    }
}
