using Atrium.Inference.Hearing;
using Atrium.Inference.Hearing.Phrases;

namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>A recognizer behind a connection, which hears more languages than the embedded one and tells which it is.</summary>
internal interface IForeignEar
{
    /// <summary>What is said in a piece of audio.</summary>
    /// <param name="call">For whom. It learns the name of the model and, where there is one, the deployment.</param>
    /// <param name="wav">The audio, a WAV file.</param>
    /// <param name="wanted">What is asked for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Hosting.ApiException">The server refused, failed, was not reached or answered something else.</exception>
    Task<ForeignSpeech> HearAsync(GatewayCall call, byte[] wav, ForeignWish wanted, CancellationToken cancellationToken);
}

/// <summary>What a recognizer elsewhere is asked for.</summary>
/// <param name="Locales">Of which the speech is in one.</param>
/// <param name="WantsWords">Whether words have their own times.</param>
/// <param name="Expected">Phrases that are likely to be said; null for none.</param>
internal sealed record ForeignWish(IReadOnlyList<string> Locales, bool WantsWords, PhraseList? Expected);

/// <summary>What was heard elsewhere.</summary>
/// <param name="Text">As it is written; empty for nothing.</param>
/// <param name="Locale">Which of those asked for it is; null for another one.</param>
/// <param name="Confidence">The server's own, 0 to 1; 1 where it tells none.</param>
/// <param name="Words">With their times from the beginning of the piece; empty where they were not asked for or are not told.</param>
internal sealed record ForeignSpeech(string Text, string? Locale, float Confidence, IReadOnlyList<SpeechWord> Words);
