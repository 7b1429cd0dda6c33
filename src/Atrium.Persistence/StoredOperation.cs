namespace Atrium.Persistence;

/// <summary>How far a long-running operation is.</summary>
public enum OperationStatus
{
    /// <summary>Accepted or under way; a restart goes on with it.</summary>
    Running,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Given up; <see cref="StoredOperation.Error"/> says why.</summary>
    Failed,

    /// <summary>Stopped by request.</summary>
    Canceled,
}

/// <summary>A long-running operation, which is also the durable job that carries it out. It may run twice.</summary>
public sealed record StoredOperation
{
    /// <summary>A GUID.</summary>
    public required string Id { get; init; }

    /// <summary>What to do, such as <c>provision</c> or <c>delete</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Key of the resource it is about.</summary>
    public required string ResourceKey { get; init; }

    /// <summary>Id of the resource as written.</summary>
    public required string ResourceId { get; init; }

    /// <summary>How far it is.</summary>
    public required OperationStatus Status { get; init; }

    /// <summary>What the job needs to know, JSON; null for nothing.</summary>
    public string? Input { get; init; }

    /// <summary>The result to show, JSON; null for none.</summary>
    public string? Output { get; init; }

    /// <summary>The error to show, JSON of the ARM error object; null for none.</summary>
    public string? Error { get; init; }

    /// <summary>0 to 100.</summary>
    public double PercentComplete { get; init; }

    /// <summary>How often the job was started.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Principal that asked for it.</summary>
    public required string Caller { get; init; }

    /// <summary>Correlation id of the request that asked for it.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>The node working on it; null for none.</summary>
    public string? LeasedBy { get; init; }

    /// <summary>Until when that node has it.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }
}
