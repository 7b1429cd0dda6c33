namespace Atrium.Inference.Conversion;

/// <summary>A named setting of an ONNX node. The last field of each says which kind of value it is.</summary>
internal readonly record struct OnnxAttribute(ProtoWriter Message)
{
    public static OnnxAttribute Integer(string name, long value) => new(new ProtoWriter().Text(1, name).Integer(3, value).Integer(20, 2));

    public static OnnxAttribute Text(string name, string value) => new(new ProtoWriter().Text(1, name).Text(4, value).Integer(20, 3));

    public static OnnxAttribute Tensor(string name, OnnxTensor value) =>
        new(new ProtoWriter().Text(1, name).Message(5, OnnxGraphWriter.Tensor(value, null)).Integer(20, 4));

    public static OnnxAttribute Integers(string name, params long[] values)
    {
        var message = new ProtoWriter().Text(1, name);
        foreach (var value in values)
        {
            message.Integer(8, value);
        }

        return new(message.Integer(20, 7));
    }
}
