namespace Atrium.Inference.Conversion;

/// <summary>Operations on images: convolutions with what is fused to them, pooling, resizing, padding. TensorFlow.js holds images channels-last, ONNX channels-first.</summary>
internal static class ImageOperations
{
    private static readonly OnnxAttribute ToChannelsFirst = OnnxAttribute.Integers("perm", 0, 3, 1, 2);
    private static readonly OnnxAttribute ToChannelsLast = OnnxAttribute.Integers("perm", 0, 2, 3, 1);

    public static IReadOnlyDictionary<string, OperationWriter> Table { get; } = new Dictionary<string, OperationWriter>
    {
        ["Conv2D"] = Convolution,
        ["_FusedConv2D"] = Convolution,
        ["DepthwiseConv2dNative"] = Convolution,
        ["FusedDepthwiseConv2dNative"] = Convolution,
        ["MaxPool"] = Pool("MaxPool"),
        ["AvgPool"] = Pool("AveragePool"),
        ["ResizeBilinear"] = Resize,
        ["Pad"] = Pad,
    };

    private static void Convolution(TfjsNode node, TfjsToOnnx conversion)
    {
        var kernel = conversion.Known(node.Inputs[1])
            ?? throw new ModelConversionException($"The kernel of '{node.Name}' ({node.Operation}) must be a constant.");
        var isDepthwise = node.Operation.Contains("Depthwise", StringComparison.Ordinal);
        var result = Fuse(node, conversion, isDepthwise ? Depthwise(node, conversion, kernel) : Whole(node, conversion, kernel));
        conversion.Graph.Node("Identity", [result], [node.Name]);
    }

    private static string Whole(TfjsNode node, TfjsToOnnx conversion, OnnxTensor kernel)
    {
        var image = conversion.Value(node.Inputs[0]);
        long height = kernel.Shape[0], width = kernel.Shape[1], channels = kernel.Shape[2], filters = kernel.Shape[3];

        // A 1x1 kernel multiplies each pixel's channels by one matrix, and channels-last is already in the order for that.
        return height == 1 && width == 1 && node.Integers("strides").All(stride => stride == 1)
            ? conversion.Step("MatMul", [image, conversion.Graph.Constant(kernel.Reshaped(channels, filters))])
            : ChannelsFirst(conversion, "Conv", image, [conversion.Graph.Constant(FiltersFirst(kernel, isDepthwise: false))], [.. Windows(node), Dilations(node)]);
    }

    private static string Depthwise(TfjsNode node, TfjsToOnnx conversion, OnnxTensor kernel) => ChannelsFirst(
        conversion,
        "Conv",
        conversion.Value(node.Inputs[0]),
        [conversion.Graph.Constant(FiltersFirst(kernel, isDepthwise: true))],
        [.. Windows(node), Dilations(node), OnnxAttribute.Integer("group", kernel.Shape[2])]);

    /// <summary>What was fused to a convolution, in its order: a bias, then an activation.</summary>
    private static string Fuse(TfjsNode node, TfjsToOnnx conversion, string value)
    {
        var extra = 2;
        foreach (var operation in node.Texts("fused_ops"))
        {
            value = operation switch
            {
                "BiasAdd" => conversion.Step("Add", [value, conversion.Value(node.Inputs[extra++])]),
                "Prelu" => conversion.Step("PRelu", [value, conversion.Value(node.Inputs[extra++])]),
                "Relu6" => ArithmeticOperations.ClipToSix(conversion, value),
                "Relu" or "Sigmoid" or "Tanh" => conversion.Step(operation, [value]),
                _ => throw new ModelConversionException($"'{node.Name}' ({node.Operation}) is fused with {operation}. Known: BiasAdd, Prelu, Relu, Relu6, Sigmoid, Tanh."),
            };
        }

        return value;
    }

    private static OperationWriter Pool(string onnx) => (node, conversion) =>
    {
        var size = node.Integers("ksize");
        var result = ChannelsFirst(conversion, onnx, conversion.Value(node.Inputs[0]), [], [.. Windows(node), OnnxAttribute.Integers("kernel_shape", size[1], size[2])]);
        conversion.Graph.Node("Identity", [result], [node.Name]);
    };

    private static void Resize(TfjsNode node, TfjsToOnnx conversion)
    {
        var coordinates = node.Flag("align_corners") ? "align_corners" : node.Flag("half_pixel_centers") ? "half_pixel" : "asymmetric";
        var turned = conversion.Step("Transpose", [conversion.Value(node.Inputs[0])], ToChannelsFirst);

        // ONNX Runtime cannot optimise a graph whose Resize names its axes, so all four sizes are given: the first two as they are.
        var kept = conversion.Step("Shape", [turned], OnnxAttribute.Integer("start", 0), OnnxAttribute.Integer("end", 2));
        var size = conversion.Graph.Constant(OnnxTensor.Vector(conversion.KnownIntegers(node, 1)));
        var sizes = conversion.Step("Concat", [kept, size], OnnxAttribute.Integer("axis", 0));
        var resized = conversion.Step(
            "Resize", [turned, "", "", sizes], OnnxAttribute.Text("mode", "linear"), OnnxAttribute.Text("coordinate_transformation_mode", coordinates));
        conversion.Graph.Node("Transpose", [resized], [node.Name], ToChannelsLast);
    }

    // TensorFlow pairs before and after by axis; ONNX has all befores first.
    private static void Pad(TfjsNode node, TfjsToOnnx conversion)
    {
        var pairs = conversion.KnownIntegers(node, 1).Chunk(2).ToArray();
        var pads = OnnxTensor.Vector([.. pairs.Select(pair => pair[0]), .. pairs.Select(pair => pair[1])]);
        conversion.Graph.Node("Pad", [conversion.Value(node.Inputs[0]), conversion.Graph.Constant(pads)], [node.Name]);
    }

    private static string ChannelsFirst(TfjsToOnnx conversion, string operation, string image, IEnumerable<string> more, OnnxAttribute[] attributes)
    {
        var turned = conversion.Step("Transpose", [image], ToChannelsFirst);
        return conversion.Step("Transpose", [conversion.Step(operation, [turned, .. more], attributes)], ToChannelsLast);
    }

    private static OnnxAttribute[] Windows(TfjsNode node)
    {
        var padding = node.Text("padding");
        if (padding is not ("SAME" or "VALID"))
        {
            throw new ModelConversionException($"'{node.Name}' ({node.Operation}) has padding {padding}. Known: SAME, VALID.");
        }

        var strides = node.Integers("strides");
        return [OnnxAttribute.Integers("strides", strides[1], strides[2]), OnnxAttribute.Text("auto_pad", padding == "SAME" ? "SAME_UPPER" : "VALID")];
    }

    private static OnnxAttribute Dilations(TfjsNode node) =>
        node.Integers("dilations") is [_, var down, var across, _] ? OnnxAttribute.Integers("dilations", down, across) : OnnxAttribute.Integers("dilations", 1, 1);

    /// <summary>The kernel in ONNX's order: filter, channel, row, column. A depthwise kernel has its filters by channel, and each reads that one channel.</summary>
    private static OnnxTensor FiltersFirst(OnnxTensor kernel, bool isDepthwise)
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
                    var row = isDepthwise ? (channel * filters) + filter : (filter * channels) + channel;
                    turned[(row * pixels) + pixel] = kernel.Floats[source++];
                }
            }
        }

        long[] shape = isDepthwise ? [channels * filters, 1, kernel.Shape[0], kernel.Shape[1]] : [filters, channels, kernel.Shape[0], kernel.Shape[1]];
        return OnnxTensor.OfFloats(shape, turned);
    }
}
