namespace Atrium.Inference.Speakers;

/// <summary>
/// How alike two voices are. The measure is the arithmetic harmonic sphericity of their covariances (F. Bimbot, I. Magrin-Chagnolleau, L. Mathan, 1995): nothing is
/// trained, and what a microphone or a line does to all frames alike falls out of it. Pure.
/// </summary>
public static class VoiceLikeness
{
    /// <summary>A score from which two prints are taken for one voice.</summary>
    public const double SameVoice = 0.5;

    /// <summary>
    /// The distance at which as many voices are taken for another as are not known again, with endless speech, and what short speech adds to it; measured by
    /// <c>bench/run speakers</c>.
    /// </summary>
    private const double Limit = 0.35, LimitBySecond = 1.2;

    private const double FramesPerSecond = 100;

    /// <summary>From 0 to 1. Both must be usable.</summary>
    public static double Score(VoicePrint one, VoicePrint other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var limit = Limit + (LimitBySecond * FramesPerSecond * ((1.0 / one.Frames) + (1.0 / other.Frames)));
        return Math.Pow(SameVoice, Distance(one, other) / limit);
    }

    /// <summary>0 for the same print, and more the less they are alike.</summary>
    internal static double Distance(VoicePrint one, VoicePrint other)
    {
        var (a, b) = (one.Covariance(), other.Covariance());
        return Math.Max(0, Math.Log(TraceOfQuotient(a, b) * TraceOfQuotient(b, a)) - (2 * Math.Log(VoicePrint.Size)));
    }

    /// <summary>The trace of a⁻¹b. A covariance is positive, so nothing is divided by zero and no rows are exchanged.</summary>
    private static double TraceOfQuotient(double[,] a, double[,] b)
    {
        var (left, right) = ((double[,])a.Clone(), (double[,])b.Clone());
        for (var column = 0; column < VoicePrint.Size; column++)
        {
            for (var row = 0; row < VoicePrint.Size; row++)
            {
                if (row != column)
                {
                    var share = left[row, column] / left[column, column];
                    for (var i = 0; i < VoicePrint.Size; i++)
                    {
                        left[row, i] -= share * left[column, i];
                        right[row, i] -= share * right[column, i];
                    }
                }
            }
        }

        return Enumerable.Range(0, VoicePrint.Size).Sum(i => right[i, i] / left[i, i]);
    }
}
