namespace Atrium.Inference.Speaking.Ssml;

/// <summary>How large a document may be.</summary>
public sealed record SsmlLimits
{
    /// <summary>Characters of the whole document.</summary>
    public int MostCharacters { get; init; } = 64 * 1024;

    /// <summary>Elements within elements.</summary>
    public int MostDepth { get; init; } = 64;

    /// <summary><c>voice</c> and <c>audio</c> elements.</summary>
    public int MostVoices { get; init; } = 50;
}

/// <summary>Finds the voices that a document names.</summary>
public interface IVoiceCast
{
    /// <summary>Who speaks for the name; null where nobody can.</summary>
    SpeechVoice? Find(string name);

    /// <summary>Who speaks a language in place of a voice; null where nobody can.</summary>
    SpeechVoice? InLanguage(SpeechVoice voice, string locale);

    /// <summary>The names to choose from, for a message.</summary>
    string Offer { get; }
}
