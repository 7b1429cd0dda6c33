using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atrium.Server.Tests.Conformance;

/// <summary>Whether a JSON value has the published shape: types, required properties, closed enumerations, and no secret in an answer.</summary>
internal static class SchemaCheck
{
    private const int DeepestSchema = 12;

    public static IEnumerable<string> Check(SpecFile spec, JsonObject schema, JsonNode? value, string path = "$", int depth = 0)
    {
        var (file, node) = spec.Resolve(schema);
        if (value is null || depth > DeepestSchema)
        {
            yield break;
        }

        if (!HasType((string?)node["type"], node, value.GetValueKind()))
        {
            yield return $"{path} is {value.GetValueKind()} where {node["type"]} is published";
            yield break;
        }

        if (node["enum"] is JsonArray words && (bool?)node["x-ms-enum"]?["modelAsString"] != true && !words.Any(w => w!.ToString().Equals(value.ToString(), StringComparison.OrdinalIgnoreCase)))
        {
            yield return $"{path} is '{value}', not one of {words.ToJsonString()}";
        }

        if (node["oneOf"] is JsonArray choices && choices.All(choice => Check(file, choice!.AsObject(), value, path, depth + 1).Any()))
        {
            yield return $"{path} has none of the {choices.Count} shapes that are published for it";
        }

        if (value is JsonArray array && node["items"] is JsonObject items)
        {
            foreach (var problem in array.SelectMany((item, i) => Check(file, items, item, $"{path}[{i}]", depth + 1)))
            {
                yield return problem;
            }
        }

        if (value is JsonObject body)
        {
            foreach (var problem in CheckObject(file, node, body, path, depth))
            {
                yield return problem;
            }
        }
    }

    /// <summary>All properties of a schema, with those it takes from others.</summary>
    public static IEnumerable<(string Name, SpecFile File, JsonObject Schema)> Properties(SpecFile spec, JsonObject schema)
    {
        var (file, node) = spec.Resolve(schema);
        return (node["properties"] as JsonObject ?? [])
            .Select(p => (p.Key, file, p.Value!.AsObject()))
            .Concat((node["allOf"] as JsonArray ?? []).SelectMany(part => Properties(file, part!.AsObject())));
    }

    private static IEnumerable<string> CheckObject(SpecFile file, JsonObject node, JsonObject body, string path, int depth)
    {
        foreach (var name in Required(file, node).Where(name => !body.ContainsKey(name)))
        {
            yield return $"{path}.{name} is required and missing";
        }

        foreach (var (name, owner, property) in Properties(file, node).Where(p => body.ContainsKey(p.Name)))
        {
            if ((bool?)owner.Resolve(property).Node["x-ms-secret"] == true && body[name] is not null)
            {
                yield return $"{path}.{name} is a secret and in the answer";
            }

            foreach (var problem in Check(owner, property, body[name], $"{path}.{name}", depth + 1))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<string> Required(SpecFile spec, JsonObject schema)
    {
        var (file, node) = spec.Resolve(schema);
        return (node["required"] as JsonArray ?? []).Select(r => (string)r!)
            .Concat((node["allOf"] as JsonArray ?? []).SelectMany(part => Required(file, part!.AsObject())));
    }

    private static bool HasType(string? type, JsonObject schema, JsonValueKind kind) => type switch
    {
        "string" => kind is JsonValueKind.String,
        "integer" or "number" => kind is JsonValueKind.Number,
        "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
        "array" => kind is JsonValueKind.Array,
        "object" => kind is JsonValueKind.Object || (schema["properties"] is null && schema["allOf"] is null && schema["additionalProperties"] is null),
        _ => true,
    };
}
