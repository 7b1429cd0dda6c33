using Atrium.Inference.Hearing;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>What was said in an audio.</summary>
/// <param name="Phrases">In order; none has an empty text.</param>
/// <param name="Duration">Of the whole audio.</param>
internal sealed record Transcript(IReadOnlyList<SpeechPhrase> Phrases, TimeSpan Duration)
{
    /// <summary>What was said in another language than the recognizer's; without text.</summary>
    public IReadOnlyList<SpeechPhrase> Unheard { get; init; } = [];

    public string Text => string.Join(' ', Phrases.Select(phrase => phrase.Text));
}
