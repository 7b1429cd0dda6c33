using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>The <c>metadata</c> that callers of the OpenAI API attach to responses, conversations and batches. Pure.</summary>
internal static class MetadataRules
{
    private const int Most = 16;
    private const int LongestName = 64;
    private const int LongestValue = 512;

    /// <param name="metadata">Null where there is none.</param>
    /// <param name="problems">Gets the mistake.</param>
    public static void Check(JsonNode? metadata, List<Problem> problems)
    {
        var isRight = metadata is null
            || (metadata is JsonObject { Count: <= Most } map
                && map.All(m => m.Key.Length <= LongestName && m.Value is JsonValue value && value.TryGetValue<string>(out var text) && text.Length <= LongestValue));
        if (!isRight)
        {
            problems.Add(new("metadata", $"'metadata' must be an object of at most {Most} strings, names of at most {LongestName} and values of at most {LongestValue} characters."));
        }
    }
}
