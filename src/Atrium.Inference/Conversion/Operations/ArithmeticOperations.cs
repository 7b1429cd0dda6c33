namespace Atrium.Inference.Conversion;

/// <summary>Operations on every element, and the ones that fold an axis to one value.</summary>
internal static class ArithmeticOperations
{
    public static IReadOnlyDictionary<string, OperationWriter> Table { get; } = new Dictionary<string, OperationWriter>
    {
        ["Identity"] = Same("Identity"),
        ["Add"] = Same("Add"),
        ["AddV2"] = Same("Add"),
        ["BiasAdd"] = Same("Add"),
        ["Sub"] = Same("Sub"),
        ["Mul"] = Same("Mul"),
        ["RealDiv"] = Same("Div"),
        ["Maximum"] = Same("Max"),
        ["Minimum"] = Same("Min"),
        ["Less"] = Same("Less"),
        ["Greater"] = Same("Greater"),
        ["Equal"] = Same("Equal"),
        ["LogicalNot"] = Same("Not"),
        ["Sqrt"] = Same("Sqrt"),
        ["Sin"] = Same("Sin"),
        ["Cos"] = Same("Cos"),
        ["Tanh"] = Same("Tanh"),
        ["Sigmoid"] = Same("Sigmoid"),
        ["Relu"] = Same("Relu"),
        ["Relu6"] = (node, conversion) => conversion.Graph.Node("Identity", [ClipToSix(conversion, conversion.Value(node.Inputs[0]))], [node.Name]),
        ["FloorMod"] = Same("Mod"),
        ["FloorDiv"] = FloorDivide,
        ["Square"] = Square,
        ["Rsqrt"] = ReciprocalRoot,
        ["Softmax"] = Softmax,
        ["Cast"] = Cast,
        ["Sum"] = Fold("ReduceSum"),
        ["Mean"] = Fold("ReduceMean"),
        ["Max"] = Fold("ReduceMax"),
        ["Prod"] = Fold("ReduceProd"),
    };

    /// <summary>ONNX has the same operation, perhaps under another name.</summary>
    private static OperationWriter Same(string onnx) => (node, conversion) =>
        conversion.Graph.Node(onnx, [.. node.Inputs.Select(conversion.Value)], [node.Name]);

    /// <summary>Values below 0 become 0 and above 6 become 6.</summary>
    public static string ClipToSix(TfjsToOnnx conversion, string value) => conversion.Step(
        "Clip", [value, conversion.Graph.Constant(OnnxTensor.OfFloats([], [0])), conversion.Graph.Constant(OnnxTensor.OfFloats([], [6]))]);

    private static OperationWriter Fold(string onnx) => (node, conversion) =>
    {
        var keep = node.Flag("keep_dims") || node.Flag("keepdims");
        string[] inputs = [conversion.Value(node.Inputs[0]), conversion.Vector(node.Inputs[1])];
        conversion.Graph.Node(onnx, inputs, [node.Name], OnnxAttribute.Integer("keepdims", keep ? 1 : 0));
    };

    // ONNX divides integers towards zero: for the positions that these graphs divide, which are not negative, that is the same.
    private static void FloorDivide(TfjsNode node, TfjsToOnnx conversion)
    {
        var quotient = conversion.Step("Div", [.. node.Inputs.Select(conversion.Value)]);
        conversion.Graph.Node(node.Type("T") == OnnxType.Float ? "Floor" : "Identity", [quotient], [node.Name]);
    }

    private static void Square(TfjsNode node, TfjsToOnnx conversion)
    {
        var value = conversion.Value(node.Inputs[0]);
        conversion.Graph.Node("Mul", [value, value], [node.Name]);
    }

    private static void ReciprocalRoot(TfjsNode node, TfjsToOnnx conversion)
    {
        var root = conversion.Step("Sqrt", [conversion.Value(node.Inputs[0])]);
        conversion.Graph.Node("Reciprocal", [root], [node.Name]);
    }

    private static void Softmax(TfjsNode node, TfjsToOnnx conversion) =>
        conversion.Graph.Node("Softmax", [conversion.Value(node.Inputs[0])], [node.Name], OnnxAttribute.Integer("axis", -1));

    private static void Cast(TfjsNode node, TfjsToOnnx conversion) =>
        conversion.Graph.Node("Cast", [conversion.Value(node.Inputs[0])], [node.Name], OnnxAttribute.Integer("to", (int)node.Type("DstT")));
}
