using System.Text;
using System.Text.Json;
using Atrium.Inference.Llama.Templates;

namespace Atrium.Inference.Llama.Tools;

/// <summary>Puts tools, calls and what tools said into a conversation: as values for a template that knows tools, else in words.</summary>
internal static class ToolPrompt
{
    private const string Instruction = "You can call these tools, each given as JSON with the schema of its parameters:";
    private const string HowTo = "To call one, answer with nothing but its name and arguments, like this:\n" + ToolFormat.TagOpen + "\n{\"name\": \"...\", \"arguments\": {...}}\n" + ToolFormat.TagClose;

    /// <summary>The turns for a model whose template knows no tools.</summary>
    public static IReadOnlyList<ChatTurn> InWords(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ChatTool> tools)
    {
        var written = turns.Select(InWords).ToList();
        if (tools.Count > 0)
        {
            var text = $"{Instruction}\n{string.Join('\n', tools.Select(Described))}\n\n{HowTo}";
            if (written is [{ Role: "system" } first, ..])
            {
                written[0] = first with { Content = $"{first.Content}\n\n{text}" };
            }
            else
            {
                written.Insert(0, new("system", text));
            }
        }

        return written;
    }

    /// <summary>The turns as a template reads them.</summary>
    public static object? Messages(IReadOnlyList<ChatTurn> turns) => turns.Select(turn =>
    {
        var message = new Map { ["role"] = turn.Role, ["content"] = turn.Content };
        if (turn.Calls.Count > 0)
        {
            message["tool_calls"] = turn.Calls.Select(Call).ToList();
        }

        if (turn.CallId is { } id)
        {
            message["tool_call_id"] = id;
        }

        if (turn.Name is { } name)
        {
            message["name"] = name;
        }

        return (object?)message;
    }).ToList();

    /// <summary>The tools as a template reads them; null where there are none.</summary>
    public static object? Tools(IReadOnlyList<ChatTool> tools) => tools.Count == 0 ? null : tools.Select(tool => (object?)new Map
    {
        ["type"] = "function",
        ["function"] = new Map
        {
            ["name"] = tool.Name,
            ["description"] = tool.Description,
            ["parameters"] = tool.Parameters.ValueKind is JsonValueKind.Undefined ? new Map { ["type"] = "object", ["properties"] = new Map() } : Value(tool.Parameters),
        },
    }).ToList();

    private static object? Call(ToolCall call) => new Map
    {
        ["id"] = call.Id,
        ["type"] = "function",
        ["function"] = new Map { ["name"] = call.Name, ["arguments"] = Arguments(call.Arguments) },
    };

    /// <summary>Templates write arguments as JSON by themselves, so they get them as values.</summary>
    private static object? Arguments(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Value(document.RootElement);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static object? Value(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new Map();
                foreach (var property in json.EnumerateObject())
                {
                    map[property.Name] = Value(property.Value);
                }

                return map;
            case JsonValueKind.Array:
                return json.EnumerateArray().Select(Value).ToList();
            case JsonValueKind.String:
                return json.GetString();
            case JsonValueKind.Number:
                return json.TryGetInt64(out var whole) ? whole : json.GetDouble();
            case JsonValueKind.True or JsonValueKind.False:
                return json.GetBoolean();
            default:
                return null;
        }
    }

    private static ChatTurn InWords(ChatTurn turn)
    {
        if (turn.Role == "tool")
        {
            return new("user", $"<tool_response>\n{turn.Content}\n</tool_response>");
        }

        if (turn.Calls.Count == 0)
        {
            return turn;
        }

        var text = new StringBuilder(turn.Content);
        foreach (var call in turn.Calls)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(ToolFormat.TagOpen).Append("\n{\"name\": ").Append(JsonSerializer.Serialize(call.Name))
                .Append(", \"arguments\": ").Append(call.Arguments).Append("}\n").Append(ToolFormat.TagClose);
        }

        return new(turn.Role, text.ToString());
    }

    private static string Described(ChatTool tool) => JsonSerializer.Serialize(new
    {
        name = tool.Name,
        description = tool.Description,
        parameters = tool.Parameters.ValueKind is JsonValueKind.Undefined ? (object)new { type = "object" } : tool.Parameters,
    });
}
