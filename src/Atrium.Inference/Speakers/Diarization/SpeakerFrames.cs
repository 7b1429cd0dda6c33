using System.Numerics.Tensors;
using Atrium.Inference.Hearing;

namespace Atrium.Inference.Speakers.Diarization;

/// <summary>Takes audio in pieces and keeps the frames in which somebody speaks, with their times: sixty bytes a frame.</summary>
internal sealed class SpeakerFrames : IDisposable
{
    /// <summary>Of the middle energy of a band; below it there is only noise.</summary>
    private const double FloorShare = 1e-4;

    /// <summary>Of the loudness that one frame of twenty exceeds: softer frames are the room more than the voice.</summary>
    private static readonly double LoudShare = Math.Log(0.05);

    /// <summary>Frames of a step: a minute.</summary>
    private const int StepFrames = 6000;

    private readonly SpokenFrames _spoken;
    private readonly List<Half> _logs = [];
    private readonly List<int> _times = [];
    private double _energy;

    public SpeakerFrames(VoiceActivity voice) => _spoken = new(voice, Take);

    public int Count => _times.Count;

    public void Push(ReadOnlySpan<float> samples) => _spoken.Push(samples);

    /// <summary>The first that is not before a time.</summary>
    public int FirstFrom(TimeSpan time)
    {
        var found = _times.BinarySearch((int)(time.TotalMilliseconds / SpokenFeatures.FrameMilliseconds));
        return found < 0 ? ~found : found;
    }

    /// <summary>Of the frames from one up to another.</summary>
    public SpokenFeatures Features(int from, int to)
    {
        var features = Begin(from, to);
        foreach (var _ in Steps(features, from))
        {
        }

        return features;
    }

    /// <summary>Room for all that was heard.</summary>
    public SpokenFeatures Begin() => Begin(0, Count);

    /// <summary>Fills it with what was heard from a frame on. Each item is a step, so that others come in between.</summary>
    public IEnumerable<bool> Steps(SpokenFeatures features, int from = 0)
    {
        var (floor, logs, cepstra, loudness) = (FloorShare * _energy / Math.Max(1, Count) / VoiceBands.Count, new double[VoiceBands.Count], new double[SpeakerSums.Size], new float[features.Count]);
        for (var i = 0; i < features.Count; i++)
        {
            for (var band = 0; band < logs.Length; band++)
            {
                logs[band] = Math.Log(Math.Exp((double)_logs[((from + i) * VoiceBands.Count) + band]) + floor);
            }

            VoiceBands.Cepstra(logs, cepstra);
            features.Put(i, cepstra);
            loudness[i] = (float)(TensorPrimitives.Sum<double>(logs) / logs.Length);
            if (i % StepFrames == StepFrames - 1)
            {
                yield return true;
            }
        }

        if (loudness.Length > 0)
        {
            var sorted = (float[])loudness.Clone();
            Array.Sort(sorted);
            var loud = sorted[^(1 + (sorted.Length / 20))] + LoudShare;
            features.Keep(i => loudness[i] > loud);
        }
    }

    public void Dispose() => _spoken.Dispose();

    private SpokenFeatures Begin(int from, int to) => new([.. _times[from..to]]);

    private void Take(long frame, float[] energies)
    {
        _times.Add((int)frame);
        _energy += TensorPrimitives.Sum<float>(energies);
        foreach (var energy in energies)
        {
            _logs.Add((Half)MathF.Log(energy + 1e-12f));
        }
    }
}

/// <summary>Cepstra of frames in which somebody speaks.</summary>
/// <param name="times">Their numbers from the beginning of the audio, rising.</param>
internal sealed class SpokenFeatures(int[] times)
{
    public const int FrameMilliseconds = 10;

    private readonly float[] _cepstra = new float[times.Length * SpeakerSums.Size];
    private readonly bool[] _kept = new bool[times.Length];

    public int Count => times.Length;

    public int Time(int frame) => times[frame];

    public ReadOnlySpan<float> this[int frame] => _cepstra.AsSpan(frame * SpeakerSums.Size, SpeakerSums.Size);

    /// <summary>Whether the frame is loud enough to say something of the voice.</summary>
    public bool IsLoud(int frame) => _kept[frame];

    public void Put(int frame, ReadOnlySpan<double> cepstra)
    {
        for (var i = 0; i < cepstra.Length; i++)
        {
            _cepstra[(frame * SpeakerSums.Size) + i] = (float)cepstra[i];
        }
    }

    public void Keep(Func<int, bool> isLoud)
    {
        for (var frame = 0; frame < _kept.Length; frame++)
        {
            _kept[frame] = isLoud(frame);
        }
    }

    /// <summary>Sums of the loud ones from one up to another.</summary>
    public SpeakerSums Sum(int from, int to)
    {
        var sums = new SpeakerSums();
        for (var frame = from; frame < to; frame++)
        {
            if (_kept[frame])
            {
                sums.Add(this[frame]);
            }
        }

        return sums;
    }
}
