using System.Numerics.Tensors;
using Atrium.Inference.Hearing;

namespace Atrium.Inference.Speakers;

/// <summary>Takes audio in pieces and keeps of it what somebody says.</summary>
internal sealed class VoiceFrames : IDisposable
{
    /// <summary>Of the energy that one frame of twenty exceeds: softer frames are the room more than the voice.</summary>
    private const float LoudShare = 0.05f;

    /// <summary>Of the middle energy of a band; below it there is only noise.</summary>
    private const float FloorShare = 1e-4f;

    private readonly SpokenFrames _spoken;
    private readonly List<float[]> _frames = [];

    public VoiceFrames(VoiceActivity voice) => _spoken = new(voice, (_, energies) => _frames.Add(energies));

    /// <summary>Samples so far.</summary>
    public long Samples => _spoken.Samples;

    /// <summary>Of them, what somebody says.</summary>
    public long SpeechSamples => _spoken.SpeechSamples;

    public void Push(ReadOnlySpan<float> samples) => _spoken.Push(samples);

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
        var floor = FloorShare * kept.Average(frame => TensorPrimitives.Sum<float>(frame)) / VoiceBands.Count;
        return VoicePrint.Of(kept.Select(frame => Cepstra(frame, floor)));
    }

    public void Dispose() => _spoken.Dispose();

    private static double[] Cepstra(float[] energies, double floor)
    {
        var cepstra = new double[VoicePrint.Size];
        VoiceBands.Cepstra(Array.ConvertAll(energies, energy => Math.Log(energy + floor)), cepstra);
        return cepstra;
    }
}
