using System.Runtime.CompilerServices;
using Atrium.Inference.Hearing;
using Atrium.Inference.Media;
using Atrium.Inference.Speakers.Diarization;
using Atrium.Server.Hosting;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>Hears audio of a call by the embedded recognizer. Usage counts the seconds of audio that were heard, begun ones whole, as tokens in.</summary>
internal sealed class Listener(EmbeddedEngines engines, AudioDecoder decoder)
{
    /// <summary>The language that the embedded recognizer understands.</summary>
    public const string Language = "en";

    /// <summary>Code of the refusal of audio that only ffmpeg reads, where it is not installed.</summary>
    public const string NoDecoder = "DecoderNotInstalled";

    /// <summary>Whether a locale, or a language's name, is of that language.</summary>
    public static bool Understands(string? language) => string.IsNullOrEmpty(language) || language.Split('-', '_')[0].ToLowerInvariant() is Language or "english";

    /// <summary>Says that there is no model for a language, and what would serve it.</summary>
    /// <param name="language">As the caller wrote it.</param>
    /// <param name="howTo">What an administrator does.</param>
    public static ApiException NoModel(string language, string howTo) => ApiException.NoModel($"The embedded recognizer understands English only, not '{language}'. {howTo}");

    /// <summary>All that is said.</summary>
    /// <exception cref="ApiException">The bytes are no audio that is taken.</exception>
    /// <param name="call">For whom; usage counts what is heard.</param>
    /// <param name="source">The audio.</param>
    /// <param name="rules">What it may be.</param>
    /// <param name="wantsWords">Whether words have their own times.</param>
    /// <param name="lane">In which the call stands; null for its owner's.</param>
    /// <param name="writer">Who writes down what is said; null for the embedded model.</param>
    /// <param name="question">Whether the embedded model judges if it is in its language.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<Transcript> HearAsync(GatewayCall call, MediaSource source, AudioRules rules, bool wantsWords, string? lane, IPhraseWriter? writer, LanguageQuestion question, CancellationToken cancellationToken) =>
        HearAsync(call, source, rules, new() { Lane = lane ?? call.Owner.Id.Key, Words = wantsWords, Writer = writer, Question = question }, new(call), cancellationToken);

    /// <summary>The same as it is set.</summary>
    public async Task<Transcript> HearAsync(GatewayCall call, MediaSource source, AudioRules rules, SpeechSettings settings, HeardSamples heard, CancellationToken cancellationToken)
    {
        var (phrases, unheard) = (new List<SpeechPhrase>(), new List<SpeechPhrase>());
        await foreach (var told in ListenAsync(call, source, rules, settings, heard, cancellationToken))
        {
            if (told is SpeechRecognized { Phrase: var phrase } && (phrase.Text.Length > 0 || SpokenCandidates.IsUnheard(phrase)))
            {
                (phrase.Text.Length > 0 ? phrases : unheard).Add(phrase);
            }
        }

        return new(phrases, heard.Duration) { Unheard = unheard };
    }

    /// <summary>What is said, as it is heard.</summary>
    /// <exception cref="ApiException">The bytes are no audio that is taken. May come after events.</exception>
    public async IAsyncEnumerable<SpeechEvent> ListenAsync(
        GatewayCall call, MediaSource source, AudioRules rules, SpeechSettings settings, HeardSamples heard, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var recognizer = await engines.HearingAsync(cancellationToken);
        if (settings.Writer is null)
        {
            call.ModelName = recognizer.Model.Name;
        }

        await using var events = recognizer.Model.ListenAsync(heard.Count(decoder.DecodeAsync(source, rules, cancellationToken), cancellationToken), settings, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(events))
        {
            yield return events.Current;
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<SpeechEvent> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (AudioRefusedException refused)
        {
            throw refused.Fault is AudioFault.NoDecoder
                ? ApiException.Unavailable(NoDecoder, refused.Message)
                : ApiException.BadRequest(refused.Fault is AudioFault.TooLong ? "AudioTooLong" : "InvalidAudioFormat", refused.Message, "file");
        }
    }
}

/// <summary>Counts the audio of a call as it goes by, on top of what the call has heard before.</summary>
internal sealed class HeardSamples(GatewayCall call)
{
    private readonly long before = call.TokensIn;
    private long samples;

    public TimeSpan Duration => SpeechAudio.TimeOf(samples);

    /// <summary>Whether no more is heard once so much was; asked before each piece.</summary>
    public Func<TimeSpan, bool>? EndsAt { get; init; }

    /// <summary>Who listens for who speaks; null for nobody.</summary>
    public DiarizedAudio? Voices { get; init; }

    public IAsyncEnumerable<ReadOnlyMemory<float>> Count(IAsyncEnumerable<ReadOnlyMemory<float>> audio, CancellationToken cancellationToken) =>
        Voices is { } voices ? voices.Follow(Count(audio), cancellationToken) : Count(audio);

    private async IAsyncEnumerable<ReadOnlyMemory<float>> Count(IAsyncEnumerable<ReadOnlyMemory<float>> audio)
    {
        await foreach (var piece in audio)
        {
            if (EndsAt?.Invoke(Duration) is true)
            {
                yield break;
            }

            samples += piece.Length;
            call.TokensIn = before + (long)Math.Ceiling(Duration.TotalSeconds);
            yield return piece;
        }
    }
}
