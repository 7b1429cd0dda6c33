using System.Runtime.InteropServices;
using Atrium.Inference.Hearing;

namespace Atrium.Inference.Speakers;

/// <summary>Takes audio in pieces and hands on the frames of it in which somebody speaks: 100 a second, each as the energies of its bands.</summary>
/// <param name="voice">Tells what is speech.</param>
/// <param name="take">Takes a frame: its number from the beginning of the audio, and the energies.</param>
internal sealed class SpokenFrames(VoiceActivity voice, Action<long, float[]> take) : IDisposable
{
    private const float Speaks = 0.5f;

    private readonly VoiceMemory _memory = new();
    private readonly VoiceBands _bands = new();
    private readonly List<float> _waiting = [];
    private long _frame;
    private int _next;
    private int _judged;
    private bool _speaks;

    /// <summary>Samples so far.</summary>
    public long Samples { get; private set; }

    /// <summary>Of them, what somebody says.</summary>
    public long SpeechSamples { get; private set; }

    public void Push(ReadOnlySpan<float> samples)
    {
        Samples += samples.Length;
        _waiting.AddRange(samples);
        var all = CollectionsMarshal.AsSpan(_waiting);
        for (; all.Length - _next > VoiceBands.Window; _next += VoiceBands.Step, _frame++)
        {
            // The voice model goes by frames of its own length, ahead of ours.
            if (_next >= _judged)
            {
                if (all.Length < _judged + VoiceActivity.FrameSamples)
                {
                    break;
                }

                _speaks = voice.Judge(all.Slice(_judged, VoiceActivity.FrameSamples), _memory) >= Speaks;
                _judged += VoiceActivity.FrameSamples;
                SpeechSamples += _speaks ? VoiceActivity.FrameSamples : 0;
            }

            if (_speaks)
            {
                take(_frame, _bands.Energies(all.Slice(_next, VoiceBands.Window + 1)));
            }
        }

        var done = Math.Min(_next, _judged);
        _waiting.RemoveRange(0, done);
        (_next, _judged) = (_next - done, _judged - done);
    }

    public void Dispose() => _memory.Dispose();
}
