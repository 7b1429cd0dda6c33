using System.Text.Json.Serialization;
using Atrium.Storage.Blobs;

namespace Atrium.Storage.Files;

/// <summary>What a file or directory says of itself beside what the disk knows. Holds for the one file it was written for: <see cref="Inode"/> and <see cref="Born"/> tell.</summary>
public sealed record StoredFile
{
    /// <summary>The file's number on the disk.</summary>
    [JsonPropertyName("i")]
    public long Inode { get; init; }

    /// <summary>UTC ticks of the file's making; 0 where the disk does not say.</summary>
    [JsonPropertyName("b")]
    public long Born { get; init; }

    /// <summary>UTC ticks of the last change of what stands here.</summary>
    [JsonPropertyName("c")]
    public long Changed { get; init; }

    /// <summary>Headers that go out with the content.</summary>
    [JsonPropertyName("h")]
    public BlobHeaders? Headers { get; init; }

    /// <summary>The owner's own words.</summary>
    [JsonPropertyName("md")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The lease, also one that is over.</summary>
    [JsonPropertyName("l")]
    public Lease? Lease { get; init; }

    /// <summary>Attributes as Windows has them; null for the usual ones.</summary>
    [JsonPropertyName("a")]
    public string? Attributes { get; init; }

    /// <summary>UTC ticks that the owner gave for its making; 0 for none.</summary>
    [JsonPropertyName("tc")]
    public long CreationTime { get; init; }

    /// <summary>UTC ticks that the owner gave for its last change; 0 for none.</summary>
    [JsonPropertyName("tw")]
    public long LastWriteTime { get; init; }

    /// <summary>Names a permission that is kept.</summary>
    [JsonPropertyName("p")]
    public string? PermissionKey { get; init; }

    /// <summary>First and last byte of each stretch that was written, in their order; null where only the disk knows.</summary>
    [JsonPropertyName("r")]
    public IReadOnlyList<long>? Ranges { get; init; }

    /// <summary>UTC ticks of the file's last change of content when <see cref="Ranges"/> was right: any later one was made by somebody who mounts the share.</summary>
    [JsonPropertyName("ra")]
    public long RangesAt { get; init; }
}

/// <summary>A file or directory: what the disk says and what is kept beside it.</summary>
/// <param name="Path">Where.</param>
/// <param name="Entry">By the disk.</param>
/// <param name="Kept">Beside it.</param>
/// <param name="ParentInode">The directory's number on the disk.</param>
public sealed record FileView(FilePath Path, FileEntry Entry, StoredFile Kept, long ParentInode)
{
    /// <summary>Ticks of the last change of anything that a client sees.</summary>
    public long Modified => Math.Max(Entry.Modified, Kept.Changed);

    /// <summary>Changes with every change.</summary>
    public long ETag => Modified;

    /// <summary>UTC ticks of its making.</summary>
    public long Created => Kept.CreationTime != 0 ? Kept.CreationTime : Entry.Born != 0 ? Entry.Born : Entry.Modified;

    /// <summary>UTC ticks of the last change of content, or what the owner said.</summary>
    public long LastWritten => Kept.LastWriteTime != 0 ? Kept.LastWriteTime : Entry.Modified;
}
