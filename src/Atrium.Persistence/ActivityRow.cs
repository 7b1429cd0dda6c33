namespace Atrium.Persistence;

/// <summary>One row of the activity log: who did what to which resource, and how it ended.</summary>
public sealed record ActivityRow
{
    /// <summary>Position in the log, given by the store.</summary>
    public long Sequence { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The RBAC operation, such as <c>Microsoft.MachineLearningServices/workspaces/write</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The resource's id as written.</summary>
    public required string ResourceId { get; init; }

    /// <summary>The principal's object id.</summary>
    public required string Caller { get; init; }

    /// <summary>The request's correlation id.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>Started, Accepted, Succeeded or Failed.</summary>
    public required string Status { get; init; }

    /// <summary>HTTP status of the answer; 0 for a background step.</summary>
    public int HttpStatus { get; init; }

    /// <summary>More about it, JSON; null for nothing. Never holds a secret.</summary>
    public string? Properties { get; init; }
}

/// <summary>Which activity to list.</summary>
public sealed record ActivityQuery
{
    /// <summary>Only ids that begin with this, without case; empty for all.</summary>
    public string ResourcePrefix { get; init; } = "";

    /// <summary>Not before.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only rows with a lower sequence; null starts at the newest.</summary>
    public long? Before { get; init; }

    /// <summary>The largest number of rows to return.</summary>
    public required int Take { get; init; }
}
