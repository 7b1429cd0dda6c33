namespace Atrium.Inference.Conversion;

/// <summary>Operations that read or write values by their position.</summary>
internal static class SelectionOperations
{
    public static IReadOnlyDictionary<string, OperationWriter> Table { get; } = new Dictionary<string, OperationWriter>
    {
        ["GatherV2"] = Gather,
        ["GatherNd"] = (node, conversion) =>
            conversion.Graph.Node("GatherND", [conversion.Value(node.Inputs[0]), conversion.Value(node.Inputs[1])], [node.Name]),
        ["ScatterNd"] = Scatter,
        ["SparseToDense"] = SparseToDense,
        ["Where"] = Where,
        ["Slice"] = Slice,
        ["StridedSlice"] = StridedSlice,
        ["TopKV2"] = (node, conversion) => conversion.Graph.Node(
            "TopK", [conversion.Value(node.Inputs[0]), conversion.Vector(node.Inputs[1])], [node.Name, $"{node.Name}:1"], OnnxAttribute.Integer("axis", -1)),
    };

    private static void Gather(TfjsNode node, TfjsToOnnx conversion)
    {
        var axis = node.Inputs.Count > 2 ? conversion.KnownIntegers(node, 2)[0] : 0;
        string[] inputs = [conversion.Value(node.Inputs[0]), conversion.Value(node.Inputs[1])];
        conversion.Graph.Node("Gather", inputs, [node.Name], OnnxAttribute.Integer("axis", axis));
    }

    // Inputs: positions, values, shape. Values at the same position add up.
    private static void Scatter(TfjsNode node, TfjsToOnnx conversion)
    {
        var zeros = Filled(conversion, conversion.Value(node.Inputs[2]), node.Type("T"), 0);
        string[] inputs = [zeros, conversion.Value(node.Inputs[0]), conversion.Value(node.Inputs[1])];
        conversion.Graph.Node("ScatterND", inputs, [node.Name], OnnxAttribute.Text("reduction", "add"));
    }

    // Inputs: positions, shape, values, default value.
    private static void SparseToDense(TfjsNode node, TfjsToOnnx conversion)
    {
        var known = conversion.Known(node.Inputs[3])
            ?? throw new ModelConversionException($"The default value of '{node.Name}' (SparseToDense) must be a constant.");
        var fill = known.Type == OnnxType.Float ? known.Floats[0] : known.Integers[0];
        var blank = Filled(conversion, conversion.Value(node.Inputs[1]), node.Type("T"), fill);
        conversion.Graph.Node("ScatterND", [blank, conversion.Value(node.Inputs[0]), conversion.Value(node.Inputs[2])], [node.Name]);
    }

    private static string Filled(TfjsToOnnx conversion, string shape, OnnxType type, float value)
    {
        var tensor = type == OnnxType.Float ? OnnxTensor.OfFloats([1], [value]) : OnnxTensor.OfIntegers([1], [(long)value]);
        return conversion.Step("ConstantOfShape", [shape], OnnxAttribute.Tensor("value", tensor));
    }

    // TensorFlow answers one row a position, ONNX one column.
    private static void Where(TfjsNode node, TfjsToOnnx conversion)
    {
        var columns = conversion.Step("NonZero", [conversion.Value(node.Inputs[0])]);
        conversion.Graph.Node("Transpose", [columns], [node.Name], OnnxAttribute.Integers("perm", 1, 0));
    }

    // Inputs: value, begin, size; a size of -1 means up to the end.
    private static void Slice(TfjsNode node, TfjsToOnnx conversion)
    {
        var begin = conversion.KnownIntegers(node, 1);
        var size = conversion.KnownIntegers(node, 2);
        var end = begin.Zip(size, (first, count) => count < 0 ? long.MaxValue : first + count).ToArray();
        string[] inputs = [conversion.Value(node.Inputs[0]), conversion.Graph.Constant(OnnxTensor.Vector(begin)), conversion.Graph.Constant(OnnxTensor.Vector(end))];
        conversion.Graph.Node("Slice", inputs, [node.Name]);
    }

    // Inputs: value, begin, end, strides. Masks have a bit an axis: begin/end are then open, or the axis is one position and goes away.
    private static void StridedSlice(TfjsNode node, TfjsToOnnx conversion)
    {
        if (node.Integer("ellipsis_mask") != 0 || node.Integer("new_axis_mask") != 0)
        {
            throw new ModelConversionException($"'{node.Name}' (StridedSlice) uses an ellipsis or a new axis, which the converter does not know.");
        }

        long begin = node.Integer("begin_mask"), end = node.Integer("end_mask"), shrink = node.Integer("shrink_axis_mask");
        var begins = conversion.KnownIntegers(node, 1);
        var ends = conversion.KnownIntegers(node, 2);
        var strides = conversion.KnownIntegers(node, 3);
        long[] axes = [.. Enumerable.Range(0, strides.Length).Select(axis => (long)axis)];
        bool In(long mask, long axis) => ((mask >> (int)axis) & 1) == 1;

        string[] inputs =
        [
            conversion.Value(node.Inputs[0]),
            conversion.Graph.Constant(OnnxTensor.Vector([.. axes.Select(axis => In(begin, axis) ? 0 : begins[axis])])),
            conversion.Graph.Constant(OnnxTensor.Vector([.. axes.Select(axis => In(end, axis) ? long.MaxValue : End(begins[axis], ends[axis], In(shrink, axis)))])),
            conversion.Graph.Constant(OnnxTensor.Vector(axes)),
            conversion.Graph.Constant(OnnxTensor.Vector(strides)),
        ];
        long[] gone = [.. axes.Where(axis => In(shrink, axis))];
        if (gone.Length == 0)
        {
            conversion.Graph.Node("Slice", inputs, [node.Name]);
            return;
        }

        conversion.Graph.Node("Squeeze", [conversion.Step("Slice", inputs), conversion.Graph.Constant(OnnxTensor.Vector(gone))], [node.Name]);
    }

    // The one position -1 ends at the end, not before position 0.
    private static long End(long begin, long end, bool onePosition) => (onePosition, begin) switch
    {
        (false, _) => end,
        (true, -1) => long.MaxValue,
        _ => begin + 1,
    };
}
