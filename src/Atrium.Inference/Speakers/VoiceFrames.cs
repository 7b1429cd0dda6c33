using System.Numerics.Tensors;
using Atrium.Inference.Hearing;

namespace Atrium.Inference.Speakers;

/// <summary>Takes audio in pieces and keeps of it what somebody says: 100 frames a second, each as the energies of its bands.</summary>
internal sealed class VoiceFrames : IDisposable
{
    private const int Bands = 30;
    private const int Window = 400, Step = 160, Spectrum = 257, Points = 512;
    private const double LowestHertz = 60, HighestHertz = 7600;
    private const float PreEmphasis = 0.97f;
    private const float Speaks = 0.5f;

    /// <summary>Of the energy that one frame of twenty exceeds: softer frames are the room more than the voice.</summary>
    private const float LoudShare = 0.05f;

    /// <summary>Of the middle energy of a band; below it there is only noise.</summary>
    private const float FloorShare = 1e-4f;

    /// <summary>For each point of the spectrum a row of cosines and one of sines, with the window in them.</summary>
    private static readonly float[][] Waves = [.. Enumerable.Range(0, Spectrum).SelectMany(k => new[] { Wave(k, Math.Cos), Wave(k, Math.Sin) })];
    private static readonly float[][] Filters = [.. Enumerable.Range(0, Bands).Select(Filter)];

    private readonly VoiceActivity _voice;
    private readonly VoiceMemory _memory = new();
    private readonly List<float> _waiting = [];
    private readonly List<float[]> _frames = [];
    private readonly float[] _emphasized = new float[Window];
    private readonly float[] _power = new float[Spectrum];
    private int _next;
    private int _judged;
    private bool _speaks;

    public VoiceFrames(VoiceActivity voice) => _voice = voice;

    /// <summary>Samples so far.</summary>
    public long Samples { get; private set; }

    /// <summary>Of them, what somebody says.</summary>
    public long SpeechSamples { get; private set; }

    public void Push(ReadOnlySpan<float> samples)
    {
        Samples += samples.Length;
        _waiting.AddRange(samples);
        var all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_waiting);
        for (; all.Length - _next > Window; _next += Step)
        {
            // The voice model goes by frames of its own length, ahead of ours.
            if (_next >= _judged)
            {
                if (all.Length < _judged + VoiceActivity.FrameSamples)
                {
                    break;
                }

                _speaks = _voice.Judge(all.Slice(_judged, VoiceActivity.FrameSamples), _memory) >= Speaks;
                _judged += VoiceActivity.FrameSamples;
                SpeechSamples += _speaks ? VoiceActivity.FrameSamples : 0;
            }

            if (_speaks)
            {
                _frames.Add(Energies(all.Slice(_next, Window + 1)));
            }
        }

        var done = Math.Min(_next, _judged);
        _waiting.RemoveRange(0, done);
        (_next, _judged) = (_next - done, _judged - done);
    }

    /// <summary>What the loud frames say of the voice.</summary>
    public VoicePrint Print()
    {
        if (_frames.Count == 0)
        {
            return VoicePrint.Empty;
        }

        var loudness = _frames.ConvertAll(frame => TensorPrimitives.Sum<float>(frame));
        var loud = loudness.Order().ElementAt(loudness.Count - 1 - (loudness.Count / 20)) * LoudShare;
        var kept = _frames.Where((_, i) => loudness[i] > loud).ToList();
        var floor = FloorShare * kept.Average(frame => TensorPrimitives.Sum<float>(frame)) / Bands;
        return VoicePrint.Of(kept.Select(frame => Cepstra(frame, floor)));
    }

    public void Dispose() => _memory.Dispose();

    /// <param name="samples">The one before the window, and the window.</param>
    private float[] Energies(ReadOnlySpan<float> samples)
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

    private static double[] Cepstra(float[] energies, double floor)
    {
        var logs = Array.ConvertAll(energies, energy => Math.Log(energy + floor));
        var cepstra = new double[VoicePrint.Size];
        for (var k = 0; k < cepstra.Length; k++)
        {
            for (var band = 0; band < Bands; band++)
            {
                cepstra[k] += logs[band] * Math.Cos(Math.PI * (k + 1) * (band + 0.5) / Bands) / Bands;
            }
        }

        return cepstra;
    }

    private static float[] Wave(int k, Func<double, double> wave) =>
        [.. Enumerable.Range(0, Window).Select(i => (float)((0.54 - (0.46 * Math.Cos(2 * Math.PI * i / (Window - 1)))) * wave(2 * Math.PI * k * i / Points)))];

    /// <summary>A triangle over the points of the spectrum, equally wide for the ear.</summary>
    private static float[] Filter(int band)
    {
        double Point(int edge) => Hertz(Mel(LowestHertz) + ((Mel(HighestHertz) - Mel(LowestHertz)) * edge / (Bands + 1))) / SpeechAudio.SampleRate * Points;
        var (from, peak, to) = (Point(band), Point(band + 1), Point(band + 2));
        return [.. Enumerable.Range(0, Spectrum).Select(k => (float)Math.Max(0, Math.Min((k - from) / (peak - from), (to - k) / (to - peak))))];
    }

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    private static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
}
