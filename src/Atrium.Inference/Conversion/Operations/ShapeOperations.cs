namespace Atrium.Inference.Conversion;

/// <summary>Operations that rearrange, join or split values without computing with them.</summary>
internal static class ShapeOperations
{
    public static IReadOnlyDictionary<string, OperationWriter> Table { get; } = new Dictionary<string, OperationWriter>
    {
        ["Shape"] = (node, conversion) => conversion.Graph.Node("Shape", [conversion.Value(node.Inputs[0])], [node.Name]),
        ["Reshape"] = (node, conversion) =>
            conversion.Graph.Node("Reshape", [conversion.Value(node.Inputs[0]), conversion.Value(node.Inputs[1])], [node.Name]),
        ["ExpandDims"] = (node, conversion) =>
            conversion.Graph.Node("Unsqueeze", [conversion.Value(node.Inputs[0]), conversion.Vector(node.Inputs[1])], [node.Name]),
        ["Range"] = (node, conversion) => conversion.Graph.Node("Range", [.. node.Inputs.Select(conversion.Value)], [node.Name]),
        ["Transpose"] = (node, conversion) => conversion.Graph.Node(
            "Transpose", [conversion.Value(node.Inputs[0])], [node.Name], OnnxAttribute.Integers("perm", conversion.KnownIntegers(node, 1))),
        ["Squeeze"] = Squeeze,
        ["ConcatV2"] = Join,
        ["Pack"] = Pack,
        ["SplitV"] = Split,
    };

    private static void Squeeze(TfjsNode node, TfjsToOnnx conversion)
    {
        var axes = node.Integers("squeeze_dims");
        var value = conversion.Value(node.Inputs[0]);
        conversion.Graph.Node("Squeeze", axes.Length == 0 ? [value] : [value, conversion.Graph.Constant(OnnxTensor.Vector(axes))], [node.Name]);
    }

    private static void Join(TfjsNode node, TfjsToOnnx conversion)
    {
        var last = node.Inputs.Count - 1;
        string[] parts = [.. node.Inputs.Take(last).Select(conversion.Value)];
        conversion.Graph.Node("Concat", parts, [node.Name], OnnxAttribute.Integer("axis", conversion.KnownIntegers(node, last)[0]));
    }

    private static void Pack(TfjsNode node, TfjsToOnnx conversion)
    {
        var axis = node.Integer("axis");
        string[] parts = [.. node.Inputs.Select(input =>
            conversion.Step("Unsqueeze", [conversion.Value(input), conversion.Graph.Constant(OnnxTensor.Vector(axis))]))];
        conversion.Graph.Node("Concat", parts, [node.Name], OnnxAttribute.Integer("axis", axis));
    }

    private static void Split(TfjsNode node, TfjsToOnnx conversion)
    {
        var sizes = conversion.KnownIntegers(node, 1);
        string[] outputs = [.. sizes.Select((_, i) => i == 0 ? node.Name : $"{node.Name}:{i}")];
        string[] inputs = [conversion.Value(node.Inputs[0]), conversion.Graph.Constant(OnnxTensor.Vector(sizes))];
        conversion.Graph.Node("Split", inputs, outputs, OnnxAttribute.Integer("axis", conversion.KnownIntegers(node, 2)[0]));
    }
}
