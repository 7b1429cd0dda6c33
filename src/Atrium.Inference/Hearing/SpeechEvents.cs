using Atrium.Inference.Hearing.Languages;

namespace Atrium.Inference.Hearing;

/// <summary>Something that a recognizer tells while it listens, in the order of the audio.</summary>
public abstract record SpeechEvent;

/// <summary>Somebody begins to speak.</summary>
/// <param name="Offset">From the beginning of the audio.</param>
public sealed record SpeechStarted(TimeSpan Offset) : SpeechEvent;

/// <summary>What is heard so far of a phrase that is not over. The next one, or the phrase, takes its place.</summary>
public sealed record SpeechHypothesis(SpeechPhrase Phrase) : SpeechEvent;

/// <summary>A phrase that is over. Its text is empty where a sound was no words.</summary>
public sealed record SpeechRecognized(SpeechPhrase Phrase) : SpeechEvent;

/// <summary>What was said between two silences.</summary>
/// <param name="Text">As it is written, with capitals and punctuation.</param>
/// <param name="Offset">Where it begins, from the beginning of the audio.</param>
/// <param name="Duration">To where it ends.</param>
/// <param name="Confidence">The model's own, 0 to 1: the geometric mean of its tokens' probabilities.</param>
/// <param name="Words">With their times; empty unless they were asked for.</param>
public sealed record SpeechPhrase(string Text, TimeSpan Offset, TimeSpan Duration, float Confidence, IReadOnlyList<SpeechWord> Words)
{
    /// <summary>The model's numbers for the pieces of the text.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = [];

    /// <summary>The locale that it was heard to be in; null from who hears one language only.</summary>
    public string? Locale { get; init; }

    /// <summary>How likely it is in the recognizer's own language, 0 to 1; null where that was not asked. Where it is likelier to be in another, the text is empty.</summary>
    public float? Likely { get; init; }

    /// <summary>Whether it was judged to be in another language than the recognizer's own.</summary>
    public bool IsOther => Likely < EnglishIdentifier.Even;

    /// <summary>Who says it, from 1 on; null where nobody was told apart.</summary>
    public int? Speaker { get; init; }

    /// <summary>How likely it was speech at all, 0 to 1: what the voice activity model said, in the mean.</summary>
    public float Voice { get; init; } = 1;
}

/// <summary>A word of a phrase.</summary>
/// <param name="Text">As it is written, with the punctuation that touches it.</param>
/// <param name="Offset">From the beginning of the audio.</param>
/// <param name="Duration">To where it ends.</param>
/// <param name="Confidence">The model's own, 0 to 1.</param>
public sealed record SpeechWord(string Text, TimeSpan Offset, TimeSpan Duration, float Confidence);
