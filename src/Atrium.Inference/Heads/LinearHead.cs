using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Atrium.Inference.Heads;

/// <summary>Logistic regressions over the same features: for each output a weight a feature and an intercept.</summary>
internal sealed class LinearHead
{
    private readonly float[] _weights;
    private readonly float[] _intercepts;

    public LinearHead(int features, float[] weights, float[] intercepts)
    {
        Features = features;
        _weights = weights;
        _intercepts = intercepts;
    }

    public int Features { get; }

    public int Outputs => _intercepts.Length;

    /// <summary>The probability of an output, 0 to 1.</summary>
    public float Probability(ReadOnlySpan<float> features, int output) => Sigmoid(Logit(features, output));

    /// <summary>The head in a form that <see cref="FromBytes"/> reads.</summary>
    public byte[] ToBytes() =>
    [
        .. BitConverter.GetBytes(Features),
        .. BitConverter.GetBytes(Outputs),
        .. MemoryMarshal.AsBytes<float>(_weights),
        .. MemoryMarshal.AsBytes<float>(_intercepts),
    ];

    /// <summary>The head; null if the bytes are not a whole one.</summary>
    public static LinearHead? FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || MemoryMarshal.Cast<byte, int>(bytes[..8]) is not [var features and > 0 and < 1 << 20, var outputs and > 0 and < 1 << 10]
            || bytes.Length != 8 + (((long)features + 1) * outputs * sizeof(float)))
        {
            return null;
        }

        var values = MemoryMarshal.Cast<byte, float>(bytes[8..]);
        return new(features, values[..(features * outputs)].ToArray(), values[(features * outputs)..].ToArray());
    }

    public float Logit(ReadOnlySpan<float> features, int output) =>
        TensorPrimitives.Dot(features, _weights.AsSpan(output * Features, Features)) + _intercepts[output];

    internal static float Sigmoid(float logit) => 1 / (1 + MathF.Exp(-logit));
}
