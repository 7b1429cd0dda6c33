using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Policies.Definitions;

/// <summary>A parameter of a policy definition.</summary>
/// <param name="Name">Compared without case.</param>
/// <param name="Type">One of <see cref="Types"/>.</param>
/// <param name="Default">Null where a value is required.</param>
/// <param name="Allowed">Empty for any value of the type; of a list, what each item may be.</param>
internal sealed record PolicyParameter(string Name, string Type, JsonNode? Default, ImmutableArray<JsonNode> Allowed)
{
    /// <summary>The published types, and what a value of each is.</summary>
    private static readonly FrozenDictionary<string, (Func<JsonNode, bool> Fits, string InWords)> Known = new Dictionary<string, (Func<JsonNode, bool>, string)>
    {
        ["String"] = (v => v.GetValueKind() is JsonValueKind.String, "a text"),
        ["Array"] = (v => v is JsonArray, "a list"),
        ["Object"] = (v => v is JsonObject, "an object"),
        ["Boolean"] = (v => v.GetValueKind() is JsonValueKind.True or JsonValueKind.False, "true or false"),
        ["Integer"] = (v => v.GetValueKind() is JsonValueKind.Number && long.TryParse(v.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _), "a whole number"),
        ["Float"] = (v => v.GetValueKind() is JsonValueKind.Number, "a number"),
        ["DateTime"] = (v => v.GetValueKind() is JsonValueKind.String && DateTimeOffset.TryParse(v.ToString(), CultureInfo.InvariantCulture, out _), "a time such as 2026-01-31T12:00:00Z"),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Types => Known.Keys.Order(StringComparer.Ordinal);

    /// <summary>What is wrong with a value.</summary>
    public IEnumerable<Problem> Check(JsonNode? value, string path)
    {
        var (fits, words) = Known[Type];
        if (value is null || !fits(value))
        {
            yield return new(path, $"'{path}' must be {words}: the parameter '{Name}' is of the type {Type}.", "InvalidPolicyParameterType");
            yield break;
        }

        foreach (var item in value is JsonArray list && !Allowed.Any(a => a is JsonArray) ? list.ToList() : [value])
        {
            if (!Allowed.IsEmpty && !Allowed.Any(a => IsSame(a, item)))
            {
                yield return new(path, $"'{path}' may be {string.Join(", ", Allowed.Select(a => a.ToJsonString()))}; found {item?.ToJsonString() ?? "null"}.", "PolicyParameterValueNotAllowed");
            }
        }
    }

    public static IReadOnlyList<PolicyParameter> ReadAll(JsonNode? parameters) =>
        [.. (parameters as JsonObject ?? []).Where(p => p.Value is JsonObject && Known.ContainsKey(TypeOf(p.Value))).Select(p => new PolicyParameter(
            p.Key, TypeOf(p.Value), p.Value!["defaultValue"]?.DeepClone(), [.. (p.Value["allowedValues"] as JsonArray ?? []).OfType<JsonNode>().Select(a => a.DeepClone())]))];

    /// <summary>What is wrong with the parameters of a definition.</summary>
    public static IEnumerable<Problem> CheckAll(JsonObject? parameters, string path)
    {
        foreach (var (name, parameter) in parameters ?? [])
        {
            if (!Known.ContainsKey(TypeOf(parameter)))
            {
                yield return new($"{path}.{name}.type", $"'{path}.{name}.type' must be one of {string.Join(", ", Types)}.", "InvalidPolicyParameterType");
            }
        }

        foreach (var problem in ReadAll(parameters).Where(p => p.Default is not null).SelectMany(p => p.Check(p.Default, $"{path}.{p.Name}.defaultValue")))
        {
            yield return problem;
        }
    }

    private static string TypeOf(JsonNode? parameter) => (parameter as JsonObject)?["type"] is JsonValue value && value.TryGetValue<string>(out var type) ? type : "";

    private static bool IsSame(JsonNode allowed, JsonNode? item) => item is not null && allowed.ToString().Equals(item.ToString(), StringComparison.OrdinalIgnoreCase);
}
