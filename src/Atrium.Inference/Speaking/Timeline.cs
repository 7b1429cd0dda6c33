using Atrium.Inference.Speaking.Sound;
using Atrium.Inference.Speaking.Planning;

namespace Atrium.Inference.Speaking;

/// <summary>Puts the pieces behind one another: their silences as they should be, their loudness, and when each word is heard.</summary>
internal sealed class Timeline(SpeakingOptions options)
{
    /// <summary>Silences where the script says nothing of them.</summary>
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(50), Gap = TimeSpan.FromMilliseconds(350), Tail = TimeSpan.FromMilliseconds(200), Seam = TimeSpan.FromMilliseconds(15);

    private readonly List<string> _sentence = [];
    private TimeSpan _sentenceBegin;
    private TimeSpan _heardUntil;
    private long _position;

    /// <summary>Whether the speech is as long as it may be.</summary>
    public bool IsOver => Now >= options.Longest;

    private TimeSpan Now => TimeAt(_position);

    public SpeechPiece Add(PlannedStep.Speak step, SpokenPhrase spoken)
    {
        var (phrase, audio) = (step.Phrase, spoken.Audio);
        var (lead, tail) = SilentEnds.Of(audio);
        var heard = audio.Duration - lead - tail > TimeSpan.Zero ? audio.Duration - lead - tail : TimeSpan.Zero;
        var before = LengthOf(step.BeginsVoice ? phrase.Style.Silences.Leading.Of(Lead) : phrase.BeginsSentence ? TimeSpan.Zero : Seam);
        var behind = LengthOf(step.EndsVoice ? phrase.Style.Silences.Tailing.Of(Tail) : phrase.EndsSentence ? phrase.Style.Silences.Sentence.Of(Gap) : Seam);
        var voice = SampleRates.Change(Cut(audio, lead, heard), audio.Rate, options.SampleRate);
        Loudness.Change(voice, phrase.Style.Volume);
        var samples = new short[before + voice.Length + behind];
        voice.CopyTo(samples, before);

        var origin = TimeAt(_position + before) - lead;
        var events = Events(step, spoken, origin, origin + lead + heard);
        return Emit(samples, events);
    }

    public SpeechPiece Add(PlannedStep.Rest rest) => Emit(new short[LengthOf(rest.Length)], []);

    public SpeechPiece Add(PlannedStep.Mark mark) => new(ReadOnlyMemory<short>.Empty, options.HasWords ? [new(SpokenEventKind.Mark, mark.Name, Now, TimeSpan.Zero)] : []);

    private List<SpokenEvent> Events(PlannedStep.Speak step, SpokenPhrase spoken, TimeSpan origin, TimeSpan end)
    {
        var events = new List<SpokenEvent>();
        if (options.HasSentences)
        {
            AddSentence(step.Phrase, origin + SilentEnds.Of(spoken.Audio).Lead, end, events);
        }

        if (options.HasWords)
        {
            events.AddRange(WordEvents.Of(step.Phrase, spoken.Words, origin));
        }

        if (options.HasVisemes)
        {
            var begin = TimeSpan.Zero;
            foreach (var phone in spoken.Audio.Phones)
            {
                events.Add(new(SpokenEventKind.Viseme, phone.Name, origin + begin > TimeSpan.Zero ? origin + begin : TimeSpan.Zero, phone.End - begin));
                begin = phone.End;
            }
        }

        return [.. events.OrderBy(told => told.Offset)];
    }

    private void AddSentence(Phrase phrase, TimeSpan begin, TimeSpan end, List<SpokenEvent> events)
    {
        if (_sentence.Count == 0)
        {
            _sentenceBegin = begin;
        }

        _sentence.AddRange(phrase.Words.Select(word => word.Written).Where(written => written.Length > 0));
        _heardUntil = end;
        if (phrase.EndsSentence)
        {
            events.Add(new(SpokenEventKind.Sentence, string.Join(' ', _sentence), _sentenceBegin, _heardUntil - _sentenceBegin));
            _sentence.Clear();
        }
    }

    /// <summary>What is beyond the longest speech is left out, and its events with it.</summary>
    private SpeechPiece Emit(short[] samples, IReadOnlyList<SpokenEvent> events)
    {
        var room = Math.Max(0, LengthOf(options.Longest) - _position);
        _position += samples.Length;
        return samples.Length <= room ? new(samples, events) : new(samples.AsMemory(0, (int)room), [.. events.Where(e => e.Offset < options.Longest)]);
    }

    private static short[] Cut(PhraseAudio audio, TimeSpan begin, TimeSpan length)
    {
        var from = Math.Clamp((int)(begin.TotalSeconds * audio.Rate), 0, audio.Samples.Length);
        return audio.Samples[from..Math.Clamp(from + (int)(length.TotalSeconds * audio.Rate), from, audio.Samples.Length)];
    }

    private int LengthOf(TimeSpan time) => (int)(time.TotalSeconds * options.SampleRate);

    private TimeSpan TimeAt(long position) => TimeSpan.FromSeconds((double)position / options.SampleRate);
}
