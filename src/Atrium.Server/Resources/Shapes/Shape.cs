using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Resources.Shapes;

/// <summary>What a JSON value must be. Pure.</summary>
internal abstract record Shape
{
    /// <summary>The value in canonical form (enumerations as declared); every mistake is added to <paramref name="problems"/> under its path.</summary>
    public abstract JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems);

    public static Shape Text(int max = 4096, int min = 0) => new TextShape(min, max);

    public static Shape Uri() => new UriShape();

    public static Shape Flag() => new FlagShape();

    public static Shape Number(long min = long.MinValue, long max = long.MaxValue) => new NumberShape(min, max);

    public static Shape Time() => new TimeShape();

    /// <summary>One of these words, compared without case.</summary>
    public static Shape OneOf(params string[] words) => new WordShape([.. words]);

    /// <summary>A resource id, of one of these types if any are given.</summary>
    public static Shape IdOf(params string[] types) => new IdShape([.. types]);

    public static Shape List(Shape item, int max = 1000) => new ListShape(item, max);

    /// <summary>An object with keys of the caller's choice.</summary>
    public static Shape Map(Shape value, int max = 1000) => new MapShape(value, max);

    public static ObjectShape Object(params Property[] properties) => new([.. properties]);

    /// <summary>An object whose shape is chosen by the word in one of its properties.</summary>
    public static Shape Variant(string discriminator, ObjectShape common, params (string Word, ObjectShape Shape)[] variants) =>
        new VariantShape(discriminator, common, variants.ToDictionary(v => v.Word, v => v.Shape, StringComparer.OrdinalIgnoreCase));

    /// <summary>Any JSON value.</summary>
    public static Shape Any() => new AnyShape();

    protected static JsonNode? Wrong(ICollection<Problem> problems, string path, string wanted, JsonNode? found)
    {
        problems.Add(new(path, $"'{path}' must be {wanted}; found {Describe(found)}."));
        return null;
    }

    /// <summary>The kind of a value and, for short harmless ones, the value. Text is not shown: it may be a secret put in the wrong place.</summary>
    private static string Describe(JsonNode? found) => found switch
    {
        null => "null",
        JsonArray array => $"a list of {array.Count}",
        JsonObject => "an object",
        JsonValue value when value.GetValueKind() is System.Text.Json.JsonValueKind.String => "a string",
        _ => found.ToJsonString(),
    };
}
