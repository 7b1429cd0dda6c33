using System.Numerics.Tensors;

namespace Atrium.Inference.Speakers;

/// <summary>The energies of a frame of audio in bands that are equally wide for the ear, and their cepstra. Not for several threads at a time.</summary>
internal sealed class VoiceBands
{
    public const int Count = 30;

    /// <summary>Samples of a frame, and from one frame to the next: 100 a second.</summary>
    public const int Window = 400, Step = 160;

    private const int Spectrum = 257, Points = 512;
    private const double LowestHertz = 60, HighestHertz = 7600;
    private const float PreEmphasis = 0.97f;

    /// <summary>For each point of the spectrum a row of cosines and one of sines, with the window in them.</summary>
    private static readonly float[][] Waves = [.. Enumerable.Range(0, Spectrum).SelectMany(k => new[] { Wave(k, Math.Cos), Wave(k, Math.Sin) })];
    private static readonly float[][] Filters = [.. Enumerable.Range(0, Count).Select(Filter)];

    private readonly float[] _emphasized = new float[Window];
    private readonly float[] _power = new float[Spectrum];

    /// <param name="samples">The one before the window, and the window.</param>
    public float[] Energies(ReadOnlySpan<float> samples)
    {
        TensorPrimitives.Multiply(samples[..Window], -PreEmphasis, _emphasized);
        TensorPrimitives.Add(_emphasized, samples[1..], _emphasized);
        for (var k = 0; k < Spectrum; k++)
        {
            var (real, imaginary) = (TensorPrimitives.Dot<float>(_emphasized, Waves[2 * k]), TensorPrimitives.Dot<float>(_emphasized, Waves[(2 * k) + 1]));
            _power[k] = (real * real) + (imaginary * imaginary);
        }

        return Array.ConvertAll(Filters, filter => TensorPrimitives.Dot<float>(filter, _power));
    }

    /// <summary>The cepstra behind the first, which is loudness.</summary>
    /// <param name="logs">The logarithms of the energies.</param>
    /// <param name="cepstra">As many as are wanted.</param>
    public static void Cepstra(ReadOnlySpan<double> logs, Span<double> cepstra)
    {
        for (var k = 0; k < cepstra.Length; k++)
        {
            var sum = 0.0;
            for (var band = 0; band < Count; band++)
            {
                sum += logs[band] * Cosines[k, band];
            }

            cepstra[k] = sum / Count;
        }
    }

    private static readonly double[,] Cosines = CosinesOf();

    private static double[,] CosinesOf()
    {
        var cosines = new double[Count, Count];
        for (var k = 0; k < Count; k++)
        {
            for (var band = 0; band < Count; band++)
            {
                cosines[k, band] = Math.Cos(Math.PI * (k + 1) * (band + 0.5) / Count);
            }
        }

        return cosines;
    }

    private static float[] Wave(int k, Func<double, double> wave) =>
        [.. Enumerable.Range(0, Window).Select(i => (float)((0.54 - (0.46 * Math.Cos(2 * Math.PI * i / (Window - 1)))) * wave(2 * Math.PI * k * i / Points)))];

    /// <summary>A triangle over the points of the spectrum.</summary>
    private static float[] Filter(int band)
    {
        double Point(int edge) => Hertz(Mel(LowestHertz) + ((Mel(HighestHertz) - Mel(LowestHertz)) * edge / (Count + 1))) / Hearing.SpeechAudio.SampleRate * Points;
        var (from, peak, to) = (Point(band), Point(band + 1), Point(band + 2));
        return [.. Enumerable.Range(0, Spectrum).Select(k => (float)Math.Max(0, Math.Min((k - from) / (peak - from), (to - k) / (to - peak))))];
    }

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    private static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
}
