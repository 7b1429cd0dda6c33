namespace Atrium.Inference.Conversion;

/// <summary>Builds an ONNX model: inputs, constants, nodes, outputs. Field numbers are those of the ONNX format.</summary>
internal sealed class OnnxGraphWriter
{
    private const int IrVersion = 9;
    private const int OperatorSet = 18;

    private readonly ProtoWriter _graph = new();
    private readonly HashSet<string> _constants = [];
    private int _names;

    public string NewName() => $"#{_names++}";

    public void Input(string name, OnnxType type, IReadOnlyList<long>? shape) => _graph.Message(11, ValueInfo(name, type, shape));

    public void Output(string name, OnnxType type) => _graph.Message(12, ValueInfo(name, type, null));

    /// <summary>Adds a constant once; a second one of the same name is the same constant.</summary>
    public string Constant(OnnxTensor tensor, string? name = null)
    {
        name ??= NewName();
        if (_constants.Add(name))
        {
            _graph.Message(5, Tensor(tensor, name));
        }

        return name;
    }

    public void Node(string operation, IEnumerable<string> inputs, IEnumerable<string> outputs, params OnnxAttribute[] attributes)
    {
        var node = new ProtoWriter();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        foreach (var output in outputs)
        {
            node.Text(2, output);
        }

        node.Text(3, NewName()).Text(4, operation);
        foreach (var attribute in attributes)
        {
            node.Message(5, attribute.Message);
        }

        _graph.Message(1, node);
    }

    public byte[] ToModel()
    {
        _graph.Text(2, "graph");
        return new ProtoWriter()
            .Integer(1, IrVersion)
            .Text(2, "atrium")
            .Message(7, _graph)
            .Message(8, new ProtoWriter().Text(1, "").Integer(2, OperatorSet))
            .Written.ToArray();
    }

    internal static ProtoWriter Tensor(OnnxTensor tensor, string? name)
    {
        var message = new ProtoWriter();
        foreach (var dimension in tensor.Shape)
        {
            message.Integer(1, dimension);
        }

        message.Integer(2, (int)tensor.Type);
        if (name is not null)
        {
            message.Text(8, name);
        }

        return message.Bytes(9, tensor.RawBytes());
    }

    private static ProtoWriter ValueInfo(string name, OnnxType type, IReadOnlyList<long>? shape)
    {
        var tensorType = new ProtoWriter().Integer(1, (int)type);
        if (shape is not null)
        {
            var shapeMessage = new ProtoWriter();
            for (var i = 0; i < shape.Count; i++)
            {
                // A negative size is one that changes from run to run; ONNX calls that a named dimension.
                shapeMessage.Message(1, shape[i] > 0 ? new ProtoWriter().Integer(1, shape[i]) : new ProtoWriter().Text(2, $"{name}_{i}"));
            }

            tensorType.Message(2, shapeMessage);
        }

        return new ProtoWriter().Text(1, name).Message(2, new ProtoWriter().Message(1, tensorType));
    }
}
