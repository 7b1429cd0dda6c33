using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Resources.Shapes;

/// <summary>An object whose further properties depend on one of them, as OpenAPI's discriminator does.</summary>
internal sealed record VariantShape(string Discriminator, ObjectShape Common, IReadOnlyDictionary<string, ObjectShape> Variants) : Shape
{
    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems)
    {
        if (value is not JsonObject source)
        {
            return Wrong(problems, path, "an object", value);
        }

        var at = ObjectShape.At(path, Discriminator);
        var word = source.FirstOrDefault(p => p.Key.Equals(Discriminator, StringComparison.OrdinalIgnoreCase)).Value;
        if (word is null)
        {
            problems.Add(new(at, $"'{at}' is required: one of {Words}.", ProblemCodes.Required));
            return Common.Read(value, path, problems);
        }

        if (word is not JsonValue text || !text.TryGetValue<string>(out var name) || !Variants.TryGetValue(name, out var variant))
        {
            problems.Add(new(at, $"'{at}' must be one of {Words}."));
            return Common.Read(value, path, problems);
        }

        var all = Join(variant);
        var result = (JsonObject?)all.Read(value, path, problems);
        if (result is not null)
        {
            result[Discriminator] = Variants.Keys.First(k => k.Equals(name, StringComparison.OrdinalIgnoreCase));
        }

        return result;
    }

    /// <summary>The shape that a value already read has.</summary>
    public ObjectShape Select(JsonObject value) =>
        (string?)value[Discriminator] is { } word && Variants.TryGetValue(word, out var variant) ? Join(variant) : Common;

    /// <summary>The variant's own properties, and the common ones that it does not say anew.</summary>
    private ObjectShape Join(ObjectShape variant) => new([.. Common.Properties.Where(p => variant.Find(p.Name) is null), .. variant.Properties]);

    private string Words => string.Join(", ", Variants.Keys);
}
