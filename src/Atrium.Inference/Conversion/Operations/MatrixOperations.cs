namespace Atrium.Inference.Conversion;

/// <summary>Matrix products and convolutions.</summary>
internal static class MatrixOperations
{
    public static IReadOnlyDictionary<string, OperationWriter> Table { get; } = new Dictionary<string, OperationWriter>
    {
        ["MatMul"] = (node, conversion) => Product(node, conversion, "transpose_a", "transpose_b", [1, 0]),
        ["BatchMatMul"] = (node, conversion) => Product(node, conversion, "adj_x", "adj_y", [0, 1, 3, 2]),
        ["BatchMatMulV2"] = (node, conversion) => Product(node, conversion, "adj_x", "adj_y", [0, 1, 3, 2]),
        ["Conv2D"] = Convolution,
    };

    private static void Product(TfjsNode node, TfjsToOnnx conversion, string turnFirst, string turnSecond, long[] turn)
    {
        string Side(int input, string flag)
        {
            var value = conversion.Value(node.Inputs[input]);
            return node.Flag(flag) ? conversion.Step("Transpose", [value], OnnxAttribute.Integers("perm", turn)) : value;
        }

        conversion.Graph.Node("MatMul", [Side(0, turnFirst), Side(1, turnSecond)], [node.Name]);
    }

    private static void Convolution(TfjsNode node, TfjsToOnnx conversion)
    {
        var kernel = conversion.Known(node.Inputs[1])
            ?? throw new ModelConversionException($"The kernel of '{node.Name}' (Conv2D) must be a constant.");
        var strides = node.Integers("strides");
        var image = conversion.Value(node.Inputs[0]);
        long height = kernel.Shape[0], width = kernel.Shape[1], channels = kernel.Shape[2], filters = kernel.Shape[3];

        // A 1x1 kernel multiplies each pixel's channels by one matrix, and channels-last is already in the order for that.
        if (height == 1 && width == 1 && strides.All(stride => stride == 1))
        {
            conversion.Graph.Node("MatMul", [image, conversion.Graph.Constant(kernel.Reshaped(channels, filters))], [node.Name]);
            return;
        }

        var padding = node.Text("padding");
        if (padding is not ("SAME" or "VALID"))
        {
            throw new ModelConversionException($"'{node.Name}' (Conv2D) has padding {padding}. Known: SAME, VALID.");
        }

        var dilations = node.Integers("dilations") is [_, var down, var across, _] ? new[] { down, across } : [1, 1];
        var channelsFirst = conversion.Step("Transpose", [image], OnnxAttribute.Integers("perm", 0, 3, 1, 2));
        var result = conversion.Step(
            "Conv",
            [channelsFirst, conversion.Graph.Constant(FiltersFirst(kernel))],
            OnnxAttribute.Integers("strides", strides[1], strides[2]),
            OnnxAttribute.Integers("dilations", dilations),
            OnnxAttribute.Text("auto_pad", padding == "SAME" ? "SAME_UPPER" : "VALID"));
        conversion.Graph.Node("Transpose", [result], [node.Name], OnnxAttribute.Integers("perm", 0, 2, 3, 1));
    }

    /// <summary>The kernel in ONNX's order: filter, channel, row, column.</summary>
    private static OnnxTensor FiltersFirst(OnnxTensor kernel)
    {
        long pixels = kernel.Shape[0] * kernel.Shape[1], channels = kernel.Shape[2], filters = kernel.Shape[3];
        var turned = new float[kernel.Floats.Length];
        var source = 0;
        for (long pixel = 0; pixel < pixels; pixel++)
        {
            for (long channel = 0; channel < channels; channel++)
            {
                for (long filter = 0; filter < filters; filter++)
                {
                    turned[(((filter * channels) + channel) * pixels) + pixel] = kernel.Floats[source++];
                }
            }
        }

        return OnnxTensor.OfFloats([filters, channels, kernel.Shape[0], kernel.Shape[1]], turned);
    }
}
