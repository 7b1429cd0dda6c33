namespace Atrium.Inference.Speaking;

/// <summary>What makes sound of text. Many calls at the same time are fine; each takes its caller's thread.</summary>
internal interface ISpeakingEngine
{
    /// <summary>The voices that it has.</summary>
    IReadOnlyList<SpeechVoice> Voices { get; }

    /// <summary>Speaks a phrase with one of its own voices.</summary>
    /// <exception cref="SpeechFailedException">It could not.</exception>
    PhraseAudio Speak(Phrase phrase, CancellationToken cancellationToken);

    /// <summary>When the words of a phrase that it spoke are heard, from the first sample on. Null where it cannot be told.</summary>
    IReadOnlyList<(TimeSpan Begin, TimeSpan End)>? TimeWords(Phrase phrase, PhraseAudio audio, CancellationToken cancellationToken);
}
