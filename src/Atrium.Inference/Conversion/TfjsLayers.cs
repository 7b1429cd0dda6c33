using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atrium.Inference.Conversion;

/// <summary>
/// Reads a TensorFlow.js layers model (Keras) as the graph of operations that it stands for, for one image a run. The last layer's output has the layer's name.
/// A new kind of layer is one more row in the table.
/// </summary>
internal sealed class TfjsLayers
{
    private static readonly FrozenDictionary<string, Action<TfjsLayers, Layer>> Kinds = new Dictionary<string, Action<TfjsLayers, Layer>>
    {
        ["InputLayer"] = (model, layer) => model.Node(layer.Name, "Placeholder", [], new() { ["dtype"] = Typed("DT_FLOAT"), ["shape"] = Shaped(layer.Integers("batch_input_shape")) }),
        ["ZeroPadding2D"] = (model, layer) => model.Node(layer.Name, "Pad", [layer.Input, model.Constant(layer.Name + "/pads", Pads(layer))]),
        ["Conv2D"] = (model, layer) => model.Convolve(layer, "Conv2D", "kernel"),
        ["DepthwiseConv2D"] = (model, layer) => model.Convolve(layer, "DepthwiseConv2dNative", "depthwise_kernel"),
        ["BatchNormalization"] = (model, layer) => model.Normalize(layer),
        ["ReLU"] = (model, layer) => model.Node(layer.Name, layer.Number("max_value") switch { null => "Relu", 6 => "Relu6", var max => throw Unknown(layer, $"max_value {max}") }, [layer.Input]),
        ["Add"] = (model, layer) => model.Node(layer.Name, "AddV2", layer.Inputs.Count == 2 ? layer.Inputs : throw Unknown(layer, $"{layer.Inputs.Count} inputs")),
        ["AveragePooling2D"] = (model, layer) => model.Pool(layer, "AvgPool"),
        ["MaxPooling2D"] = (model, layer) => model.Pool(layer, "MaxPool"),
        ["Flatten"] = (model, layer) => model.Node(layer.Name, "Reshape", [layer.Input, model.Constant(layer.Name + "/shape", OnnxTensor.Vector(1, -1))]),
        ["Dense"] = (model, layer) => model.Connect(layer),
        ["Dropout"] = (model, layer) => model.Node(layer.Name, "Identity", [layer.Input]),
        ["Activation"] = (model, layer) => model.Activate(layer, layer.Input),
    }.ToFrozenDictionary();

    private readonly Dictionary<string, TfjsNode> _nodes = [];
    private readonly Dictionary<string, OnnxTensor> _weights;

    private TfjsLayers(Dictionary<string, OnnxTensor> weights) => _weights = weights;

