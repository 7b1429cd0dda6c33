using System.Collections.Frozen;
using System.Globalization;

namespace Atrium.Inference.Conversion;

/// <summary>Writes what one TensorFlow.js operation means in ONNX. The node's first output carries the node's name.</summary>
internal delegate void OperationWriter(TfjsNode node, TfjsToOnnx conversion);

/// <summary>
/// Converts a TensorFlow.js graph model to ONNX. Only what the outputs need is converted, inputs before their users.
/// Integers are 64-bit throughout; images keep the channels-last order. A new operation is one more row in a table of <c>Operations/</c>.
/// </summary>
internal sealed class TfjsToOnnx
{
    private static readonly FrozenDictionary<string, OperationWriter> Operations =
        new[] { ArithmeticOperations.Table, ShapeOperations.Table, SelectionOperations.Table, MatrixOperations.Table, ImageOperations.Table }
            .SelectMany(table => table)
            .ToFrozenDictionary(row => row.Key, row => row.Value);

    private readonly TfjsGraph _source;
    private readonly HashSet<string> _done = [];

    private TfjsToOnnx(TfjsGraph source) => _source = source;

    /// <summary>The graph being written.</summary>
    public OnnxGraphWriter Graph { get; } = new();

    /// <summary>The model as ONNX bytes. All placeholders become inputs; the named nodes become float outputs.</summary>
    /// <exception cref="ModelConversionException">An operation, type or setting is not known. All unknown operations are named at once.</exception>
    public static byte[] Convert(TfjsGraph source, params IReadOnlyList<string> outputs)
    {
        CheckOperations(source);
        var conversion = new TfjsToOnnx(source);
        foreach (var placeholder in source.Nodes.Values.Where(node => node.Operation == "Placeholder").OrderBy(node => node.Name, StringComparer.Ordinal))
        {
            conversion.Write(placeholder.Name);
        }

        foreach (var output in outputs)
        {
            conversion.Graph.Output(conversion.Value(output), OnnxType.Float);
        }

        return conversion.Graph.ToModel();
    }

    /// <summary>The ONNX name of an input, which is written first if it is not there yet.</summary>
    public string Value(string input)
    {
        var name = FirstOutput(input);
        var node = _source.Nodes.ContainsKey(name) ? name : name[..name.LastIndexOf(':')];
        Write(node);
        return name;
    }

    /// <summary>The input's value if it is known without running the model.</summary>
    public OnnxTensor? Known(string input)
    {
        var name = FirstOutput(input);
        while (!_source.Weights.ContainsKey(name) && _source.Nodes.TryGetValue(name, out var node) && node.Operation == "Identity")
        {
            name = FirstOutput(node.Inputs[0]);
        }

        return _source.Weights.GetValueOrDefault(name);
    }

    /// <summary>The integers of an input that must be known without running the model.</summary>
    public long[] KnownIntegers(TfjsNode node, int input) =>
        Known(node.Inputs[input])?.Integers
        ?? throw new ModelConversionException($"Input {input} of '{node.Name}' ({node.Operation}) must be a constant.");

    /// <summary>An integer input as a vector, which is what ONNX wants where TensorFlow also takes a scalar.</summary>
    public string Vector(string input) => Known(input) is { } known
        ? Graph.Constant(OnnxTensor.Vector(known.Integers))
        : Step("Reshape", [Value(input), Graph.Constant(OnnxTensor.Vector(-1))]);

    /// <summary>Adds a node whose result has no name in the source; answers the name given to it.</summary>
    public string Step(string operation, IEnumerable<string> inputs, params OnnxAttribute[] attributes)
    {
        var name = Graph.NewName();
        Graph.Node(operation, inputs, [name], attributes);
        return name;
    }

    private void Write(string name)
    {
        if (!_done.Add(name))
        {
            return;
        }

        var node = _source.Nodes.GetValueOrDefault(name) ?? throw new ModelConversionException($"The graph has no node '{name}'.");
        switch (node.Operation)
        {
            case "Const":
                Graph.Constant(_source.Weights[name], name);
                break;
            case "Placeholder":
                Graph.Input(name, node.Type("dtype"), node.Shape("shape"));
                break;
            default:
                Operations[node.Operation](node, this);
                break;
        }
    }

    private static void CheckOperations(TfjsGraph source)
    {
        var unknown = source.Nodes.Values.Select(node => node.Operation)
            .Where(operation => operation is not ("Const" or "Placeholder") && !Operations.ContainsKey(operation))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
        {
            throw new ModelConversionException($"The model uses operations that the converter does not know: {string.Join(", ", unknown)}.");
        }
    }

    // "name:0" is the first output of a node, which has the node's own name.
    private static string FirstOutput(string input) => input.EndsWith(":0", false, CultureInfo.InvariantCulture) ? input[..^2] : input;
}
