namespace Atrium.Storage.Blobs;

/// <summary>Under what a request shall be carried out, as its headers say.</summary>
public sealed record Conditions
{
    /// <summary>None.</summary>
    public static Conditions None { get; } = new();

    /// <summary>If-Match: entity tags, or <c>*</c>; null where it was not sent.</summary>
    public IReadOnlyList<string>? IfMatch { get; init; }

    /// <summary>If-None-Match.</summary>
    public IReadOnlyList<string>? IfNoneMatch { get; init; }

    /// <summary>If-Modified-Since.</summary>
    public DateTimeOffset? IfModifiedSince { get; init; }

    /// <summary>If-Unmodified-Since.</summary>
    public DateTimeOffset? IfUnmodifiedSince { get; init; }

    /// <summary>x-ms-if-tags, read.</summary>
    public TagExpression? IfTags { get; init; }

    /// <summary>x-ms-lease-id.</summary>
    public string? LeaseId { get; init; }
}
