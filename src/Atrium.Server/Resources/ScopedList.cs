using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Resources;

/// <summary>Lists of what is laid on scopes (assignments of roles and policies): what reaches the scope from above, what is on it, and what lies below.</summary>
internal static class ScopedList
{
    public const int PageSize = 200;

    /// <summary>What reaches a scope is seen by whoever reads there; what lies below it by whoever reads below, unless only the scope is asked for.</summary>
    public static bool Shows(ResourceId placed, ResourceId scope, AllowedScopes readable, bool atScope) =>
        placed.Contains(scope) ? readable.Holds(scope) : !atScope && scope.Contains(placed) && readable.Holds(placed);

    /// <summary>One page of those with these ids, in the order of their keys.</summary>
    public static async Task<JsonObject> PageAsync(
        ResourceType type, IEnumerable<ResourceId> ids, ResourceRequest request, string path, ResourceReader reader, CancellationToken cancellationToken)
    {
        var after = ContinuationToken.Read(request.Query["$skipToken"].FirstOrDefault());
        var found = ids.Select(id => id.Key)
            .Where(key => after is null || string.CompareOrdinal(key, after) > 0)
            .Order(StringComparer.Ordinal)
            .Take(PageSize + 1)
            .ToList();
        var items = new JsonArray();
        foreach (var key in found.Take(PageSize))
        {
            if (await reader.FindAnyAsync(key, cancellationToken) is { } resource)
            {
                items.Add(await ResourceQueries.ViewAsync(type, resource, reader, cancellationToken));
            }
        }

        var answer = new JsonObject { ["value"] = items };
        if (found.Count > PageSize)
        {
            var rest = request.Query["$filter"].FirstOrDefault() is { } filter ? $"&$filter={Uri.EscapeDataString(filter)}" : "";
            answer["nextLink"] = $"{request.BaseUri}{path}?api-version={request.ApiVersion}{rest}&$skipToken={ContinuationToken.Write(found[PageSize - 1])}";
        }

        return answer;
    }
}
