using System.Text;
using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>The messages of a chat. Pure.</summary>
internal static class ChatMessages
{
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];
    private const int LongestName = 256;

    public static List<ChatTurn> Read(JsonElement body, List<Problem> problems)
    {
        var turns = new List<ChatTurn>();
        if (!body.TryGetProperty("messages", out var messages) || messages.ValueKind is not JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            problems.Add(new("messages", "'messages' is required: a list of at least one message.", ProblemCodes.Required));
            return turns;
        }

        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            var at = $"messages[{index++}]";
            if (message.ValueKind is JsonValueKind.Object)
            {
                turns.Add(ReadTurn(message, at, problems));
            }
            else
            {
                problems.Add(new(at, $"'{at}' must be an object."));
            }
        }

        return turns;
    }

    private static ChatTurn ReadTurn(JsonElement message, string at, List<Problem> problems)
    {
        var role = message.TryGetProperty("role", out var word) && word.ValueKind is JsonValueKind.String ? word.GetString()! : "";
        if (!Roles.Contains(role))
        {
            problems.Add(new($"{at}.role", $"'{at}.role' must be one of {string.Join(", ", Roles)}."));
        }

        var callId = message.TryGetProperty("tool_call_id", out var id) && id.ValueKind is JsonValueKind.String ? id.GetString() : null;
        if (role is "tool" && callId is null)
        {
            problems.Add(new($"{at}.tool_call_id", $"'{at}.tool_call_id' is required: the id of the call that it answers.", ProblemCodes.Required));
        }

        return new(role is "developer" ? "system" : role is "function" ? "tool" : role, ReadContent(message, at, role, problems))
        {
            Calls = role is "assistant" ? ReadCalls(message, at, problems) : [],
            CallId = role is "tool" ? callId : null,
            Name = ReadName(message, at, problems),
        };
    }

    private static string? ReadName(JsonElement message, string at, List<Problem> problems)
    {
        if (!message.TryGetProperty("name", out var name) || name.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (name.ValueKind is JsonValueKind.String && name.GetString() is { Length: > 0 and <= LongestName } text)
        {
            return text;
        }

        problems.Add(new($"{at}.name", $"'{at}.name' must be a string of 1 to {LongestName} characters."));
        return null;
    }

    private static List<ToolCall> ReadCalls(JsonElement message, string at, List<Problem> problems)
    {
        var calls = new List<ToolCall>();
        if (!message.TryGetProperty("tool_calls", out var given) || given.ValueKind is JsonValueKind.Null)
        {
            return calls;
        }

        foreach (var call in given.ValueKind is JsonValueKind.Array ? given.EnumerateArray() : default)
        {
            if (call.ValueKind is JsonValueKind.Object && TextOf(call, "id") is { } id && call.TryGetProperty("function", out var function) && function.ValueKind is JsonValueKind.Object
                && TextOf(function, "name") is { } name && TextOf(function, "arguments") is { } arguments)
            {
                calls.Add(new(id, name, arguments));
            }
        }

        if (given.ValueKind is not JsonValueKind.Array || calls.Count != given.GetArrayLength())
        {
            problems.Add(new($"{at}.tool_calls", $"'{at}.tool_calls' must be a list of objects with 'id', 'type' and 'function' (its 'name' and 'arguments', both strings)."));
        }

        return calls;
    }

    private static string ReadContent(JsonElement message, string at, string role, List<Problem> problems)
    {
        if (!message.TryGetProperty("content", out var content) || content.ValueKind is JsonValueKind.Null)
        {
            if (role is not "assistant")
            {
                problems.Add(new($"{at}.content", $"'{at}.content' is required.", ProblemCodes.Required));
            }

            return "";
        }

        if (content.ValueKind is JsonValueKind.String)
        {
            return content.GetString()!;
        }

        if (content.ValueKind is not JsonValueKind.Array)
        {
            problems.Add(new($"{at}.content", $"'{at}.content' must be a string or a list of parts."));
            return "";
        }

        return ReadParts(content, at, problems);
    }

    private static string ReadParts(JsonElement content, string at, List<Problem> problems)
    {
        var text = new StringBuilder();
        var index = 0;
        foreach (var part in content.EnumerateArray())
        {
            var type = part.ValueKind is JsonValueKind.Object && part.TryGetProperty("type", out var word) ? word.ToString() : "";
            if (type is "text" or "refusal" && TextOf(part, type) is { } piece)
            {
                text.Append(piece);
            }
            else
            {
                problems.Add(new($"{at}.content[{index}]", $"'{at}.content[{index}]' must be a part of type text; this model reads no '{type}'. One that sees can be deployed through a connection."));
            }

            index++;
        }

        return text.ToString();
    }

    private static string? TextOf(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
