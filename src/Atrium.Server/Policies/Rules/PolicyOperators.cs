using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atrium.Server.Policies.Rules;

/// <summary>The comparisons of policy rules by their published names. Texts compare without case. A missing value equals nothing, is like nothing and is in nothing. Pure.</summary>
internal static class PolicyOperators
{
    private const StringComparison NoCase = StringComparison.OrdinalIgnoreCase;

    private static readonly FrozenDictionary<string, Func<JsonNode?, JsonNode?, bool>> ByName = new Dictionary<string, Func<JsonNode?, JsonNode?, bool>>
    {
        ["equals"] = Same,
        ["notEquals"] = (found, wanted) => !Same(found, wanted),
        ["like"] = Like,
        ["notLike"] = (found, wanted) => !Like(found, wanted),
        ["in"] = In,
        ["notIn"] = (found, wanted) => !In(found, wanted),
        ["contains"] = Contains,
        ["notContains"] = (found, wanted) => !Contains(found, wanted),
        ["containsKey"] = HasKey,
        ["notContainsKey"] = (found, wanted) => !HasKey(found, wanted),
        ["less"] = (found, wanted) => Compare(found, wanted) < 0,
        ["lessOrEquals"] = (found, wanted) => Compare(found, wanted) <= 0,
        ["greater"] = (found, wanted) => Compare(found, wanted) > 0,
        ["greaterOrEquals"] = (found, wanted) => Compare(found, wanted) >= 0,
        ["exists"] = (found, wanted) => (found is not null) == (Text(wanted)?.Equals("true", NoCase) is true),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static Func<JsonNode?, JsonNode?, bool>? Find(string name) => ByName.GetValueOrDefault(name);

    private static bool Same(JsonNode? found, JsonNode? wanted) => found is not null && Text(found) is { } left && Text(wanted) is { } right && left.Equals(right, NoCase);

    private static bool In(JsonNode? found, JsonNode? wanted) => wanted is JsonArray list && list.Any(item => Same(found, item));

    private static bool Contains(JsonNode? found, JsonNode? wanted) => found is JsonArray list
        ? list.Any(item => Same(item, wanted))
        : Text(found) is { } text && Text(wanted) is { } part && text.Contains(part, NoCase);

    private static bool HasKey(JsonNode? found, JsonNode? wanted) => found is JsonObject keys && keys.Any(k => k.Key.Equals(Text(wanted), NoCase));

    /// <summary>One star at most stands for any run of characters.</summary>
    private static bool Like(JsonNode? found, JsonNode? wanted)
    {
        if (Text(found) is not { } text || Text(wanted) is not { } pattern)
        {
            return false;
        }

        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        return star < 0
            ? text.Equals(pattern, NoCase)
            : text.Length >= pattern.Length - 1 && text.StartsWith(pattern[..star], NoCase) && text.EndsWith(pattern[(star + 1)..], NoCase);
    }

    /// <summary>Numbers as numbers, times as times, texts as texts; null where the two are not of one kind.</summary>
    private static int? Compare(JsonNode? found, JsonNode? wanted)
    {
        if (Number(found) is { } left && Number(wanted) is { } right)
        {
            return left.CompareTo(right);
        }

        return found?.GetValueKind() is JsonValueKind.String && wanted?.GetValueKind() is JsonValueKind.String
            ? Time(found) is { } earlier && Time(wanted) is { } later ? earlier.CompareTo(later) : string.Compare(Text(found), Text(wanted), NoCase)
            : null;
    }

    private static decimal? Number(JsonNode? node) => node?.GetValueKind() is JsonValueKind.Number && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateTimeOffset? Time(JsonNode node) => DateTimeOffset.TryParseExact(Text(node), ["O", "yyyy-MM-ddTHH:mm:ssZ"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static string? Text(JsonNode? node) => node is JsonValue value ? value.TryGetValue<string>(out var text) ? text : value.ToJsonString() : null;
}
