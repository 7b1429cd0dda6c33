namespace Atrium.Inference.Speaking;

/// <summary>A piece of speech as soon as it is spoken.</summary>
/// <param name="Samples">Of one channel, at the rate asked for.</param>
/// <param name="Events">What is heard in it, by time. A sentence is reported with its last piece.</param>
public sealed record SpeechPiece(ReadOnlyMemory<short> Samples, IReadOnlyList<SpokenEvent> Events);

/// <summary>What an event tells of.</summary>
public enum SpokenEventKind
{
    /// <summary>A word.</summary>
    Word,

    /// <summary>The punctuation behind a word.</summary>
    Punctuation,

    /// <summary>A sentence.</summary>
    Sentence,

    /// <summary>A mark of the script.</summary>
    Mark,

    /// <summary>A position of the mouth.</summary>
    Viseme,
}

/// <summary>Something in the speech and when it is heard.</summary>
/// <param name="Kind">What.</param>
/// <param name="Text">Its text, the mark's name, or the sound.</param>
/// <param name="Offset">From the first sample of all.</param>
/// <param name="Duration">How long.</param>
public sealed record SpokenEvent(SpokenEventKind Kind, string Text, TimeSpan Offset, TimeSpan Duration);

/// <summary>How a script is spoken.</summary>
public sealed record SpeakingOptions
{
    /// <summary>Samples a second.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Whether words, their punctuation and marks are reported. It costs some milliseconds a sentence.</summary>
    public bool HasWords { get; init; }

    /// <summary>Whether sentences are reported.</summary>
    public bool HasSentences { get; init; }

    /// <summary>Whether sounds are reported.</summary>
    public bool HasVisemes { get; init; }

    /// <summary>The speech ends here, whatever is still to be said.</summary>
    public required TimeSpan Longest { get; init; }
}
