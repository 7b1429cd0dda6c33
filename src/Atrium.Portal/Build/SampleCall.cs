using System.Text.Json.Nodes;

namespace Atrium.Portal.Build;

/// <summary>A call that code samples show.</summary>
public sealed record SampleCall
{
    /// <summary>The address up to and with <c>/openai/v1</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The deployment.</summary>
    public required string Model { get; init; }

    /// <summary>Of a chat: role and text.</summary>
    public IReadOnlyList<(string Role, string Text)> Messages { get; init; } = [];

    /// <summary>Of embeddings.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>Of a chat; null for the standard.</summary>
    public double? Temperature { get; init; }

    /// <summary>Of a chat; null for the standard.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The body as sent.</summary>
    public JsonObject Body()
    {
        var body = new JsonObject { ["model"] = Model };
        if (Messages.Count == 0)
        {
            body["input"] = new JsonArray([.. Inputs.Select(i => (JsonNode)i)]);
            return body;
        }

        body["messages"] = new JsonArray([.. Messages.Select(m => (JsonNode)new JsonObject { ["role"] = m.Role, ["content"] = m.Text })]);
        if (Temperature is { } temperature)
        {
            body["temperature"] = temperature;
        }

        if (MaxTokens is { } most)
        {
            body["max_tokens"] = most;
        }

        return body;
    }
}
