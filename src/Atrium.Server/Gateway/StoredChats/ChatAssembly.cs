using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.StoredChats;

/// <summary>Puts the chunks of a streamed chat completion together to the whole that it would have been (OpenAI, <c>chat.completion.chunk</c>). Pure.</summary>
internal static class ChatAssembly
{
    private const int MostCalls = 1024;

    /// <summary>Null where the bytes are no chat completion.</summary>
    /// <param name="answer">The whole as JSON, or its events.</param>
    /// <param name="isEvents">Which of them.</param>
    public static JsonObject? Whole(ReadOnlySpan<byte> answer, bool isEvents)
    {
        try
        {
            return isEvents ? Join(Encoding.UTF8.GetString(answer)) : JsonNode.Parse(answer) as JsonObject;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static JsonObject? Join(string events)
    {
        JsonObject? whole = null;
        var choices = new SortedDictionary<int, JsonObject>();
        foreach (var line in events.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..].Trim()))
        {
            if (line == "[DONE]" || JsonNode.Parse(line) is not JsonObject { } chunk || chunk["choices"] is not JsonArray told)
            {
                continue;
            }

            whole ??= new() { ["id"] = chunk["id"]?.DeepClone(), ["object"] = "chat.completion", ["created"] = chunk["created"]?.DeepClone(), ["model"] = chunk["model"]?.DeepClone() };
            whole["usage"] = chunk["usage"]?.DeepClone() ?? whole["usage"]?.DeepClone();
            foreach (var choice in told.OfType<JsonObject>())
            {
                Add(choices, choice);
            }
        }

        // The first event of an answer has an empty text, also of one that only calls tools.
        foreach (var message in choices.Values.Select(choice => choice["message"]!).Where(message => message["tool_calls"] is not null && (string?)message["content"] is ""))
        {
            message["content"] = null;
        }

        if (whole is not null)
        {
            whole["choices"] = new JsonArray([.. choices.Values]);
        }

        return whole;
    }

    private static void Add(SortedDictionary<int, JsonObject> choices, JsonObject told)
    {
        var index = (int?)told["index"] ?? 0;
        if (!choices.TryGetValue(index, out var choice))
        {
            choices[index] = choice = new()
            {
                ["index"] = index,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = null, ["refusal"] = null },
                ["logprobs"] = null,
                ["finish_reason"] = null,
            };
        }

        choice["finish_reason"] = told["finish_reason"]?.DeepClone() ?? choice["finish_reason"]?.DeepClone();
        var message = choice["message"]!.AsObject();
        if (told["delta"] is JsonObject delta)
        {
            Append(message, delta, "content");
            Append(message, delta, "refusal");
            foreach (var call in (delta["tool_calls"] as JsonArray ?? []).OfType<JsonObject>())
            {
                AddCall(message, call);
            }
        }

        if (told["logprobs"] is JsonObject tokens)
        {
            var kept = choice["logprobs"] as JsonObject ?? new() { ["content"] = null, ["refusal"] = null };
            foreach (var (name, list) in tokens)
            {
                kept[name] = list is JsonArray more ? new JsonArray([.. (kept[name] as JsonArray ?? []).Concat(more).Select(token => token?.DeepClone())]) : kept[name]?.DeepClone();
            }

            choice["logprobs"] = kept.Parent is null ? kept : kept.DeepClone();
        }
    }

    private static void AddCall(JsonObject message, JsonObject told)
    {
        var calls = message["tool_calls"] as JsonArray ?? [];
        message["tool_calls"] ??= calls;
        var index = (int?)told["index"] ?? calls.Count;
        if (index is < 0 or >= MostCalls)
        {
            throw new FormatException($"A call has the number {index}.");
        }

        while (calls.Count <= index)
        {
            calls.Add(new JsonObject { ["id"] = null, ["type"] = "function", ["function"] = new JsonObject { ["name"] = "", ["arguments"] = "" } });
        }

        var call = calls[index]!.AsObject();
        call["id"] = told["id"]?.DeepClone() ?? call["id"]?.DeepClone();
        if (told["function"] is JsonObject function)
        {
            Append(call["function"]!.AsObject(), function, "name");
            Append(call["function"]!.AsObject(), function, "arguments");
        }
    }

    private static void Append(JsonObject whole, JsonObject told, string name)
    {
        if ((string?)told[name] is { } more)
        {
            whole[name] = (string?)whole[name] + more;
        }
    }
}
