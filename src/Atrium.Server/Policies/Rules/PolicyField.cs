using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Atrium.Server.Policies.Rules;

/// <summary>
/// A field of a rule, read from a resource: <c>name</c>, <c>type</c>, <c>kind</c>, <c>location</c>, <c>id</c>, <c>tags</c> and single tags, or an alias: a type,
/// a slash and the path of a property in it. A path with <c>[*]</c> is all items of a list, and a condition on it must hold for each. Pure.
/// </summary>
internal static partial class PolicyField
{
    private static readonly string[] Plain = ["name", "fullName", "type", "kind", "location", "id", "tags", "identity.type"];

    /// <summary>Where the properties of a resource may lie in its document: the published aliases leave these steps out.</summary>
    private static readonly string[][] Roots = [["properties"], [], ["properties", "properties"]];

    /// <summary>What is wrong with a field's name; null for nothing.</summary>
    /// <param name="name">As the rule has it.</param>
    /// <param name="isType">Whether there is such a type here.</param>
    public static string? Check(string name, Func<string, bool> isType)
    {
        if (Plain.Contains(name, StringComparer.OrdinalIgnoreCase) || TagOf(name) is not null)
        {
            return null;
        }

        var (type, path) = Split(name);
        return type is null || path.Length == 0
            ? $"the field '{name}' is not known: it may be {string.Join(", ", Plain)}, tags['name'], or a resource type, a slash and a property, such as Microsoft.CognitiveServices/accounts/deployments/model.name"
            : isType(type) ? null : $"the field '{name}' is of a type '{type}' that is not known here";
    }

    /// <summary>What reads the values that a condition on the field is asked about. A missing one is null.</summary>
    public static Func<PolicyTarget, IReadOnlyList<JsonNode?>> Of(string name)
    {
        if (TagOf(name) is { } tag)
        {
            return target => [Find(target.Body["tags"], tag)];
        }

        var (type, path) = Split(name);
        var steps = path.Split('.');
        return name.ToUpperInvariant() switch
        {
            "NAME" or "FULLNAME" => target => [target.Id.Name],
            "TYPE" => target => [target.Type],
            "ID" => target => [target.Id.Text],
            "KIND" or "LOCATION" or "TAGS" => target => [Find(target.Body, name)],
            "IDENTITY.TYPE" => target => [Find(target.Body["identity"], "type")],
            _ => target => target.Type.Equals(type, StringComparison.OrdinalIgnoreCase) ? [.. Walk(target.Body, steps, path)] : [null],
        };
    }

    private static IEnumerable<JsonNode?> Walk(JsonObject body, string[] steps, string path)
    {
        foreach (var root in Roots)
        {
            var start = root.Aggregate((JsonNode?)body, Find);
            if (Find(start, Name(steps[0])) is not null)
            {
                return steps.Aggregate((IEnumerable<JsonNode?>)[start], Step);
            }
        }

        return path.Contains("[*]", StringComparison.Ordinal) ? [] : [null];
    }

    private static IEnumerable<JsonNode?> Step(IEnumerable<JsonNode?> nodes, string step)
    {
        var found = nodes.Select(node => Find(node, Name(step)));
        return step.EndsWith("[*]", StringComparison.Ordinal) ? found.SelectMany(node => node as JsonArray ?? []) : found;
    }

    private static string Name(string step) => step.EndsWith("[*]", StringComparison.Ordinal) ? step[..^3] : step;

    private static JsonNode? Find(JsonNode? node, string name) =>
        node is JsonObject members ? members.FirstOrDefault(m => m.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value : null;

    /// <summary>The type ends at the last slash; what is behind it is a path.</summary>
    private static (string? Type, string Path) Split(string name)
    {
        var slash = name.LastIndexOf('/');
        return slash > 0 && name.IndexOf('/', StringComparison.Ordinal) < slash ? (name[..slash], name[(slash + 1)..]) : (null, "");
    }

    private static string? TagOf(string name) => Tag().Match(name) is { Success: true } tag ? tag.Groups["name"].Value : null;

    [GeneratedRegex(@"^tags(\.(?<name>[^\[\]']+)|\[\s*'(?<name>[^']+)'\s*\]|\[(?<name>[^'\[\]]+)\])$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Tag();
}
