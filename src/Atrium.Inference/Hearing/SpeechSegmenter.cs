using System.Runtime.InteropServices;

namespace Atrium.Inference.Hearing;

/// <summary>A piece of audio in which somebody speaks, with a little silence round it.</summary>
/// <param name="Samples">The audio.</param>
/// <param name="Start">Where it begins, in samples from the beginning of the whole.</param>
/// <param name="SpeechStart">Where the speech begins, likewise.</param>
/// <param name="SpeechEnd">Where the speech ends, likewise.</param>
/// <param name="Voice">How likely it is speech, in the mean.</param>
internal sealed record SpeechSegment(float[] Samples, long Start, long SpeechStart, long SpeechEnd, float Voice);

/// <summary>
/// Cuts audio where nobody speaks. A pause ends a segment; the longer the segment, the shorter a pause will do, and before the model's limit it is cut where speech
/// is least likely. Holds no more audio than one segment.
/// </summary>
/// <param name="judge">How likely somebody speaks in a frame.</param>
/// <param name="endSilence">The pause that ends a segment.</param>
internal sealed class SpeechSegmenter(Func<ReadOnlySpan<float>, float> judge, TimeSpan endSilence)
{
    private const int Frame = VoiceActivity.FrameSamples;
    private const int FramesPerSecond = SpeechAudio.SampleRate / Frame;

    /// <summary>Above it somebody begins to speak, below the other one he ends.</summary>
    private const float Begins = 0.5f;
    private const float Ends = 0.35f;

    /// <summary>A shorter sound is a click.</summary>
    private const int LeastSpeech = 3;

    /// <summary>Silence that the model gets with the speech, on both sides.</summary>
    private const int Padding = 8;

    private const int Long = 10 * FramesPerSecond;
    private const int PauseWhenLong = 6;
    private const int VeryLong = 15 * FramesPerSecond;
    private const int PauseWhenVeryLong = 2;
    private const int Longest = 20 * FramesPerSecond;
    private const int CutWithin = 6 * FramesPerSecond;

    private readonly int _pause = Math.Max(PauseWhenVeryLong, (int)(endSilence.TotalSeconds * FramesPerSecond));
    private readonly List<float> _audio = [];
    private readonly List<float> _likely = [];
    private readonly float[] _frame = new float[Frame];
    private int _inFrame;
    private long _dropped;
    private int _spoken = -1;
    private int _lastSpoken;
    private int _loud;

    /// <summary>Segments that are complete. The caller takes them out.</summary>
    public Queue<SpeechSegment> Done { get; } = [];

    /// <summary>Where the speech began that goes on now, in samples; null where nobody speaks.</summary>
    public long? OpenSince => _spoken < 0 ? null : SampleOf(_spoken);

    /// <summary>Samples from the beginning of the speech that goes on now.</summary>
    public int OpenLength => _spoken < 0 ? 0 : (_likely.Count - _spoken) * Frame;

    public void Push(ReadOnlySpan<float> samples)
    {
        while (samples.Length > 0)
        {
            var take = Math.Min(samples.Length, Frame - _inFrame);
            samples[..take].CopyTo(_frame.AsSpan(_inFrame));
            _inFrame += take;
            samples = samples[take..];
            if (_inFrame == Frame)
            {
                _inFrame = 0;
                Take();
            }
        }
    }

    /// <summary>The audio is over.</summary>
    public void Complete()
    {
        if (_inFrame > 0)
        {
            Array.Clear(_frame, _inFrame, Frame - _inFrame);
            _inFrame = 0;
            Take();
        }

        if (_spoken >= 0)
        {
            Close(_likely.Count);
        }
    }

    /// <summary>What is there so far of the speech that goes on now.</summary>
    public SpeechSegment Open() => SegmentTo(_likely.Count);

    private void Take()
    {
        _audio.AddRange(_frame);
        var likely = judge(_frame);
        _likely.Add(likely);
        if (_spoken < 0)
        {
            Wait(likely);
        }
        else
        {
            Follow(likely);
        }
    }

    private void Wait(float likely)
    {
        _loud = likely >= Begins ? _loud + 1 : 0;
        if (_loud == LeastSpeech)
        {
            _spoken = _likely.Count - LeastSpeech;
            _lastSpoken = _likely.Count - 1;
            _loud = 0;
        }
        else if (_loud == 0)
        {
            DropTo(_likely.Count - Padding);
        }
    }

    private void Follow(float likely)
    {
        if (likely >= Ends)
        {
            _lastSpoken = _likely.Count - 1;
        }

        var (length, pause) = (_likely.Count - _spoken, _likely.Count - 1 - _lastSpoken);
        if (pause >= (length < Long ? _pause : length < VeryLong ? Math.Min(_pause, PauseWhenLong) : PauseWhenVeryLong))
        {
            Close(_likely.Count);
        }
        else if (length >= Longest)
        {
            Close(LeastLikely());
        }
    }

    /// <summary>Ends the segment before a frame; what comes behind it belongs to the next.</summary>
    private void Close(int end)
    {
        var isCut = end <= _lastSpoken;
        Done.Enqueue(SegmentTo(end));
        if (isCut)
        {
            DropTo(end);
            _spoken = 0;
            _lastSpoken -= end;
        }
        else
        {
            _spoken = -1;
            DropTo(_likely.Count - Padding);
        }
    }

    private SpeechSegment SegmentTo(int end)
    {
        var first = Math.Max(0, _spoken - Padding);
        var last = Math.Min(end, _lastSpoken + 1 + Padding);
        var samples = CollectionsMarshal.AsSpan(_audio)[(first * Frame)..(last * Frame)].ToArray();
        var over = Math.Min(end, _lastSpoken + 1);
        return new(samples, SampleOf(first), SampleOf(_spoken), SampleOf(over), _likely.Skip(_spoken).Take(over - _spoken).Average());
    }

    private int LeastLikely()
    {
        var best = _likely.Count - 1;
        for (var i = best; i > _likely.Count - CutWithin; i--)
        {
            best = _likely[i] < _likely[best] ? i : best;
        }

        return best;
    }

    private void DropTo(int frame)
    {
        if (frame <= 0)
        {
            return;
        }

        _audio.RemoveRange(0, frame * Frame);
        _likely.RemoveRange(0, frame);
        _dropped += frame;
    }

    private long SampleOf(int frame) => (_dropped + frame) * Frame;
}
