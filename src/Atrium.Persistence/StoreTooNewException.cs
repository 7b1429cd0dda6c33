namespace Atrium.Persistence;

/// <summary>The database has a schema that this program does not know.</summary>
public sealed class StoreTooNewException(int found, int known)
    : Exception($"The database has schema version {found}; this program knows versions up to {known}. Start the newer program, or restore a backup that was made before the upgrade.")
{
    /// <summary>The database's schema version.</summary>
    public int Found { get; } = found;

    /// <summary>The newest version this program knows.</summary>
    public int Known { get; } = known;
}
