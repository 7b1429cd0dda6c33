using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Gateway.Responses;

/// <summary>Which tools are to be called (OpenAI, Responses: <c>tool_choice</c>), and how a chat says the same. Pure.</summary>
internal static class ResponseToolChoice
{
    public static void Check(JsonNode? choice, List<Problem> problems)
    {
        var isRight = choice switch
        {
            null => true,
            JsonObject named when Text(named, "type") == "function" => Text(named, "name") is not null,
            JsonObject allowed when Text(allowed, "type") == "allowed_tools" => Text(allowed, "mode") is "auto" or "required"
                && allowed["tools"] is JsonArray { Count: > 0 } tools && tools.All(tool => tool is JsonObject one && Text(one, "type") == "function" && Text(one, "name") is not null),
            JsonValue word => word.TryGetValue<string>(out var text) && text is "auto" or "none" or "required",
            _ => false,
        };
        if (!isRight)
        {
            problems.Add(new("tool_choice", "'tool_choice' must be auto, none, required, a function with its 'name', or allowed_tools with 'mode' (auto, required) and a list of functions."));
        }
    }

    public static JsonNode ToChat(JsonNode choice) => choice switch
    {
        JsonObject allowed when Text(allowed, "type") == "allowed_tools" => new JsonObject
        {
            ["type"] = "allowed_tools",
            ["allowed_tools"] = new JsonObject { ["mode"] = Text(allowed, "mode"), ["tools"] = new JsonArray([.. allowed["tools"]!.AsArray().Select(tool => Function(tool!.AsObject()))]) },
        },
        JsonObject named => Function(named),
        _ => choice.DeepClone(),
    };

    private static JsonObject Function(JsonObject named) => new() { ["type"] = "function", ["function"] = new JsonObject { ["name"] = Text(named, "name") } };

    private static string? Text(JsonObject item, string name) => item[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
