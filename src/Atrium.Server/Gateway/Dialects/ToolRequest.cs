using System.Text.Json;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Inference;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>Which tools a chat may call. Pure.</summary>
/// <param name="Tools">Those that may be called; with one demanded by name, that one.</param>
/// <param name="Use">Whether they are called.</param>
/// <param name="IsNamed">Whether one is demanded by name.</param>
/// <param name="Parallel">Whether one answer may call several.</param>
internal sealed partial record ToolRequest(IReadOnlyList<ChatTool> Tools, ToolUse Use, bool IsNamed, bool Parallel)
{
    private const int MostTools = 128;

    public static ToolRequest Read(JsonElement body, List<Problem> problems)
    {
        var tools = ReadTools(body, problems);
        var parallel = body.Flag("parallel_tool_calls", problems) ?? true;
        if (!body.TryGetProperty("tool_choice", out var choice) || choice.ValueKind is JsonValueKind.Null)
        {
            return new(tools, ToolUse.Auto, false, parallel);
        }

        var named = choice.ValueKind is JsonValueKind.Object && choice.TryGetProperty("function", out var function) && function.ValueKind is JsonValueKind.Object
            && function.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String ? name.GetString() : null;
        var use = choice.ValueKind is JsonValueKind.String
            ? choice.GetString() switch { "auto" => ToolUse.Auto, "none" => ToolUse.None, "required" => ToolUse.Required, _ => (ToolUse?)null }
            : named is null ? null : ToolUse.Required;
        if (use is null)
        {
            problems.Add(new("tool_choice", "'tool_choice' must be auto, none, required, or {\"type\": \"function\", \"function\": {\"name\": ...}}."));
        }
        else if (tools.Count == 0 && use is ToolUse.Required)
        {
            problems.Add(new("tool_choice", "'tool_choice' demands a tool, and 'tools' has none."));
        }
        else if (named is not null && !tools.Exists(t => t.Name == named))
        {
            problems.Add(new("tool_choice", $"'tool_choice' names '{named}', which is not in 'tools'."));
        }

        return new(named is null ? tools : tools.FindAll(t => t.Name == named), use ?? ToolUse.Auto, named is not null, parallel);
    }

    private static List<ChatTool> ReadTools(JsonElement body, List<Problem> problems)
    {
        var tools = new List<ChatTool>();
        if (!body.TryGetProperty("tools", out var given) || given.ValueKind is JsonValueKind.Null)
        {
            return tools;
        }

        if (given.ValueKind is not JsonValueKind.Array || given.GetArrayLength() > MostTools)
        {
            problems.Add(new("tools", $"'tools' must be a list of at most {MostTools} tools."));
            return tools;
        }

        var index = 0;
        foreach (var tool in given.EnumerateArray())
        {
            var at = $"tools[{index++}]";
            if (tool.ValueKind is not JsonValueKind.Object || !tool.TryGetProperty("function", out var function) || function.ValueKind is not JsonValueKind.Object)
            {
                problems.Add(new(at, $"'{at}' must be an object of type function with a 'function'; this model has no tools of its own."));
                continue;
            }

            if (!function.TryGetProperty("name", out var name) || name.ValueKind is not JsonValueKind.String || !ToolName().IsMatch(name.GetString()!) || tools.Exists(t => t.Name == name.GetString()))
            {
                problems.Add(new($"{at}.function.name", $"'{at}.function.name' must have 1 to 64 letters, digits, hyphens or underscores, and be there once."));
                continue;
            }

            var description = function.TryGetProperty("description", out var words) && words.ValueKind is JsonValueKind.String ? words.GetString()! : "";
            tools.Add(new(name.GetString()!, description, ReadParameters(function, at, problems)));
        }

        return tools;
    }

    private static JsonElement ReadParameters(JsonElement function, string at, List<Problem> problems)
    {
        if (!function.TryGetProperty("parameters", out var parameters) || parameters.ValueKind is JsonValueKind.Null)
        {
            return default;
        }

        if (parameters.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new($"{at}.function.parameters", $"'{at}.function.parameters' must be a JSON schema."));
        }

        return parameters;
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex ToolName();
}
