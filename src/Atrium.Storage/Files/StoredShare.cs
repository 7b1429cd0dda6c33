using System.Text.Json.Serialization;
using Atrium.Storage.Blobs;

namespace Atrium.Storage.Files;

/// <summary>What a share says of itself.</summary>
public sealed record StoredShare
{
    /// <summary>Its own for as long as it lives.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Ticks; grows with every change of the share itself.</summary>
    public long ETag { get; init; }

    /// <summary>UTC ticks.</summary>
    public long Modified { get; init; }

    /// <summary>How large it may be, in GiB: kept and shown.</summary>
    public int Quota { get; init; }

    /// <summary>As it was asked for; null for the usual one.</summary>
    public string? Tier { get; init; }

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

    /// <summary>By what the official clients undo its deletion.</summary>
    [JsonIgnore]
    public string Version => Id.ToString("N");
}
