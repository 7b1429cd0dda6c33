namespace Atrium.Storage.Blobs;

/// <summary>What an account's blob service is told by its owner.</summary>
public sealed record ServiceSettings
{
    /// <summary>How long deleted blobs can be had back; 0 where they go at once.</summary>
    public int BlobRetentionDays { get; init; }

    /// <summary>The same for containers.</summary>
    public int ContainerRetentionDays { get; init; }

    /// <summary>The service's properties as they were set, in XML; null for the usual ones.</summary>
    public string? Properties { get; init; }
}
