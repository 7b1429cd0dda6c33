using System.Runtime.InteropServices;

namespace Atrium.Inference.Speakers;

/// <summary>
/// What is particular to a voice, whatever it says: how the cepstra of its loud frames vary together. Prints add up, so a profile grows with every recording and
/// keeps no audio.
/// </summary>
public sealed class VoicePrint
{
    /// <summary>Cepstra of a frame. The first, loudness, is left out.</summary>
    internal const int Size = 16;

    /// <summary>Frames without which nothing can be told.</summary>
    internal const int LeastFrames = 4 * Size;

    private const int Products = Size * (Size + 1) / 2;
    private const int Numbers = 1 + Size + Products;

    /// <summary>Of the middle variance; keeps a voice that does not vary in some direction from being infinitely far from all others.</summary>
    private const double Ridge = 1e-3;

    private readonly double[] _numbers;

    private VoicePrint(double[] numbers) => _numbers = numbers;

    /// <summary>Of nothing yet.</summary>
    public static VoicePrint Empty { get; } = new(new double[Numbers]);

    /// <summary>Loud frames that it was made of.</summary>
    internal long Frames => (long)_numbers[0];

    /// <summary>Whether it can be compared.</summary>
    public bool IsUsable => Frames >= LeastFrames;

    /// <summary>Of frames of cepstra.</summary>
    internal static VoicePrint Of(IEnumerable<double[]> frames)
    {
        var numbers = new double[Numbers];
        foreach (var frame in frames)
        {
            numbers[0]++;
            for (int i = 0, at = 1 + Size; i < Size; i++)
            {
                numbers[1 + i] += frame[i];
                for (var j = 0; j <= i; j++)
                {
                    numbers[at++] += frame[i] * frame[j];
                }
            }
        }

        return new(numbers);
    }

    /// <summary>One that <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static VoicePrint FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Numbers * sizeof(double) ? new(MemoryMarshal.Cast<byte, double>(bytes).ToArray()) : throw new ArgumentException($"A voice print has {Numbers * sizeof(double)} bytes; found {bytes.Length}.", nameof(bytes));

    /// <summary>To be kept.</summary>
    public byte[] ToBytes() => MemoryMarshal.AsBytes(_numbers.AsSpan()).ToArray();

    /// <summary>Of both recordings.</summary>
    public VoicePrint Plus(VoicePrint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new([.. _numbers.Zip(other._numbers, (mine, theirs) => mine + theirs)]);
    }

    /// <summary>How the cepstra vary together.</summary>
    internal double[,] Covariance()
    {
        var covariance = new double[Size, Size];
        var trace = 0.0;
        for (int i = 0, at = 1 + Size; i < Size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                covariance[i, j] = covariance[j, i] = (_numbers[at++] / Frames) - (_numbers[1 + i] * _numbers[1 + j] / Frames / Frames);
            }

            trace += covariance[i, i];
        }

        for (var i = 0; i < Size; i++)
        {
            covariance[i, i] += Ridge * trace / Size;
        }

        return covariance;
    }
}
