namespace Atrium.Storage.Blobs;

/// <summary>What a new content of a blob comes with.</summary>
public sealed record BlobWrite
{
    /// <summary>Headers that go out with it.</summary>
    public BlobHeaders Headers { get; init; } = BlobHeaders.None;

    /// <summary>The owner's own words.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>By these it is found.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Its tier; null for the account's own.</summary>
    public string? Tier { get; init; }

    /// <summary>Where it was copied from.</summary>
    public CopyRecord? Copy { get; init; }

    /// <summary>Under what it is written.</summary>
    public Conditions Conditions { get; init; } = Conditions.None;
}
