namespace Atrium.Storage.Files;

/// <summary>Which file or directory.</summary>
/// <param name="Account">The account's own id.</param>
/// <param name="Share">The share as it is.</param>
/// <param name="Path">Below its root.</param>
public sealed record FileAddress(Guid Account, StoredShare Share, FilePath Path);

/// <summary>What of a file is given anew; what is null stays as it is.</summary>
public sealed record FileChange
{
    /// <summary>Headers that go out with the content.</summary>
    public Blobs.BlobHeaders? Headers { get; init; }

    /// <summary>Attributes as Windows has them.</summary>
    public string? Attributes { get; init; }

    /// <summary>UTC ticks for its making.</summary>
    public long? CreationTime { get; init; }

    /// <summary>UTC ticks for its last change.</summary>
    public long? LastWriteTime { get; init; }

    /// <summary>Names a permission that is kept.</summary>
    public string? PermissionKey { get; init; }

    /// <summary>How long it shall be.</summary>
    public long? Length { get; init; }

    internal StoredFile Apply(StoredFile file) => file with
    {
        Headers = Headers ?? file.Headers,
        Attributes = Attributes ?? file.Attributes,
        CreationTime = CreationTime ?? file.CreationTime,
        LastWriteTime = LastWriteTime ?? file.LastWriteTime,
        PermissionKey = PermissionKey ?? file.PermissionKey,
    };
}
