using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Files;

/// <summary>A page of a list as the OpenAI API has it: <c>limit</c>, <c>after</c>, <c>order</c>. <c>before</c> is refused. Pure.</summary>
internal static class ListPage
{
    /// <param name="request">Whose query asks for the page.</param>
    /// <param name="items">All of them, newest first.</param>
    /// <param name="most">The largest page.</param>
    /// <param name="usual">The page where none is asked for; null for the largest.</param>
    /// <param name="idPrefix">Where the ids are <see cref="FileIds"/>: what they begin with. A page then goes on after an item that has gone meanwhile.</param>
    /// <param name="usualOrder">The order where none is asked for: newest first, unless the API says otherwise.</param>
    /// <exception cref="ApiException">400 for a value that names no page.</exception>
    public static JsonObject Of(HttpRequest request, IReadOnlyList<JsonObject> items, int most, int? usual = null, string? idPrefix = null, string usualOrder = "desc")
    {
        var query = request.Query;
        var take = usual ?? most;
        if (query["limit"].FirstOrDefault() is { } limit && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take < 1 || take > most))
        {
            throw ApiException.Invalid("limit", $"'limit' must be a whole number from 1 to {most}; found '{limit}'.");
        }

        if (query["order"].FirstOrDefault() is { } order and not ("asc" or "desc"))
        {
            throw ApiException.Invalid("order", $"'order' must be asc or desc; found '{order}'.");
        }

        if (query.ContainsKey("before"))
        {
            throw ApiException.Invalid("before", "Pages are not read backwards here. Send 'after', with 'order' to turn the list.");
        }

        var isAscending = (query["order"].FirstOrDefault() ?? usualOrder) is "asc";
        var ordered = isAscending ? [.. items.Reverse()] : items.ToList();
        var from = query["after"].FirstOrDefault() is { Length: > 0 } after ? After(ordered, after, isAscending, idPrefix) : 0;
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

    private static int After(List<JsonObject> ordered, string after, bool isAscending, string? idPrefix)
    {
        if (ordered.FindIndex(item => (string?)item["id"] == after) is >= 0 and var at)
        {
            return at + 1;
        }

        if (idPrefix is null || !FileIds.IsId(idPrefix, after))
        {
            throw ApiException.Invalid("after", $"'after' must be the id of an item of this list; '{after}' is none.");
        }

        // Newer ids are smaller.
        var next = ordered.FindIndex(item => isAscending == string.CompareOrdinal((string?)item["id"], after) < 0);
        return next < 0 ? ordered.Count : next;
    }
}
