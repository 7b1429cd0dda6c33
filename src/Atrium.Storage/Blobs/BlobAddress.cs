namespace Atrium.Storage.Blobs;

/// <summary>Which blob.</summary>
/// <param name="Account">The account's own id.</param>
/// <param name="Container">Name of the container.</param>
/// <param name="Name">Name of the blob, with case.</param>
/// <param name="Snapshot">Which snapshot (UTC ticks); 0 for the blob itself.</param>
public sealed record BlobAddress(Guid Account, string Container, string Name, long Snapshot = 0);
