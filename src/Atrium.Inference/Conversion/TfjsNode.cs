using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Atrium.Inference.Conversion;

/// <summary>
/// One node of a TensorFlow.js graph. Exporters differ in how they write attributes: types are numbers or "DT_*" names,
/// integers are numbers or strings, strings are base64 or arrays of bytes. All of them are read here.
/// </summary>
internal sealed class TfjsNode
{
    private readonly JsonElement _attributes;

    public TfjsNode(JsonElement json)
    {
        Name = json.GetProperty("name").GetString()!;
        Operation = json.GetProperty("op").GetString()!;
        Inputs = json.TryGetProperty("input", out var inputs)
            ? [.. inputs.EnumerateArray().Select(input => input.GetString()!).Where(input => !input.StartsWith('^'))]
            : [];
        _attributes = json.TryGetProperty("attr", out var attributes) ? attributes : default;
    }

    public string Name { get; }

    public string Operation { get; }

    /// <summary>The data inputs; control dependencies order side effects, which these graphs do not have.</summary>
    public IReadOnlyList<string> Inputs { get; }

    public bool Flag(string name) => Attribute(name, "b") is { ValueKind: JsonValueKind.True };

    public long Integer(string name) => Attribute(name, "i") is { } value ? ReadInteger(value) : 0;

    public string Text(string name) => Attribute(name, "s") is { } value ? ReadText(value) : "";

    public long[] Integers(string name) =>
        Attribute(name, "list") is { } list && list.TryGetProperty("i", out var values) ? [.. values.EnumerateArray().Select(ReadInteger)] : [];

    public string[] Texts(string name) =>
        Attribute(name, "list") is { } list && list.TryGetProperty("s", out var values) ? [.. values.EnumerateArray().Select(ReadText)] : [];

    public OnnxType Type(string name) => Attribute(name, "type") is { } value ? ReadType(value) : OnnxType.Float;

    public long[]? Shape(string name) =>
        Attribute(name, "shape") is { } shape && shape.TryGetProperty("dim", out var dimensions)
            ? [.. dimensions.EnumerateArray().Select(dimension => dimension.TryGetProperty("size", out var size) ? ReadInteger(size) : -1)]
            : null;

    private JsonElement? Attribute(string name, string kind) =>
        _attributes.ValueKind == JsonValueKind.Object && _attributes.TryGetProperty(name, out var attribute) && attribute.TryGetProperty(kind, out var value)
            ? value
            : null;

    private static long ReadInteger(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? long.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetInt64();

    private static string ReadText(JsonElement value) => Encoding.UTF8.GetString(value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(item => item.GetByte())]
        : value.GetBytesFromBase64());

    private OnnxType ReadType(JsonElement value) => (value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()) switch
    {
        "DT_FLOAT" or "1" => OnnxType.Float,
        "DT_INT32" or "3" or "DT_INT64" or "9" => OnnxType.Int64,
        "DT_BOOL" or "10" => OnnxType.Bool,
        var other => throw new ModelConversionException($"Node '{Name}' has element type {other}. Known: float, int32, int64, bool."),
    };
}
