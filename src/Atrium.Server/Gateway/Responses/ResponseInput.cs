using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Gateway.Responses;

/// <summary>Input items of a response (OpenAI, Responses), and the chat messages that they are. Pure.</summary>
internal static class ResponseInput
{
    private static readonly string[] Roles = ["user", "assistant", "system", "developer"];

    /// <summary>The input as a list of items; a string is one message of the user.</summary>
    public static JsonArray Items(JsonNode? input, List<Problem> problems)
    {
        switch (input)
        {
            case JsonValue value when value.TryGetValue<string>(out var text):
                return [new JsonObject { ["type"] = "message", ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "input_text", ["text"] = text }) }];
            case JsonArray { Count: > 0 } list:
                var items = new JsonArray();
                for (var i = 0; i < list.Count; i++)
                {
                    if (Item(list[i], $"input[{i}]", problems) is { } item)
                    {
                        items.Add(item);
                    }
                }

                return items;
            default:
                problems.Add(new("input", "'input' is required: a string, or a list of at least one item.", ProblemCodes.Required));
                return [];
        }
    }

    /// <summary>The messages of items, in their order. Calls that follow one another are one message of the assistant, as chat has them.</summary>
    public static IEnumerable<JsonObject> Messages(IEnumerable<JsonObject> items)
    {
        JsonObject? assistant = null;
        foreach (var item in items)
        {
            if ((string?)item["type"] == "function_call")
            {
                assistant ??= new() { ["role"] = "assistant", ["content"] = null, ["tool_calls"] = new JsonArray() };
                assistant["tool_calls"]!.AsArray().Add(new JsonObject
                {
                    ["id"] = (string?)item["call_id"],
                    ["type"] = "function",
                    ["function"] = new JsonObject { ["name"] = (string?)item["name"], ["arguments"] = (string?)item["arguments"] },
                });
                continue;
            }

            if (assistant is not null)
            {
                yield return assistant;
                assistant = null;
            }

            if (Message(item) is { } message)
            {
                yield return message;
            }
        }

        if (assistant is not null)
        {
            yield return assistant;
        }
    }

    private static JsonObject? Message(JsonObject item) => (string?)item["type"] switch
    {
        "function_call_output" => new() { ["role"] = "tool", ["tool_call_id"] = (string?)item["call_id"], ["content"] = (string?)item["output"] },
        "message" => new() { ["role"] = (string?)item["role"], ["content"] = Content(item) },
        _ => null,
    };

    /// <summary>Parts of text alone become one text, which every model reads; with an image they stay parts.</summary>
    private static JsonNode Content(JsonObject item)
    {
        var parts = item["content"]!.AsArray().OfType<JsonObject>().ToArray();
        return Array.TrueForAll(parts, part => part["text"] is not null || part["refusal"] is not null)
            ? string.Concat(parts.Select(part => (string?)part["text"] ?? (string?)part["refusal"]))
            : new JsonArray([.. parts.Select(part => (string?)part["type"] == "input_image"
                ? new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = (string?)part["image_url"], ["detail"] = (string?)part["detail"] ?? "auto" } }
                : new JsonObject { ["type"] = "text", ["text"] = (string?)part["text"] })]);
    }

    /// <summary>An item in its full form, which is also what is kept and listed.</summary>
    private static JsonObject? Item(JsonNode? node, string at, List<Problem> problems)
    {
        if (node is not JsonObject item)
        {
            problems.Add(new(at, $"'{at}' must be an object."));
            return null;
        }

        switch (Text(item, "type") ?? "message")
        {
            case "message":
                return ReadMessage(item, at, problems);
            case "function_call":
                return Kept(item, at, ["call_id", "name", "arguments"], problems);
            case "function_call_output":
                return ReadOutput(item, at, problems);
            case "reasoning":
                // What a model thought is its own; none here reads it.
                return null;
            case var type:
                problems.Add(new($"{at}.type", $"'{at}.type' must be message, function_call or function_call_output; '{type}' is not read here."));
                return null;
        }
    }

    private static JsonObject? ReadOutput(JsonObject item, string at, List<Problem> problems)
    {
        if (item["output"] is JsonArray parts && parts.All(part => part is JsonObject { } one && Text(one, "text") is not null))
        {
            item = item.DeepClone().AsObject();
            item["output"] = string.Concat(parts.Select(part => (string?)part!["text"]));
        }

        return Kept(item, at, ["call_id", "output"], problems);
    }

    private static JsonObject? Kept(JsonObject item, string at, string[] required, List<Problem> problems)
    {
        foreach (var name in required.Where(name => Text(item, name) is null))
        {
            problems.Add(new($"{at}.{name}", $"'{at}.{name}' is required: a string.", ProblemCodes.Required));
        }

        var kept = new JsonObject { ["type"] = Text(item, "type") };
        foreach (var name in required)
        {
            kept[name] = Text(item, name);
        }

        return kept;
    }

    private static JsonObject? ReadMessage(JsonObject item, string at, List<Problem> problems)
    {
        var role = Text(item, "role");
        if (role is null || !Roles.Contains(role))
        {
            problems.Add(new($"{at}.role", $"'{at}.role' must be one of {string.Join(", ", Roles)}."));
            return null;
        }

        var content = new JsonArray();
        if (Text(item, "content") is { } text)
        {
            content.Add(role == "assistant" ? OutputText(text) : new JsonObject { ["type"] = "input_text", ["text"] = text });
        }
        else if (item["content"] is JsonArray parts)
        {
            ReadParts(parts, at, content, problems);
        }
        else
        {
            problems.Add(new($"{at}.content", $"'{at}.content' is required: a string or a list of parts.", ProblemCodes.Required));
        }

        return new() { ["type"] = "message", ["role"] = role, ["content"] = content };
    }

    private static void ReadParts(JsonArray parts, string at, JsonArray content, List<Problem> problems)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            var isKnown = parts[i] is JsonObject part && Text(part, "type") switch
            {
                "input_text" or "output_text" or "text" => Text(part, "text") is not null,
                "refusal" => Text(part, "refusal") is not null,
                "input_image" => Text(part, "image_url") is not null,
                _ => false,
            };
            if (isKnown)
            {
                content.Add(Whole(parts[i]!.DeepClone().AsObject()));
            }
            else
            {
                problems.Add(new($"{at}.content[{i}]", $"'{at}.content[{i}]' must be a part of type input_text, output_text, refusal, or input_image with an 'image_url'."));
            }
        }
    }

    /// <summary>With the lists that a text of the model always has where it is shown.</summary>
    private static JsonObject Whole(JsonObject part)
    {
        if ((string?)part["type"] == "output_text")
        {
            part["annotations"] ??= new JsonArray();
            part["logprobs"] ??= new JsonArray();
        }

        return part;
    }

    private static JsonObject OutputText(string text) => Whole(new() { ["type"] = "output_text", ["text"] = text });

    private static string? Text(JsonObject item, string name) => item[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
