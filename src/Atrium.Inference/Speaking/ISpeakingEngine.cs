namespace Atrium.Inference.Speaking;

/// <summary>What makes sound of text. Many calls at the same time are fine; each takes its caller's thread.</summary>
internal interface ISpeakingEngine
{
    /// <summary>The voices that it has.</summary>
    IReadOnlyList<SpeechVoice> Voices { get; }

    /// <summary>Speaks a phrase with one of its own voices.</summary>
    /// <exception cref="SpeechFailedException">It could not.</exception>
    PhraseAudio Speak(Phrase phrase, CancellationToken cancellationToken);

    /// <summary>Which words which phones of a spoken phrase belong to: for each word the place behind its last phone. Null where it cannot be told.</summary>
    IReadOnlyList<int>? FindWords(Phrase phrase, PhraseAudio audio, CancellationToken cancellationToken);
}
