namespace Atrium.Inference.Speaking;

/// <summary>What is to be spoken, step by step.</summary>
/// <param name="Steps">In their order.</param>
/// <param name="Characters">Characters of text, as they are counted.</param>
public sealed record SpeechScript(IReadOnlyList<SpeechStep> Steps, int Characters)
{
    /// <summary>A text in one voice's own way.</summary>
    public static SpeechScript OfText(string text, SpeechStyle style) => new([new SpeechStep.Say(text, style), new SpeechStep.SentenceEnd(style, IsVoiceEnd: true)], text.Length);
}

/// <summary>A step of a script.</summary>
public abstract record SpeechStep
{
    private SpeechStep()
    {
    }

    /// <summary>Text. It runs on into the next one, unless a sentence ends in between.</summary>
    /// <param name="Text">What is said.</param>
    /// <param name="Style">How.</param>
    public sealed record Say(string Text, SpeechStyle Style) : SpeechStep
    {
        /// <summary>What the text stands for in the document, which events name; null where it stands there itself.</summary>
        public string? Written { get; init; }

        /// <summary>How it is pronounced, in the voice's phones; null as the voice knows.</summary>
        public IReadOnlyList<string>? Phones { get; init; }
    }

    /// <summary>Silence.</summary>
    /// <param name="Length">How long.</param>
    public sealed record Pause(TimeSpan Length) : SpeechStep;

    /// <summary>A place whose time is reported.</summary>
    /// <param name="Name">Its name.</param>
    public sealed record Mark(string Name) : SpeechStep;

    /// <summary>A sentence ends here, whatever its punctuation.</summary>
    /// <param name="Style">Whose silences hold.</param>
    /// <param name="IsVoiceEnd">Whether the voice ends too.</param>
    public sealed record SentenceEnd(SpeechStyle Style, bool IsVoiceEnd) : SpeechStep;
}
