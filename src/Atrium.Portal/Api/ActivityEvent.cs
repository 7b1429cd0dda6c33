using System.Text.Json.Nodes;
using Atrium.Portal.Frame;

namespace Atrium.Portal.Api;

/// <summary>A row of the activity log.</summary>
public sealed record ActivityEvent
{
    /// <summary>Its number.</summary>
    public required string Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What was done, as roles name it.</summary>
    public required string Operation { get; init; }

    /// <summary>What it was done to.</summary>
    public required string Resource { get; init; }

    /// <summary>Who did it.</summary>
    public required string Caller { get; init; }

    /// <summary>His object id.</summary>
    public required string CallerId { get; init; }

    /// <summary>How it ended.</summary>
    public required string Status { get; init; }

    /// <summary>What belongs together.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>As answered.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>Reads an answer.</summary>
    public static ActivityEvent Read(JsonObject body) => new()
    {
        Id = (string)body["eventDataId"]!,
        Time = Times.Read((string?)body["eventTimestamp"]) ?? default,
        Operation = (string?)body["operationName"]?["value"] ?? "",
        Resource = (string?)body["resourceId"] ?? "",
        Caller = (string?)body["caller"] ?? "",
        CallerId = (string?)body["caller"] ?? "",
        Status = (string?)body["status"]?["value"] ?? "",
        CorrelationId = (string?)body["correlationId"] ?? "",
        Body = body,
    };

    /// <summary>With the caller's name, where the user may know it.</summary>
    public ActivityEvent Named(IReadOnlyDictionary<string, Person> people)
    {
        ArgumentNullException.ThrowIfNull(people);
        return people.TryGetValue(CallerId, out var person) ? this with { Caller = person.Title } : this;
    }
}
