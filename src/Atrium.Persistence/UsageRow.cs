namespace Atrium.Persistence;

/// <summary>One data-plane call.</summary>
public sealed record UsageRow
{
    /// <summary>Unique; the same call keeps its id when a journal is replayed.</summary>
    public required Guid Id { get; init; }

    /// <summary>When the answer ended.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Key of the AI services account.</summary>
    public required string Account { get; init; }

    /// <summary>Key of the project; empty for a call on the account itself.</summary>
    public required string Project { get; init; }

    /// <summary>Who called: <c>key1</c> or <c>key2</c> with a fingerprint, or the principal's object id.</summary>
    public required string Caller { get; init; }

    /// <summary>The operation, such as <c>chat.completions</c> or <c>text:analyze</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The deployment's name; empty where the operation has none.</summary>
    public required string Deployment { get; init; }

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>Tokens read, or text records for an operation without tokens.</summary>
    public required long TokensIn { get; init; }

    /// <summary>Tokens sent to the client.</summary>
    public required long TokensOut { get; init; }

    /// <summary>From the request's first byte to the answer's last.</summary>
    public required int LatencyMilliseconds { get; init; }

    /// <summary>HTTP status; 499 when the client went away.</summary>
    public required int Status { get; init; }

    /// <summary>The caller's tags, as a JSON object of strings; empty for none.</summary>
    public string Tags { get; init; } = "";
}

/// <summary>By what usage is summed.</summary>
public enum UsageDimension
{
    /// <summary>All of it in one total.</summary>
    None,

    /// <summary>By <see cref="UsageRow.Project"/>.</summary>
    Project,

    /// <summary>By <see cref="UsageRow.Caller"/>.</summary>
    Caller,

    /// <summary>By <see cref="UsageRow.Deployment"/>.</summary>
    Deployment,

    /// <summary>By <see cref="UsageRow.Model"/>.</summary>
    Model,

    /// <summary>By the value of one tag.</summary>
    Tag,

    /// <summary>By day (UTC, yyyy-MM-dd).</summary>
    Day,
}

/// <summary>Which usage to sum or list.</summary>
public sealed record UsageQuery
{
    /// <summary>Not before.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Before.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>By what.</summary>
    public UsageDimension By { get; init; }

    /// <summary>The tag's name, for <see cref="UsageDimension.Tag"/>.</summary>
    public string? Tag { get; init; }

    /// <summary>Only this account; null for all.</summary>
    public string? Account { get; init; }

    /// <summary>Only this project; null for all.</summary>
    public string? Project { get; init; }

    /// <summary>Only calls of accounts and projects whose keys begin with this; null for all.</summary>
    public string? Prefix { get; init; }

    /// <summary>For a list: only what comes after this row; null for the first page.</summary>
    public UsageMark? After { get; init; }
}

/// <summary>Where a row stands in a list: lists go by time, and by id where times are the same.</summary>
public sealed record UsageMark(DateTimeOffset Time, Guid Id);

/// <summary>Totals of one value of the dimension; the empty value stands for rows that have none. Failed are those with a status of 400 or more.</summary>
public sealed record UsageTotal(string Value, long Calls, long Failed, long TokensIn, long TokensOut);
