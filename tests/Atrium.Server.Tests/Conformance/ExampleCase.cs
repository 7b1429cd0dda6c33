using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Atrium.Server.Tests.Conformance;

/// <summary>A published example of an operation, and how it becomes an exchange.</summary>
internal sealed partial class ExampleCase(SpecFile spec, string template, string method, JsonObject operation, JsonArray shared, string title, JsonObject example)
{
    private List<JsonObject>? parameters;

    public string Template => template;

    public string Method => method;

    public string OperationId => (string)operation["operationId"]!;

    public string Title => title;

    public string Name => $"{OperationId}: {title}";

    public JsonObject Values => example["parameters"]!.AsObject();

    public JsonObject Responses => operation["responses"]!.AsObject();

    public bool IsPut => method == "PUT";

    /// <summary>Whether it reads or writes the one resource that its path names.</summary>
    public bool IsAboutOne => method is "GET" or "PUT" or "PATCH" && template.EndsWith('}');

    private List<JsonObject> Parameters => parameters ??=
        [.. shared.Concat(operation["parameters"] as JsonArray ?? []).Select(p => spec.Resolve(p!.AsObject()).Node)];

    /// <summary>The path with the values of this example, or with those of another one that is to be prepared.</summary>
    public string Path(JsonObject values) => Placeholder().Replace(template, match => Segment(match.Groups[1].Value, ValueOf(values, match.Groups[1].Value)));

    public string Query(JsonObject values)
    {
        var pairs = Parameters
            .Where(p => (string?)p["in"] == "query")
            .Select(p => (string)p["name"]!)
            .Where(name => ValueOf(values, name) is not null)
            .Select(name => $"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(ValueOf(values, name)!)}");
        return (template.Contains('?', StringComparison.Ordinal) ? "&" : "?") + string.Join('&', pairs);
    }

    public IEnumerable<(string Name, string Value)> Headers => Parameters
        .Where(p => (string?)p["in"] == "header")
        .Select(p => ((string)p["name"]!, Value: ValueOf(Values, (string)p["name"]!)))
        .Where(h => h.Value is not null)
        .Select(h => (h.Item1, h.Value!));

    /// <summary>The parameter that is the body; null where the operation takes none.</summary>
    public string? BodyName => operation.ContainsKey("requestBody") ? "body" : (string?)BodyParameter?["name"];

    public bool HasBody => BodyName is { } name && Values[name] is not null;

    public (SpecFile File, JsonObject Schema)? BodySchema => BodyParameter?["schema"] is JsonObject schema ? spec.Resolve(schema) : null;

    public (SpecFile File, JsonObject Schema)? ResponseSchema(int status) =>
        Responses[$"{status}"] is JsonObject answer && (answer["schema"] ?? answer["content"]?["application/json"]?["schema"]) is JsonObject schema ? (spec, schema) : null;

    /// <summary>The body of the published answer; empty where it has none.</summary>
    public JsonObject PublishedBody(int status) => example["responses"]?[$"{status}"]?["body"] as JsonObject ?? [];

    private JsonObject? BodyParameter => Parameters.FirstOrDefault(p => (string?)p["in"] == "body");

    private string Segment(string name, string? value) =>
        Parameters.Any(p => (string?)p["name"] == name && (bool?)p["x-ms-skip-url-encoding"] == true) ? value ?? name : Uri.EscapeDataString(value ?? name);

    private static string? ValueOf(JsonObject values, string name) => values[name] switch
    {
        null => null,
        JsonArray array => string.Join(',', array.Select(i => i?.ToString())),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        var other => other.ToJsonString(),
    };

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex Placeholder();
}
