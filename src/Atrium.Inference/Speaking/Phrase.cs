namespace Atrium.Inference.Speaking;

/// <summary>A word as it is given to a voice.</summary>
/// <param name="Text">With the punctuation at it.</param>
/// <param name="Written">What it stands for in the document; empty for a word that goes on with what the word before stands for.</param>
/// <param name="Phones">How it is pronounced; null as the voice knows.</param>
internal sealed record SpokenWord(string Text, string Written, IReadOnlyList<string>? Phones);

/// <summary>What a voice says at a time: a sentence, or a part of one where the style changes or it grows too long.</summary>
internal sealed record Phrase(SpeechStyle Style, IReadOnlyList<SpokenWord> Words, IReadOnlyList<(int Word, string Name)> Marks)
{
    /// <summary>Whether a sentence begins here.</summary>
    public required bool BeginsSentence { get; init; }

    /// <summary>Whether a sentence ends here.</summary>
    public required bool EndsSentence { get; init; }
}

/// <summary>A sound of a phrase.</summary>
/// <param name="Name">Of the engine's set; <see cref="Silence"/> for none.</param>
/// <param name="End">From the phrase's first sample.</param>
internal readonly record struct Phone(string Name, TimeSpan End)
{
    public const string Silence = "pau";

    public bool IsSilence => Name == Silence;
}

/// <summary>A phrase as it was spoken.</summary>
/// <param name="Samples">Of one channel.</param>
/// <param name="Rate">Samples a second.</param>
/// <param name="Phones">In their order; empty where the engine does not tell.</param>
internal sealed record PhraseAudio(short[] Samples, int Rate, IReadOnlyList<Phone> Phones)
{
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Samples.Length / Rate);
}
