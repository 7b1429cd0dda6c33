using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;

namespace Atrium.Server.Tests.Conformance.OpenAi;

/// <summary>The published OpenAPI file of the OpenAI API (version 3.1, JSON Schema 2020-12) as a judge of answers.</summary>
internal sealed partial class OpenAiSpec
{
    private const string Id = "https://openai.test/schemas";
    private const string Components = "#/components/schemas/";
    private static readonly EvaluationOptions Whole = new() { OutputFormat = OutputFormat.Hierarchical };
    private static readonly Lazy<OpenAiSpec?> Loaded = new(Load);
    private readonly JsonObject root;

    private OpenAiSpec(JsonObject root)
    {
        this.root = root;
        var schemas = root["components"]!["schemas"]!.DeepClone();
        Modernize(schemas);
        SchemaRegistry.Global.Register(JsonSchema.FromText($$"""{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"{{Id}}","$defs":{{Rooted(schemas)}}}"""));
    }

    /// <summary>Null where the file is not beside the checkout.</summary>
    public static OpenAiSpec? Published => Loaded.Value;

    /// <summary>The schema of an operation's answer.</summary>
    /// <param name="method">In lower case.</param>
    /// <param name="path">As the file has it, from the root of the API.</param>
    /// <param name="contentType">Without parameters.</param>
    public JsonNode Answer(string method, string path, string contentType = "application/json") =>
        root["paths"]?[path]?[method]?["responses"]?["200"]?["content"]?[contentType]?["schema"]
        ?? throw new ArgumentException($"No {contentType} is published for {method} {path}.", nameof(path));

    /// <summary>A schema of the file by its name.</summary>
    public JsonNode Named(string name) => root["components"]!["schemas"]![name] is not null
        ? new JsonObject { ["$ref"] = Components + name }
        : throw new ArgumentException($"No schema '{name}' is published.", nameof(name));

    /// <summary>Where a value is not as the schema has it; nothing where it is. Of the alternatives of a choice, what it lacks to the nearest is told.</summary>
    public static IReadOnlyList<string> Problems(JsonNode schema, JsonNode value)
    {
        schema = schema.DeepClone();
        Modernize(schema);
        var judge = JsonSchema.FromText(Rooted(schema).Replace("\"#/$defs/", $"\"{Id}#/$defs/", StringComparison.Ordinal));
        return [.. Problems(judge.Evaluate(JsonSerializer.SerializeToElement(value), Whole)).Distinct()];
    }

    private static IReadOnlyList<string> Problems(EvaluationResults result)
    {
        if (result.IsValid)
        {
            return [];
        }

        var own = (result.Errors ?? new Dictionary<string, string>()).Where(error => error.Key is not ("anyOf" or "oneOf")).Select(error => $"{result.InstanceLocation}: {error.Value}");
        var children = (result.Details ?? []).Where(child => !child.IsValid).ToLookup(child => Choice().IsMatch(child.EvaluationPath.ToString()[result.EvaluationPath.ToString().Length..]));
        var nearest = children[true].Select(Problems).Where(problems => problems.Count > 0).MinBy(problems => problems.Count) ?? [];
        return [.. own, .. children[false].SelectMany(Problems), .. nearest];
    }

    private static OpenAiSpec? Load()
    {
        var path = SpecFile.Folder is { } folder ? Path.Combine(folder, "openai-openapi", "openapi.yaml") : null;
        return File.Exists(path) ? new(YamlTree.Read(path)) : null;
    }

    private static string Rooted(JsonNode schemas) => schemas.ToJsonString().Replace($"\"{Components}", "\"#/$defs/", StringComparison.Ordinal);

    /// <summary>
    /// The file says it is of version 3.1 and has words of 3.0 too: <c>nullable</c>, and bounds that are excluded by a flag.
    /// Where a member may be left out, its own examples write null as well.
    /// </summary>
    private static void Modernize(JsonNode? node)
    {
        foreach (var child in node switch { JsonArray list => [.. list], JsonObject schema => schema.Select(member => member.Value).ToArray(), _ => (JsonNode?[])[] })
        {
            Modernize(child);
        }

        if (node is not JsonObject body)
        {
            return;
        }

        foreach (var bound in (string[])["exclusiveMinimum", "exclusiveMaximum"])
        {
            if (body[bound]?.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
            {
                body.Remove(bound);
            }
        }

        if (body["properties"] is JsonObject properties && body["required"] is JsonArray or null)
        {
            foreach (var name in properties.Select(property => property.Key).Except((body["required"] as JsonArray ?? []).Select(name => (string)name!)).ToArray())
            {
                properties[name] = OrNull(properties[name]!);
            }
        }

        if (body["nullable"]?.GetValueKind() is JsonValueKind.True)
        {
            body.Remove("nullable");
            var inner = body.DeepClone();
            body.Clear();
            body["anyOf"] = new JsonArray(inner, new JsonObject { ["type"] = "null" });
        }
    }

    private static JsonObject OrNull(JsonNode schema) => new() { ["anyOf"] = new JsonArray(schema.DeepClone(), new JsonObject { ["type"] = "null" }) };

    [GeneratedRegex("/(anyOf|oneOf)/[0-9]+(/\\$ref)?$")]
    private static partial Regex Choice();
}
