using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Atrium.Contracts;

/// <summary>The resource API's error envelope (common-types ErrorResponse).</summary>
public sealed record ErrorResponse(ErrorBody Error);

/// <summary>An error of the resource API (common-types ErrorDetail).</summary>
public sealed record ErrorBody
{
    /// <summary>For programs.</summary>
    public required string Code { get; init; }

    /// <summary>For people.</summary>
    public required string Message { get; init; }

    /// <summary>The field that is wrong.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    /// <summary>Each mistake, when there are several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ErrorBody>? Details { get; init; }

    /// <summary>More about it, for programs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ErrorInfo>? AdditionalInfo { get; init; }
}

/// <summary>More about an error (common-types ErrorAdditionalInfo).</summary>
/// <param name="Type">What it is.</param>
/// <param name="Info">The rest, by its type.</param>
public sealed record ErrorInfo(string Type, JsonObject Info);
