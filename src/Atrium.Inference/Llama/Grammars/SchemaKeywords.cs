using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atrium.Inference.Llama.Grammars;

/// <summary>Reads the keywords of a JSON schema. What is none of them, or has a value that is none, is refused by name. Pure.</summary>
internal static class SchemaKeywords
{
    /// <summary>Keywords that say nothing about what matches, or are obeyed in any case.</summary>
    private static readonly HashSet<string> Silent =
    [
        "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$schema", "$id", "$comment", "$defs", "definitions", "strict",
        "contentMediaType", "contentEncoding", "nullable",
    ];

    /// <summary>What <c>type</c> says; null where it is not there.</summary>
    public static string[]? TypesOf(JsonElement schema, string place) => !schema.TryGetProperty("type", out var type) ? null : type.ValueKind switch
    {
        JsonValueKind.String => [type.GetString()!],
        JsonValueKind.Array when type.GetArrayLength() > 0 => [.. type.EnumerateArray().Select(t => t.ToString())],
        _ => throw new SchemaNotSupportedException($"{place}/type", "it must be a type or a list of types."),
    };

    /// <summary>Whether a value is of a type.</summary>
    public static bool IsOf(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && double.IsInteger(value.GetDouble())),
        JsonValueKind.Null => type == "null",
        _ => type == "boolean",
    };

    /// <summary>The schema with no other types than these; null where it has none of them.</summary>
    public static JsonElement? Narrowed(JsonElement schema, string[]? types, string place)
    {
        if (types is null || schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.True))
        {
            return schema;
        }

        var own = schema.ValueKind is JsonValueKind.True ? null : TypesOf(schema, place);
        string[] left = own is null ? types : [.. own.Where(type => types.Contains(type) || (type == "integer" && types.Contains("number"))), .. types.Where(type => type == "integer" && own.Contains("number"))];
        if (left.Length == 0)
        {
            return null;
        }

        var narrowed = schema.ValueKind is JsonValueKind.True ? [] : JsonObject.Create(schema)!;
        narrowed["type"] = new JsonArray([.. left.Distinct().Select(type => (JsonNode)type)]);
        return JsonSerializer.SerializeToElement(narrowed);
    }

    /// <summary>The names of <c>required</c>.</summary>
    public static HashSet<string> Required(JsonElement schema, string place)
    {
        if (!schema.TryGetProperty("required", out var names))
        {
            return [];
        }

        return names.ValueKind is JsonValueKind.Array && names.EnumerateArray().All(name => name.ValueKind is JsonValueKind.String)
            ? [.. names.EnumerateArray().Select(name => name.GetString()!)]
            : throw new SchemaNotSupportedException($"{place}/required", "it must be a list of names.");
    }

    /// <summary>A length of text or list; null where it is not there.</summary>
    public static int? Count(JsonElement schema, string name, string place)
    {
        if (!schema.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var count) && count is >= 0 and <= JsonGrammar.MostRepeats
            ? count
            : throw new SchemaNotSupportedException($"{place}/{name}", $"it must be a whole number from 0 to {JsonGrammar.MostRepeats}.");
    }

    /// <summary>The nearest whole number inside both bounds of a side.</summary>
    public static BigInteger? Bound(JsonElement schema, string inclusive, string exclusive, string place, bool up)
    {
        BigInteger? bound = null;
        foreach (var (name, step) in ((string, int)[])[(inclusive, 0), (exclusive, 1)])
        {
            if (!schema.TryGetProperty(name, out var value))
            {
                continue;
            }

            if (value.ValueKind is not JsonValueKind.Number || !double.IsFinite(value.GetDouble()))
            {
                throw new SchemaNotSupportedException($"{place}/{name}", "it must be a number.");
            }

            var number = value.GetDouble();
            var whole = new BigInteger(up ? Math.Ceiling(number) : Math.Floor(number));
            var inside = step == 1 && (double)whole == number ? whole + (up ? 1 : -1) : whole;
            bound = bound is { } other ? (up ? BigInteger.Max(other, inside) : BigInteger.Min(other, inside)) : inside;
        }

        return bound;
    }

    /// <summary>The bounds of a side.</summary>
    public static IEnumerable<(decimal Value, bool Inclusive)> Bounds(JsonElement schema, string inclusive, string exclusive, string place)
    {
        foreach (var name in (string[])[inclusive, exclusive])
        {
            if (schema.TryGetProperty(name, out var value))
            {
                yield return value.ValueKind is JsonValueKind.Number && value.TryGetDecimal(out var bound) && DecimalNumbers.CanBound(bound)
                    ? (bound, name == inclusive)
                    : throw new SchemaNotSupportedException($"{place}/{name}", $"it must be a number up to {DecimalNumbers.MostBound} with at most 5 digits behind the point.");
            }
        }
    }

    /// <summary>Refuses any keyword but these and those that demand nothing.</summary>
    public static void Demand(JsonElement schema, string place, params string[] known)
    {
        foreach (var property in schema.EnumerateObject())
        {
            if (!known.Contains(property.Name) && !Silent.Contains(property.Name))
            {
                throw new SchemaNotSupportedException($"{place}/{property.Name}", $"'{property.Name}' is not supported here.");
            }
        }
    }
}
