using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Resources.Shapes;

/// <summary>
/// An object with known properties, compared without case as the published service does. A property that is not known is kept and echoed:
/// newer clients send what this version has no rule for, and nothing of theirs may be lost.
/// </summary>
internal sealed record ObjectShape(ImmutableArray<Property> Properties) : Shape
{
    private readonly Dictionary<string, Property> byName = Properties.ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);

    public Property? Find(string name) => byName.GetValueOrDefault(name);

    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems)
    {
        if (value is not JsonObject source)
        {
            return Wrong(problems, path, "an object", value);
        }

        var result = new JsonObject();
        foreach (var (name, node) in source)
        {
            var property = Find(name);
            if (property is { IsReadOnly: true } || result.ContainsKey(property?.Name ?? name))
            {
                continue;
            }

            result[property?.Name ?? name] = property is null || node is null ? node?.DeepClone() : property.Shape.Read(node, At(path, property.Name), problems);
        }

        foreach (var missing in Properties.Where(p => p.IsRequired && result[p.Name] is null && !problems.Any(x => x.Target == At(path, p.Name))))
        {
            problems.Add(new(At(path, missing.Name), $"'{At(path, missing.Name)}' is required.", ProblemCodes.Required));
        }

        return result;
    }

    public bool Equals(ObjectShape? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public static string At(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
