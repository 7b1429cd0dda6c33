using System.Runtime.InteropServices;

namespace Atrium.Inference.Conversion;

/// <summary>ONNX element types, by the numbers of the format.</summary>
internal enum OnnxType
{
    Float = 1,
    Int64 = 7,
    Bool = 9,
}

/// <summary>A constant of a graph: floats, or integers (which ONNX graphs of ours always hold as 64-bit), or booleans as 0 and 1.</summary>
internal sealed record OnnxTensor
{
    private OnnxTensor(OnnxType type, long[] shape, float[] floats, long[] integers)
    {
        Type = type;
        Shape = shape;
        Floats = floats;
        Integers = integers;
    }

    public OnnxType Type { get; }

    public long[] Shape { get; }

    /// <summary>The values of a float tensor, else empty.</summary>
    public float[] Floats { get; }

    /// <summary>The values of an integer or boolean tensor, else empty.</summary>
    public long[] Integers { get; }

    public static OnnxTensor OfFloats(long[] shape, float[] values) => new(OnnxType.Float, shape, values, []);

    public static OnnxTensor OfIntegers(long[] shape, long[] values) => new(OnnxType.Int64, shape, [], values);

    public static OnnxTensor OfBooleans(long[] shape, long[] values) => new(OnnxType.Bool, shape, [], values);

    public static OnnxTensor Vector(params long[] values) => OfIntegers([values.Length], values);

    public OnnxTensor Reshaped(params long[] shape) => new(Type, shape, Floats, Integers);

    /// <summary>The values as the format's raw bytes, little-endian.</summary>
    public byte[] RawBytes() => Type switch
    {
        OnnxType.Float => MemoryMarshal.AsBytes<float>(Floats).ToArray(),
        OnnxType.Bool => Array.ConvertAll(Integers, value => (byte)value),
        _ => MemoryMarshal.AsBytes<long>(Integers).ToArray(),
    };
}
