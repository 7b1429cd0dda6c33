using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atrium.Server.Registry.Images;

/// <summary>A content of a scope.</summary>
/// <param name="File">Its file.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Touched">When it was last pushed or found by a push; makes every such write a new version.</param>
internal sealed record ContentRow(string File, long Size, DateTimeOffset Touched);

/// <summary>That a repository has a content.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Touched">When it was last pushed, found by a push, or named by a manifest.</param>
internal sealed record BlobRow(long Size, DateTimeOffset Touched);

/// <summary>A manifest; its bytes are a content like others.</summary>
internal sealed record ManifestRow
{
    public required string MediaType { get; init; }

    public required long Size { get; init; }

    public string? ArtifactType { get; init; }

    /// <summary>Digests of the contents that it names.</summary>
    public required IReadOnlyList<string> Blobs { get; init; }

    /// <summary>Digests of the manifests that it names.</summary>
    public required IReadOnlyList<string> Manifests { get; init; }

    public string? Config { get; init; }

    public string? Subject { get; init; }

    public JsonElement? Annotations { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Changed { get; init; }

    public ChangeableAttributes Attributes { get; init; } = new();
}

internal sealed record TagRow(string Digest, DateTimeOffset Created, DateTimeOffset Changed)
{
    public ChangeableAttributes Attributes { get; init; } = new();
}

internal sealed record RepositoryRow(DateTimeOffset Created, DateTimeOffset Changed)
{
    public ChangeableAttributes Attributes { get; init; } = new();
}

/// <summary>What may be done with a repository, a manifest or a tag, as the published API lets its owner fix it.</summary>
internal sealed record ChangeableAttributes
{
    public bool DeleteEnabled { get; init; } = true;

    public bool WriteEnabled { get; init; } = true;

    public bool ListEnabled { get; init; } = true;

    public bool ReadEnabled { get; init; } = true;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContentRow))]
[JsonSerializable(typeof(BlobRow))]
[JsonSerializable(typeof(ManifestRow))]
[JsonSerializable(typeof(TagRow))]
[JsonSerializable(typeof(RepositoryRow))]
internal sealed partial class ImageJson : JsonSerializerContext;
