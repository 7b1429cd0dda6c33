using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Files;

/// <summary>A page of a list as the OpenAI API has it: <c>limit</c>, <c>after</c>, <c>order</c>. Pure.</summary>
internal static class ListPage
{
    /// <param name="request">Whose query asks for the page.</param>
    /// <param name="items">All of them, newest first.</param>
    /// <param name="most">The largest page.</param>
    /// <param name="usual">The page where none is asked for; null for the largest.</param>
    public static JsonObject Of(HttpRequest request, IReadOnlyList<JsonObject> items, int most, int? usual = null)
    {
        var query = request.Query;
        var take = usual ?? most;
        if (query["limit"].FirstOrDefault() is { } limit && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take < 1 || take > most))
        {
            throw ApiException.Invalid("limit", $"'limit' must be a whole number from 1 to {most}; found '{limit}'.");
        }

        var ordered = query["order"].FirstOrDefault() is "asc" ? [.. items.Reverse()] : items.ToList();
        var from = query["after"].FirstOrDefault() is { } after ? ordered.FindIndex(item => (string?)item["id"] == after) + 1 : 0;
        var page = ordered.Skip(from).Take(take).ToArray();
        return new()
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. page.Select(item => item.DeepClone())]),
            ["first_id"] = page.Length > 0 ? (string?)page[0]["id"] : null,
            ["last_id"] = page.Length > 0 ? (string?)page[^1]["id"] : null,
            ["has_more"] = ordered.Count > from + take,
        };
    }
}
