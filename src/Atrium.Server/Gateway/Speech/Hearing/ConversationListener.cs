using Atrium.Inference.Hearing;
using Atrium.Inference.Media;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>Hears audio in which several speak, and tells of each phrase who says it.</summary>
internal sealed class ConversationListener(Listener listener, EmbeddedEngines engines)
{
    /// <summary>As published; who speaks is known only when all has been heard.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    /// <summary>All that is said, with the speakers. A phrase in which another goes on is taken apart.</summary>
    /// <exception cref="Hosting.ApiException">The bytes are no audio that is taken.</exception>
    /// <param name="call">For whom; usage counts what is heard.</param>
    /// <param name="source">The audio.</param>
    /// <param name="rules">What it may be.</param>
    /// <param name="speakers">How many there may be.</param>
    /// <param name="lane">In which the call stands.</param>
    /// <param name="writer">Who writes down what is said; null for the embedded model.</param>
    /// <param name="question">Whether the embedded model judges if it is in its language.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Transcript> HearAsync(GatewayCall call, MediaSource source, AudioRules rules, SpeakerBounds speakers, string lane, IPhraseWriter? writer, LanguageQuestion question, CancellationToken cancellationToken)
    {
        using var diarizer = await engines.SpeakersAsync(cancellationToken);
        using var voices = diarizer.Model.Begin(lane);
        var settings = new SpeechSettings { Lane = lane, Words = true, Writer = writer, Question = question };
        var transcript = await listener.HearAsync(call, source, rules, settings, new(call) { Voices = voices }, cancellationToken);
        var turns = await voices.TurnsAsync(speakers.Least, speakers.Most, cancellationToken);
        return transcript with { Phrases = [.. transcript.Phrases.SelectMany(turns.Of)], Unheard = [.. transcript.Unheard.SelectMany(turns.Of)] };
    }
}
