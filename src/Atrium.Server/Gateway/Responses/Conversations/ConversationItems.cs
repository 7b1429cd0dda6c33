using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Responses.Conversations;

/// <summary>Items of a conversation as they are kept: in their full form, each with an id. Pure but for the ids.</summary>
internal static class ConversationItems
{
    /// <summary>As published.</summary>
    private const int MostAtOnce = 20;

    /// <exception cref="ApiException">400 with every mistake.</exception>
    public static JsonArray Read(JsonNode? items, bool areRequired)
    {
        var problems = new List<Problem>();
        if (items is null && !areRequired)
        {
            return [];
        }

        if (items is not JsonArray list || list.Count > MostAtOnce || (areRequired && list.Count == 0))
        {
            throw ApiException.Invalid("items", $"'items' must be a list of at most {MostAtOnce} items.");
        }

        var read = list.Count == 0 ? [] : ResponseInput.Items(list, problems);
        return problems.Count == 0
            ? [.. read.Select(item => Kept(item!.AsObject()))]
            : throw ApiException.Invalid([.. problems.Select(problem => problem with { Target = In(problem.Target), Message = problem.Message.Replace("'input[", "'items[", StringComparison.Ordinal) })]);
    }

    /// <summary>With an id and a status.</summary>
    public static JsonObject Kept(JsonObject item)
    {
        var kept = item.DeepClone().AsObject();
        var type = (string?)kept["type"];
        kept["id"] ??= ResponseDocument.NewId(type switch { "message" => "msg", "function_call" => "fc", _ => "fco" });
        kept["status"] ??= "completed";
        return kept;
    }

    private static string In(string target) => target.StartsWith("input", StringComparison.Ordinal) ? "items" + target["input".Length..] : target;
}