    /// <summary>Reads model.json and the weight files beside it.</summary>
    /// <exception cref="ModelConversionException">A kind of layer, or a setting of one, is not known.</exception>
    public static TfjsGraph Read(string modelJson)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(modelJson));
        var model = new TfjsLayers(TfjsGraph.ReadWeights(document.RootElement, Path.GetDirectoryName(modelJson)!));
        foreach (var element in document.RootElement.GetProperty("modelTopology").GetProperty("model_config").GetProperty("config").GetProperty("layers").EnumerateArray())
        {
            var layer = new Layer(element);
            (Kinds.GetValueOrDefault(layer.Kind) ?? throw Unknown(layer, "its kind"))(model, layer);
        }

        return TfjsGraph.Of(model._nodes.Values, model._weights);
    }

    private void Convolve(Layer layer, string operation, string kernel)
    {
        var settings = Windows(layer, layer.Integers("strides"));
        settings["dilations"] = Listed([1, .. layer.Integers("dilation_rate"), 1]);
        Node(layer.Name + "/conv", operation, [layer.Input, Weight(layer, kernel)], settings);
        Finish(layer, layer.Name + "/conv");
    }

    private void Connect(Layer layer)
    {
        Node(layer.Name + "/product", "MatMul", [layer.Input, Weight(layer, "kernel")]);
        Finish(layer, layer.Name + "/product");
    }

    /// <summary>A bias and an activation, where the layer has them.</summary>
    private void Finish(Layer layer, string value)
    {
        if (layer.Flag("use_bias"))
        {
            Node(layer.Name + "/biased", "BiasAdd", [value, Weight(layer, "bias")]);
            value = layer.Name + "/biased";
        }

        Activate(layer, value);
    }

    private void Activate(Layer layer, string value) => Node(
        layer.Name,
        layer.Text("activation") switch { "linear" => "Identity", "relu" => "Relu", "softmax" => "Softmax", var other => throw Unknown(layer, $"activation {other}") },
        [value]);

    /// <summary>With fixed statistics a normalization is a factor and an addend for each channel. Quantising can make a small variance negative.</summary>
    private void Normalize(Layer layer)
    {
        var (mean, variance) = (_weights[layer.Name + "/moving_mean"].Floats, _weights[layer.Name + "/moving_variance"].Floats);
        var (gamma, beta) = (_weights.GetValueOrDefault(layer.Name + "/gamma")?.Floats, _weights.GetValueOrDefault(layer.Name + "/beta")?.Floats);
        var epsilon = (float)(layer.Number("epsilon") ?? throw Unknown(layer, "no epsilon"));
        var factors = mean.Select((_, i) => (gamma?[i] ?? 1) / MathF.Sqrt(Math.Max(variance[i], 0) + epsilon)).ToArray();
        var addends = mean.Select((m, i) => (beta?[i] ?? 0) - (m * factors[i])).ToArray();
        Node(layer.Name + "/scaled", "Mul", [layer.Input, Constant(layer.Name + "/factors", OnnxTensor.OfFloats([factors.Length], factors))]);
        Node(layer.Name, "AddV2", [layer.Name + "/scaled", Constant(layer.Name + "/addends", OnnxTensor.OfFloats([addends.Length], addends))]);
    }

    private void Pool(Layer layer, string operation)
    {
        var settings = Windows(layer, layer.Integers("strides"));
        settings["ksize"] = Listed([1, .. layer.Integers("pool_size"), 1]);
        Node(layer.Name, operation, [layer.Input], settings);
    }

    private string Weight(Layer layer, string name)
    {
        var full = $"{layer.Name}/{name}";
        return _weights.TryGetValue(full, out var weight) ? Constant(full, weight) : throw Unknown(layer, $"no weight '{full}'");
    }

    private string Constant(string name, OnnxTensor value)
    {
        _weights[name] = value;
        Node(name, "Const", []);
        return name;
    }

    private void Node(string name, string operation, IReadOnlyList<string> inputs, JsonObject? settings = null) =>
        _nodes.Add(name, new(JsonSerializer.SerializeToElement(new JsonObject
        {
            ["name"] = name,
            ["op"] = operation,
            ["input"] = new JsonArray([.. inputs.Select(input => (JsonNode)input)]),
            ["attr"] = settings ?? [],
        })));

    private static JsonObject Windows(Layer layer, long[] strides) => new()
    {
        ["strides"] = Listed([1, .. strides, 1]),
        ["padding"] = new JsonObject { ["s"] = new JsonArray([.. layer.Text("padding").ToUpperInvariant().Select(c => (JsonNode)(int)c)]) },
    };

    private static OnnxTensor Pads(Layer layer) => OnnxTensor.OfIntegers([4, 2], [0, 0, .. layer.Pairs("padding"), 0, 0]);

    private static JsonObject Listed(long[] values) => new() { ["list"] = new JsonObject { ["i"] = new JsonArray([.. values.Select(v => (JsonNode)v)]) } };

    private static JsonObject Typed(string type) => new() { ["type"] = type };

    private static JsonObject Shaped(long[] sizes) => new()
    {
        ["shape"] = new JsonObject { ["dim"] = new JsonArray([.. sizes.Select(size => (JsonNode)new JsonObject { ["size"] = size })]) },
    };

    private static ModelConversionException Unknown(Layer layer, string what) => new($"The converter does not know this of layer '{layer.Name}' ({layer.Kind}): {what}.");

    /// <summary>A layer as model.json has it.</summary>
    private sealed class Layer(JsonElement json)
    {
        private readonly JsonElement _config = json.GetProperty("config");

        public string Name => json.GetProperty("name").GetString()!;

        public string Kind => json.GetProperty("class_name").GetString()!;

        public string Input => Inputs is [var only] ? only : throw Unknown(this, $"{Inputs.Count} inputs");

        public IReadOnlyList<string> Inputs { get; } =
            [.. json.GetProperty("inbound_nodes").EnumerateArray().SelectMany(node => node.EnumerateArray()).Select(edge => edge[0].GetString()!)];

        public string Text(string name) => _config.TryGetProperty(name, out var value) ? value.GetString()! : "";

        public bool Flag(string name) => _config.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True;

        public double? Number(string name) => _config.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetDouble() : null;

        /// <summary>A size that is left open is -1.</summary>
        public long[] Integers(string name) => [.. _config.GetProperty(name).EnumerateArray().Select(v => v.ValueKind is JsonValueKind.Null ? -1 : v.GetInt64())];

        public long[] Pairs(string name) => [.. _config.GetProperty(name).EnumerateArray().SelectMany(pair => pair.EnumerateArray()).Select(v => v.GetInt64())];
    }
}
