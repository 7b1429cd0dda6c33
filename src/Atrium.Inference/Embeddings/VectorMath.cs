using System.Numerics.Tensors;

namespace Atrium.Inference.Embeddings;

/// <summary>The few operations on vectors that the models share.</summary>
internal static class VectorMath
{
    /// <summary>The unit vector that points where these unit vectors point on the whole.</summary>
    public static float[] Direction(ReadOnlySpan<float[]> vectors)
    {
        var sum = new float[vectors[0].Length];
        foreach (var vector in vectors)
        {
            TensorPrimitives.Add(sum, vector, sum);
        }

        var length = TensorPrimitives.Norm<float>(sum);
        if (length > 0)
        {
            TensorPrimitives.Divide(sum, length, sum);
        }

        return sum;
    }
}
