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
    /// <param name="settings">What else is wanted; words have their own times in any case.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Transcript> HearAsync(GatewayCall call, MediaSource source, AudioRules rules, SpeakerBounds speakers, SpeechSettings settings, CancellationToken cancellationToken)
    {
        using var diarizer = await engines.SpeakersAsync(cancellationToken);
        using var voices = diarizer.Model.Begin(settings.Lane);
        var transcript = await listener.HearAsync(call, source, rules, settings with { Words = true }, new(call) { Voices = voices }, cancellationToken);
        var turns = await voices.TurnsAsync(speakers.Least, speakers.Most, cancellationToken);
        return transcript with { Phrases = [.. transcript.Phrases.SelectMany(turns.Of)], Unheard = [.. transcript.Unheard.SelectMany(turns.Of)] };
    }
}
