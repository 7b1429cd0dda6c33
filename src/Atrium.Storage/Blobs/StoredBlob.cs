using System.Text.Json.Serialization;
using Atrium.Storage.Contents;

namespace Atrium.Storage.Blobs;

/// <summary>The kinds of blobs.</summary>
public enum BlobKind
{
    /// <summary>Made of blocks that are put together.</summary>
    Block,

    /// <summary>Grows at its end.</summary>
    Append,
}

/// <summary>What a blob, a snapshot of one or a deleted one says of itself. Names are short because there are many of them.</summary>
public sealed record StoredBlob
{
    /// <summary>Which kind.</summary>
    [JsonPropertyName("k")]
    public BlobKind Kind { get; init; }

    /// <summary>Ticks; grows with every change of content, headers or metadata.</summary>
    [JsonPropertyName("e")]
    public long ETag { get; init; }

    /// <summary>UTC ticks.</summary>
    [JsonPropertyName("c")]
    public long Created { get; init; }

    /// <summary>UTC ticks.</summary>
    [JsonPropertyName("m")]
    public long Modified { get; init; }

    /// <summary>How many bytes.</summary>
    [JsonPropertyName("l")]
    public long Length { get; init; }

    /// <summary>Where they are; null for none.</summary>
    [JsonPropertyName("p")]
    public StoredContent? Content { get; init; }

    /// <summary>Headers that go out with the content.</summary>
    [JsonPropertyName("h")]
    public BlobHeaders? Headers { get; init; }

    /// <summary>The owner's own words.</summary>
    [JsonPropertyName("md")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>By these it is found.</summary>
    [JsonPropertyName("t")]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>The lease, also one that is over.</summary>
    [JsonPropertyName("ls")]
    public Lease? Lease { get; init; }

    /// <summary>Hot, Cool, Cold or Archive where somebody said so; null for the account's own.</summary>
    [JsonPropertyName("ti")]
    public string? Tier { get; init; }

    /// <summary>UTC ticks of the last change of tier.</summary>
    [JsonPropertyName("tc")]
    public long TierChanged { get; init; }

    /// <summary>Where it was copied from; null where it was not.</summary>
    [JsonPropertyName("cp")]
    public CopyRecord? Copy { get; init; }

    /// <summary>How often was appended.</summary>
    [JsonPropertyName("b")]
    public int AppendedBlocks { get; init; }

    /// <summary>No more may be appended.</summary>
    [JsonPropertyName("s")]
    public bool IsSealed { get; init; }

    /// <summary>UTC ticks of its deletion; 0 while it lives.</summary>
    [JsonPropertyName("d")]
    public long Deleted { get; init; }

    /// <summary>UTC ticks of its end, for a deleted one.</summary>
    [JsonPropertyName("g")]
    public long PurgeAt { get; init; }

    /// <summary>Which snapshot it is (UTC ticks); 0 for the blob itself. In the key, not in the value.</summary>
    [JsonIgnore]
    public long Snapshot { get; init; }

    /// <summary>Whether it was deleted and can be had back.</summary>
    [JsonIgnore]
    public bool IsDeleted => Deleted != 0;
}

/// <summary>Headers that go out with a blob's content as they were given.</summary>
public sealed record BlobHeaders
{
    /// <summary>None.</summary>
    public static BlobHeaders None { get; } = new();

    /// <summary>Content-Type.</summary>
    [JsonPropertyName("t")]
    public string? ContentType { get; init; }

    /// <summary>Content-Encoding.</summary>
    [JsonPropertyName("e")]
    public string? ContentEncoding { get; init; }

    /// <summary>Content-Language.</summary>
    [JsonPropertyName("l")]
    public string? ContentLanguage { get; init; }

    /// <summary>Content-Disposition.</summary>
    [JsonPropertyName("d")]
    public string? ContentDisposition { get; init; }

    /// <summary>Cache-Control.</summary>
    [JsonPropertyName("c")]
    public string? CacheControl { get; init; }

    /// <summary>MD5 of the whole content.</summary>
    [JsonPropertyName("m")]
    public byte[]? ContentMd5 { get; init; }
}

/// <summary>That a blob is a copy.</summary>
/// <param name="Id">Of the copying.</param>
/// <param name="Source">Its address, without what would let others in.</param>
/// <param name="Completed">UTC ticks.</param>
/// <param name="Bytes">How many.</param>
public sealed record CopyRecord(
    [property: JsonPropertyName("i")] string Id,
    [property: JsonPropertyName("s")] string Source,
    [property: JsonPropertyName("c")] long Completed,
    [property: JsonPropertyName("b")] long Bytes);

/// <summary>Where bytes are: one piece, or a list of pieces in rows of its own.</summary>
/// <param name="Id">Of the piece, or of the list.</param>
/// <param name="IsList">Whether it is a list.</param>
/// <param name="IsRow">Whether the piece is so small that it lies in a row.</param>
/// <param name="Parts">How many pieces a list has.</param>
public sealed record StoredContent(
    [property: JsonPropertyName("i")] Guid Id,
    [property: JsonPropertyName("l")] bool IsList = false,
    [property: JsonPropertyName("r")] bool IsRow = false,
    [property: JsonPropertyName("n")] int Parts = 1)
{
    /// <summary>Whether its bytes are sealed; of a list, all those that it was made of.</summary>
    [JsonIgnore]
    public bool IsSealed => new ContentId(default, Id).IsSealed;
}
