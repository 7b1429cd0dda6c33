using Atrium.Inference.Hearing.Languages;
using Atrium.Inference.Hearing.Phrases;

namespace Atrium.Inference.Hearing;

/// <summary>Makes a phrase of what the model wrote for a segment.</summary>
internal sealed class PhraseWriter(MoonshineDecoder decoder, PieceVocabulary pieces)
{
    /// <summary>The model wants at least this much; what is missing is silence.</summary>
    private const int LeastSamples = SpeechAudio.SampleRate / 2;

    /// <summary>So sure is the voice activity, in the mean, that somebody speaks.</summary>
    private const float Speech = 0.7f;

    /// <summary>Of what the model writes when it is made to begin, the beginning apart.</summary>
    private const float LeastConfidence = 0.5f;

    /// <param name="segment">The phrase.</param>
    /// <param name="wantsWords">Whether its words have their own times.</param>
    /// <param name="expected">Phrases that it is likely to have; null for none.</param>
    /// <param name="language">Judges whether it is in the model's language, and leaves the text empty where it is not; null where that is not asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public SpeechPhrase Write(SpeechSegment segment, bool wantsWords, PhraseTrie? expected, Func<EncodedSpeech, float>? language, CancellationToken cancellationToken)
    {
        var samples = segment.Samples;
        if (samples.Length < LeastSamples)
        {
            Array.Resize(ref samples, LeastSamples);
        }

        using var speech = decoder.Encode(samples);
        var likely = language?.Invoke(speech);
        if (likely < EnglishIdentifier.Even)
        {
            return Blank(segment) with { Likely = likely };
        }

        var writing = WriteSpeech(speech, segment.Voice, wantsWords, expected, cancellationToken);
        var tokens = writing.Tokens;
        return Blank(segment) with
        {
            Likely = likely,
            Text = pieces.TextOf(tokens.Select(t => t.Id)),
            Confidence = Confidence(tokens),
            Words = wantsWords ? Words(writing, segment) : [],
            Tokens = [.. tokens.Select(t => t.Id).Where(id => id != MoonshineModel.End)],
        };
    }

    /// <summary>The model now and then writes nothing where clearly somebody speaks. Made to begin, it writes what is said; where it does not speak, what it then writes is unlikely.</summary>
    private Writing WriteSpeech(EncodedSpeech speech, float voice, bool wantsWords, PhraseTrie? expected, CancellationToken cancellationToken)
    {
        var writing = decoder.Write(speech, wantsWords, isSpeech: false, expected, cancellationToken);
        if (voice < Speech || writing.Tokens is not [{ Id: MoonshineModel.End }])
        {
            return writing;
        }

        var second = decoder.Write(speech, wantsWords, isSpeech: true, expected, cancellationToken);
        return Confidence(second.Tokens.Skip(1)) >= LeastConfidence ? second : writing;
    }

    /// <summary>A phrase that nobody has written down yet.</summary>
    public static SpeechPhrase Blank(SpeechSegment segment) =>
        new("", SpeechAudio.TimeOf(segment.SpeechStart), SpeechAudio.TimeOf(segment.SpeechEnd - segment.SpeechStart), 0, []) { Voice = segment.Voice };

    private List<SpeechWord> Words(Writing writing, SpeechSegment segment)
    {
        var tokens = writing.Tokens;
        var begins = TokenAligner.Begins(tokens, writing.Frames);
        var words = new List<SpeechWord>();
        for (var first = 0; first < tokens.Count && tokens[first].Id != MoonshineModel.End;)
        {
            var end = first + 1;
            while (end < tokens.Count && tokens[end].Id != MoonshineModel.End && !pieces.BeginsWord(tokens[end].Id))
            {
                end++;
            }

            var text = pieces.TextOf(tokens.Skip(first).Take(end - first).Select(t => t.Id));
            if (text.Length > 0)
            {
                var start = SampleAt(segment, begins[first]);
                var over = end < tokens.Count ? SampleAt(segment, begins[end]) : segment.SpeechEnd;
                words.Add(new(text, SpeechAudio.TimeOf(start), SpeechAudio.TimeOf(Math.Max(0, over - start)), Confidence(tokens.Skip(first).Take(end - first))));
            }

            first = end;
        }

        return words;
    }

    /// <summary>Never outside the speech, whose ends are known better.</summary>
    private static long SampleAt(SpeechSegment segment, int frame) =>
        Math.Clamp(segment.Start + ((long)frame * MoonshineModel.SamplesPerFrame), segment.SpeechStart, segment.SpeechEnd);

    private static float Confidence(IEnumerable<WrittenToken> tokens) => MathF.Exp(tokens.Select(t => t.LogProbability).DefaultIfEmpty(0).Average());
}
