namespace Atrium.Portal.Build;

/// <summary>How alike two vectors are. Pure.</summary>
public static class Similarity
{
    /// <summary>From -1 to 1; 0 where one of them is nothing.</summary>
    public static double Cosine(ReadOnlySpan<double> one, ReadOnlySpan<double> other)
    {
        double dot = 0, a = 0, b = 0;
        for (var i = 0; i < Math.Min(one.Length, other.Length); i++)
        {
            dot += one[i] * other[i];
            a += one[i] * one[i];
            b += other[i] * other[i];
        }

        return a > 0 && b > 0 ? dot / Math.Sqrt(a * b) : 0;
    }
}
