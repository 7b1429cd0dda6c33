using System.Buffers;
using System.Text.Json;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>What an event of a stream is.</summary>
internal enum EventKind
{
    /// <summary>Goes on to the caller.</summary>
    Content,

    /// <summary>Counts and no choice: what <c>include_usage</c> adds.</summary>
    UsageOnly,

    /// <summary>The last one, <c>[DONE]</c>.</summary>
    Done,
}

/// <summary>Reads counts out of what upstreams answer. Where one gives none, the pieces that were sent are counted.</summary>
internal static class UsageReader
{
    /// <summary>The <c>usage</c> of a whole answer.</summary>
    public static void Read(ReadOnlySpan<byte> json, GatewayCall call)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            if (!Take(document.RootElement, call) && ImagesIn(document.RootElement) is { } images)
            {
                call.TokensOut = images;
            }
        }
        catch (JsonException)
        {
            // Not JSON: it goes on as it is, and nothing can be counted.
        }
    }

    public static EventKind ReadEvent(ReadOnlySequence<byte> item, GatewayCall call, ref long pieces)
    {
        var bytes = item.IsSingleSegment ? item.FirstSpan : item.ToArray();
        var line = bytes.TrimEnd("\r\n"u8);
        if (line.StartsWith("event:"u8) && line.IndexOf((byte)'\n') is > 0 and var end)
        {
            line = line[(end + 1)..];
        }

        if (!line.StartsWith("data:"u8))
        {
            return EventKind.Content;
        }

        var data = line[5..].TrimStart(" "u8);
        if (data.SequenceEqual("[DONE]"u8))
        {
            return EventKind.Done;
        }

        try
        {
            var reader = new Utf8JsonReader(data);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object)
            {
                return EventKind.Content;
            }

            var hasChoices = root.TryGetProperty("choices", out var choices) && choices.ValueKind is JsonValueKind.Array && choices.GetArrayLength() > 0;
            if (Take(root, call))
            {
                return hasChoices || root.TryGetProperty("type"u8, out _) ? EventKind.Content : EventKind.UsageOnly;
            }

            if (hasChoices && choices.EnumerateArray().Count(HasText) is > 0 and var more)
            {
                call.TokensOut = pieces += more;
            }
        }
        catch (JsonException)
        {
            // An event that is no JSON goes on as it is.
        }

        return EventKind.Content;
    }

    private static bool Take(JsonElement root, GatewayCall call)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            return false;
        }

        if (root.TryGetProperty("model", out var model) && model.ValueKind is JsonValueKind.String)
        {
            call.ModelName = model.GetString()!;
        }

        if (!root.TryGetProperty("usage", out var usage) || usage.ValueKind is not JsonValueKind.Object)
        {
            return false;
        }

        call.TokensIn = Count(usage, "prompt_tokens") ?? Count(usage, "input_tokens") ?? 0;
        call.TokensOut = Count(usage, "completion_tokens") ?? Count(usage, "output_tokens") ?? 0;
        return true;
    }

    /// <summary>Images are counted one by one where nobody counts tokens of them; null for an answer that has none.</summary>
    private static int? ImagesIn(JsonElement root) => root.ValueKind is JsonValueKind.Object && root.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Array
        ? data.EnumerateArray().Count(item => item.ValueKind is JsonValueKind.Object && (item.TryGetProperty("b64_json", out _) || item.TryGetProperty("url", out _))) is > 0 and var images ? images : null
        : null;

    private static long? Count(JsonElement usage, string name) => usage.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var count) ? count : null;

    /// <summary>A piece of a chat (<c>delta.content</c> or the arguments of a call) or of a completion (<c>text</c>).</summary>
    private static bool HasText(JsonElement choice) => choice.ValueKind is JsonValueKind.Object
        && (choice.TryGetProperty("delta", out var delta) && delta.ValueKind is JsonValueKind.Object ? IsText(delta, "content") || IsCall(delta) : IsText(choice, "text"));

    private static bool IsCall(JsonElement delta) => delta.TryGetProperty("tool_calls", out var calls) && calls.ValueKind is JsonValueKind.Array && calls.GetArrayLength() > 0;

    private static bool IsText(JsonElement item, string name) => item.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String && text.GetString()!.Length > 0;
}
