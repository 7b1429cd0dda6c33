using System.Text.Json;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Inference;
using Atrium.Inference.Llama.Grammars;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>Which tools a chat may call. Pure.</summary>
/// <param name="Tools">Those that may be called; with one demanded by name, that one.</param>
/// <param name="Use">Whether they are called.</param>
/// <param name="IsNamed">Whether one is demanded by name.</param>
/// <param name="Parallel">Whether one answer may call several.</param>
internal sealed partial record ToolRequest(IReadOnlyList<ChatTool> Tools, ToolUse Use, bool IsNamed, bool Parallel)
{
    private const int MostTools = 128;

    /// <summary>No tools.</summary>
    public static readonly ToolRequest None = new([], ToolUse.Auto, IsNamed: false, Parallel: true);

    public static ToolRequest Read(JsonElement body, List<Problem> problems)
    {
        var tools = ReadTools(body, problems);
        var parallel = body.Flag("parallel_tool_calls", problems) ?? true;
        if (!body.TryGetProperty("tool_choice", out var choice) || choice.ValueKind is JsonValueKind.Null)
        {
            return new(tools, ToolUse.Auto, false, parallel);
        }

        var wanted = ReadChoice(choice);
        if (wanted is not { } found)
        {
            problems.Add(new("tool_choice", "'tool_choice' must be auto, none, required, {\"type\": \"function\", \"function\": {\"name\": ...}}, or {\"type\": \"allowed_tools\", \"allowed_tools\": {\"mode\": ..., \"tools\": [...]}}."));
            return new(tools, ToolUse.Auto, false, parallel);
        }

        var (use, names, isNamed) = found;
        if (tools.Count == 0 && use is ToolUse.Required)
        {
            problems.Add(new("tool_choice", "'tool_choice' demands a tool, and 'tools' has none."));
        }
        else if (names?.FirstOrDefault(name => !tools.Exists(t => t.Name == name)) is { } unknown)
        {
            problems.Add(new("tool_choice", $"'tool_choice' names '{unknown}', which is not in 'tools'."));
        }

        return new(names is null ? tools : tools.FindAll(t => names.Contains(t.Name)), use, isNamed, parallel);
    }

    /// <summary>Whether tools are called, which of them (null for all), and whether that is one by name; null where the choice is none.</summary>
    private static (ToolUse Use, IReadOnlyList<string>? Names, bool IsNamed)? ReadChoice(JsonElement choice)
    {
        if (choice.ValueKind is JsonValueKind.String)
        {
            return UseOf(choice) is { } use ? (use, null, false) : null;
        }

        if (NameOf(choice) is { } name)
        {
            return (ToolUse.Required, [name], true);
        }

        return choice.ValueKind is JsonValueKind.Object && choice.TryGetProperty("allowed_tools", out var allowed) && allowed.ValueKind is JsonValueKind.Object ? ReadAllowed(allowed) : null;
    }

    private static (ToolUse Use, IReadOnlyList<string>? Names, bool IsNamed)? ReadAllowed(JsonElement allowed)
    {
        var use = allowed.TryGetProperty("mode", out var mode) ? UseOf(mode) : null;
        if (use is null or ToolUse.None || !allowed.TryGetProperty("tools", out var list) || list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            return null;
        }

        var names = list.EnumerateArray().Select(NameOf).ToList();
        return names.Contains(null) ? null : (use.Value, [.. names.OfType<string>()], false);
    }

    private static ToolUse? UseOf(JsonElement word) => word.ValueKind is not JsonValueKind.String
        ? null
        : word.GetString() switch { "auto" => ToolUse.Auto, "none" => ToolUse.None, "required" => ToolUse.Required, _ => null };

    /// <summary>The name of a function that is referred to.</summary>
    private static string? NameOf(JsonElement tool) => tool.ValueKind is JsonValueKind.Object && tool.TryGetProperty("function", out var function) && function.ValueKind is JsonValueKind.Object
        && function.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String ? name.GetString() : null;

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

            CheckStrict(function, at, problems);
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

    /// <summary>A strict tool's calls are held to its schema, so that must be one that is supported; another's are, as far as it is.</summary>
    private static void CheckStrict(JsonElement function, string at, List<Problem> problems)
    {
        if (function.Flag("strict", problems) is not true || !function.TryGetProperty("parameters", out var schema) || schema.ValueKind is not JsonValueKind.Object)
        {
            return;
        }

        try
        {
            JsonGrammar.Of(schema);
        }
        catch (SchemaNotSupportedException unsupported)
        {
            problems.Add(new($"{at}.function.parameters", $"'{at}.function' is strict, and its parameters are no schema that is supported: {unsupported.Message}"));
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex ToolName();
}
