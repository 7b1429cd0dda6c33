using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference;

namespace Atrium.Server.Gateway.Safety;

/// <summary>Reads <c>categories</c>.</summary>
internal static class CategoryList
{
    private static readonly string[] Known = [.. Enum.GetNames<HarmCategory>()];

    /// <summary>Whether the caller leaves the choice.</summary>
    public static bool IsMissing(JsonElement body) =>
        !body.TryGetProperty("categories", out var wanted) || wanted.ValueKind is JsonValueKind.Null || (wanted.ValueKind is JsonValueKind.Array && wanted.GetArrayLength() == 0);

    /// <summary>Each category once, in the order given; all where none is.</summary>
    public static List<HarmCategory> Read(JsonElement body, List<Problem> problems)
    {
        if (IsMissing(body))
        {
            return [.. Enum.GetValues<HarmCategory>()];
        }

        var wanted = body.GetProperty("categories");
        if (wanted.ValueKind is JsonValueKind.Array && wanted.EnumerateArray().All(c => c.ValueKind is JsonValueKind.String && Known.Contains(c.GetString())))
        {
            return [.. wanted.EnumerateArray().Select(c => Enum.Parse<HarmCategory>(c.GetString()!)).Distinct()];
        }

        problems.Add(new("categories", $"'categories' must be a list of {string.Join(", ", Known)}."));
        return [];
    }
}
