using System.Numerics;
using Atrium.Inference.Hearing;

namespace Atrium.Bench;

/// <summary>
/// Makes recordings sound as if all were made on one line: each gets the long-term spectrum that they have in the middle, and nothing is left below 120 Hz and above
/// 3.6 kHz. That takes the microphones away, and something of the voices.
/// </summary>
internal static class OneLine
{
    private const int Points = 1024, Step = 256, Bands = 24;
    private const double LowestHertz = 120, HighestHertz = 3600, MostGain = 30;

    public static List<float[]> Of(IReadOnlyList<float[]> people)
    {
        var spectra = people.Select(Spectrum).ToList();
        var middle = Enumerable.Range(0, Bands).Select(band => spectra.Average(spectrum => spectrum[band])).ToArray();
        return [.. people.Zip(spectra, (samples, spectrum) => Filtered(samples, [.. middle.Zip(spectrum, (wanted, own) => wanted - own)]))];
    }

    /// <summary>Logarithms of the mean power in bands.</summary>
    private static double[] Spectrum(float[] samples)
    {
        var sums = new double[Bands];
        var points = new Complex[Points];
        for (var from = 0; from + Points <= samples.Length; from += Points)
        {
            for (var i = 0; i < Points; i++)
            {
                points[i] = samples[from + i] * Math.Pow(Math.Sin(Math.PI * (i + 0.5) / Points), 2);
            }

            Transform(points);
            for (var k = 1; k < Points / 2; k++)
            {
                sums[(int)Math.Clamp(Band(k), 0, Bands - 1)] += Math.Pow(points[k].Magnitude, 2);
            }
        }

        var logs = Array.ConvertAll(sums, sum => Math.Log(sum + 1e-9));
        return Array.ConvertAll(logs, log => log - logs.Average());
    }

    private static float[] Filtered(float[] samples, double[] gains)
    {
        var (filtered, points) = (new float[samples.Length], new Complex[Points]);
        for (var from = 0; from + Points <= samples.Length; from += Step)
        {
            for (var i = 0; i < Points; i++)
            {
                points[i] = samples[from + i] * Math.Sin(Math.PI * (i + 0.5) / Points);
            }

            Transform(points);
            for (var k = 0; k < Points; k++)
            {
                // Conjugated, so that the same transformation leads back.
                points[k] = Complex.Conjugate(points[k]) * Gain(Math.Min(k, Points - k), gains);
            }

            Transform(points);
            for (var i = 0; i < Points; i++)
            {
                filtered[from + i] += (float)(points[i].Real * Math.Sin(Math.PI * (i + 0.5) / Points) / Points / (Points / Step / 2));
            }
        }

        return Conversation.WithoutPauses(filtered);
    }

    private static double Gain(int k, double[] gains)
    {
        var (hertz, band) = ((double)k * SpeechAudio.SampleRate / Points, Math.Clamp(Band(Math.Max(1, k)) - 0.5, 0, Bands - 1.001));
        var (low, share) = ((int)band, band - (int)band);
        return hertz is < LowestHertz or > HighestHertz ? 0 : Math.Min(MostGain, Math.Exp(((gains[low] * (1 - share)) + (gains[low + 1] * share)) / 2));
    }

    /// <summary>Of the bands, each a little wider than the one below.</summary>
    private static double Band(int k) => Math.Log((double)k * SpeechAudio.SampleRate / Points / 100) / Math.Log(38) * Bands;

    /// <summary>Fourier's, in place; the number of points is a power of two.</summary>
    private static void Transform(Complex[] points)
    {
        for (int i = 1, j = 0; i < points.Length; i++)
        {
            var bit = points.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j ^= bit;
            if (i < j)
            {
                (points[i], points[j]) = (points[j], points[i]);
            }
        }

        for (var length = 2; length <= points.Length; length <<= 1)
        {
            var turn = Complex.FromPolarCoordinates(1, -2 * Math.PI / length);
            for (var from = 0; from < points.Length; from += length)
            {
                var at = Complex.One;
                for (var i = from; i < from + (length / 2); i++)
                {
                    var (one, other) = (points[i], points[i + (length / 2)] * at);
                    (points[i], points[i + (length / 2)]) = (one + other, one - other);
                    at *= turn;
                }
            }
        }
    }
}
