namespace Atrium.Persistence;

/// <summary>Everything that one write changes. It lands whole or not at all.</summary>
public sealed record Commit
{
    /// <summary>Resources to write or remove.</summary>
    public IReadOnlyList<ResourceWrite> Resources { get; init; } = [];

    /// <summary>Secrets to write or remove, after the resources. Removing a resource removes its secrets; a secret cannot be written without its resource.</summary>
    public IReadOnlyList<SecretWrite> Secrets { get; init; } = [];

    /// <summary>Operations to create or update, by id.</summary>
    public IReadOnlyList<StoredOperation> Operations { get; init; } = [];

    /// <summary>Activity-log rows to append; their sequence is given by the store.</summary>
    public IReadOnlyList<ActivityRow> Activity { get; init; } = [];
}

/// <summary>What is expected of a resource before it is written.</summary>
public enum Expect
{
    /// <summary>Whatever is there, or nothing.</summary>
    Anything,

    /// <summary>Nothing is there, not even soft-deleted.</summary>
    Nothing,

    /// <summary>The version that was read is still there.</summary>
    SameVersion,
}

/// <summary>One resource to write (<see cref="Resource"/> given) or to remove (<see cref="Resource"/> null).</summary>
public sealed record ResourceWrite
{
    /// <summary>The resource's key.</summary>
    public required string Key { get; init; }

    /// <summary>The resource's type in lower case, for the list of changes.</summary>
    public required string Type { get; init; }

    /// <summary>The new state; null removes it.</summary>
    public StoredResource? Resource { get; init; }

    /// <summary>What must be there now.</summary>
    public required Expect Expect { get; init; }

    /// <summary>The version that was read, for <see cref="Expect.SameVersion"/>.</summary>
    public long ExpectedVersion { get; init; }
}

/// <summary>One secret to write, or to remove where the ciphertext is null.</summary>
public sealed record SecretWrite(string ResourceKey, string Name, byte[]? Ciphertext);

/// <summary>A secret as it is kept: encrypted.</summary>
public sealed record StoredSecret(string Name, byte[] Ciphertext);

/// <summary>What became of a commit.</summary>
/// <param name="ConflictingKey">The first key whose stored version was not the expected one; null when all was written.</param>
/// <param name="Versions">The new version of each resource of the commit, in its order; 0 for one that was removed. Empty on a conflict.</param>
public sealed record CommitOutcome(string? ConflictingKey, IReadOnlyList<long> Versions)
{
    /// <summary>Whether all was written.</summary>
    public bool Committed => ConflictingKey is null;
}
