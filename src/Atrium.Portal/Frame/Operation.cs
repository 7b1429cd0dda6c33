namespace Atrium.Portal.Frame;

/// <summary>A long-running operation that was begun in the portal.</summary>
public sealed record Operation
{
    /// <summary>Of this notification.</summary>
    public required string Id { get; init; }

    /// <summary>What is being done, in the words of whoever began it.</summary>
    public required string Title { get; init; }

    /// <summary>Where it can be seen; null for nowhere.</summary>
    public string? Link { get; init; }

    /// <summary>Where the API tells how it goes; null for what was done at once.</summary>
    public string? StatusPath { get; init; }

    /// <summary>InProgress, Succeeded, Failed or Canceled.</summary>
    public required string Status { get; init; }

    /// <summary>0 to 100.</summary>
    public double Percent { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Whether it was looked at since it ended.</summary>
    public bool Seen { get; init; }

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => Status is "InProgress";

    /// <summary>Whether it ended otherwise than wanted.</summary>
    public bool IsBad => Status is "Failed" or "Canceled";
}
