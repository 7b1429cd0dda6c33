namespace Atrium.Persistence;

/// <summary>A resource as it is kept.</summary>
public sealed record StoredResource
{
    /// <summary>The id in lower case: the identity of the resource, and what lists are ordered by.</summary>
    public required string Key { get; init; }

    /// <summary>The id as it was written at creation.</summary>
    public required string Id { get; init; }

    /// <summary>The type in lower case, such as <c>microsoft.machinelearningservices/workspaces</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The document, a JSON object, without id, name, type and secrets.</summary>
    public required string Body { get; init; }

    /// <summary>Key of another resource that this one belongs to without being nested in it (a project's hub); null for none.</summary>
    public string? Link { get; init; }

    /// <summary>Set while the resource is soft-deleted: it is gone for callers, its name is taken, it can be recovered until then.</summary>
    public DateTimeOffset? PurgeAt { get; init; }

    /// <summary>The change that wrote it: grows with every write of any resource and is never used twice. 0 before the first write.</summary>
    public long Version { get; init; }
}

/// <summary>Which resources to list.</summary>
public sealed record ResourceQuery
{
    /// <summary>Only this type (lower case).</summary>
    public required string Type { get; init; }

    /// <summary>Only keys that begin with this (lower case, ends with a slash); empty for all.</summary>
    public string KeyPrefix { get; init; } = "";

    /// <summary>Only resources linked to this key; null for all. With a link, the prefix is still obeyed.</summary>
    public string? Link { get; init; }

    /// <summary>True lists the soft-deleted ones and only those.</summary>
    public bool Deleted { get; init; }

    /// <summary>Only keys greater than this; null starts at the beginning.</summary>
    public string? After { get; init; }

    /// <summary>The largest number of resources to return.</summary>
    public required int Take { get; init; }
}

/// <summary>That a resource changed.</summary>
public sealed record ResourceChange(long Sequence, string Key, string Type, bool Removed);
