using System.Text.Json.Serialization;

namespace Atrium.Storage.Blobs;

/// <summary>What a container says of itself.</summary>
public sealed record StoredContainer
{
    /// <summary>Its own for as long as it lives; a container made later under the name has another one, and none of its blobs.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Ticks; grows with every change.</summary>
    public long ETag { get; init; }

    /// <summary>UTC ticks.</summary>
    public long Modified { get; init; }

    /// <summary>The owner's own words.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The lease, also one that is over.</summary>
    public Lease? Lease { get; init; }

    /// <summary>Stored access policies.</summary>
    public IReadOnlyList<StoredPolicy>? Policies { get; init; }

    /// <summary>UTC ticks of its deletion; 0 while it lives.</summary>
    public long Deleted { get; init; }

    /// <summary>UTC ticks of its end, for a deleted one.</summary>
    public long PurgeAt { get; init; }

    /// <summary>Whether it was deleted.</summary>
    [JsonIgnore]
    public bool IsDeleted => Deleted != 0;

    /// <summary>By what the official clients undo its deletion.</summary>
    [JsonIgnore]
    public string Version => Id.ToString("N");
}

/// <summary>A stored access policy: what a shared access signature that names it may do.</summary>
/// <param name="Id">Up to 64 characters.</param>
/// <param name="Start">As it was written; null where the signature says it.</param>
/// <param name="Expiry">The same.</param>
/// <param name="Permission">Letters; null where the signature says them.</param>
public sealed record StoredPolicy(string Id, string? Start, string? Expiry, string? Permission);
