using Atrium.Inference.Hearing;
using Atrium.Inference.Media;
using Atrium.Server.Gateway.Speech.Hearing;
using Atrium.Server.Gateway.Speech.Hearing.Foreign;
using Atrium.Server.Gateway.Speech.Speaking;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>What a turn of recognition hears: to the first phrase, or to the end of the audio.</summary>
internal sealed class RecognitionTurns(Listener listener, EmbeddedEngines engines, ForeignEars ears, PhraseTranslator translator, Speaker speaker, TurnCalls calls)
{
    /// <summary>As published for a conversation.</summary>
    private static readonly AudioRules Rules = new() { MaxDuration = TimeSpan.FromHours(4), IsLive = true };

    /// <summary>Nobody says anything for so long, so nothing is waited for where one phrase is wanted.</summary>
    private static readonly TimeSpan UsualInitialSilence = TimeSpan.FromSeconds(5);

    public Task RunAsync(GatewayCall connection, RecognitionSettings settings, Func<GatewayCall, Task> turn) =>
        calls.RunAsync(connection, settings.Targets.Count > 0 ? SpeechSockets.Translate : ShortAudio.Operation, turn);

    /// <summary>Hears audio and tells of it.</summary>
    public async Task ListenAsync(SpeechSocket socket, GatewayCall call, string requestId, RecognitionSettings settings, Stream audio, CancellationToken cancellationToken)
    {
        var writer = settings.Languages is [var only] && Listener.Understands(only) ? null
            : await ears.FindAsync(call, settings.Languages, settings.IsContinuousLanguage, settings.WantsWords, settings.Expected, cancellationToken);
        var candidates = writer is null ? SpokenCandidates.Of(settings.Languages) : null;
        var language = (writer is null ? candidates?.English : settings.Languages[0])
            ?? throw SocketRefusal.BadRequest($"The embedded recognizer understands English only, not '{string.Join(", ", settings.Languages)}'. {ears.Remedy}");
        using var profanity = await engines.ProfanityAsync(cancellationToken);
        var messages = new RecognitionMessages(settings, language, profanity.Model);
        IPhraseTeller teller = settings.Targets.Count > 0
            ? new TranslationTeller(socket, call, requestId, settings, writer is null ? [language] : settings.Languages, messages, translator, speaker, calls)
            : new RecognitionTeller(socket, requestId, messages);
        await teller.BeginAsync(cancellationToken);
        ValueTask TellAsync(string path, System.Text.Json.Nodes.JsonObject body) => socket.SendAsync(path, requestId, body, cancellationToken);

        await TellAsync("turn.start", new() { ["context"] = TurnCalls.Context(requestId) });
        var (isSpeech, isOver) = (false, false);
        async ValueTask EndPhraseAsync(SpeechPhrase phrase)
        {
            isOver = settings.IsOnce;
            if (isOver)
            {
                await TellAsync("speech.endDetected", RecognitionMessages.At(phrase.Offset + phrase.Duration));
            }
        }

        var silence = settings.InitialSilence ?? (settings.IsOnce ? UsualInitialSilence : Rules.MaxDuration);
        using var diarizer = settings.TellsSpeaker ? await engines.SpeakersAsync(cancellationToken) : null;
        using var voices = diarizer?.Model.Begin(call.Owner.Id.Key);
        var heard = new HeardSamples(call) { EndsAt = duration => !isSpeech && duration >= silence, Voices = voices };
        var wanted = new SpeechSettings { Lane = call.Owner.Id.Key, Hypotheses = true, Words = settings.WantsWords, EndSilence = settings.EndSilence, Writer = writer, Expected = settings.Expected, Question = candidates?.Question(settings.IsContinuousLanguage) ?? LanguageQuestion.None };
        await foreach (var told in listener.ListenAsync(call, MediaSource.Of(audio), Rules, wanted, heard, cancellationToken))
        {
            switch (told)
            {
                case SpeechStarted started:
                    isSpeech = true;
                    await TellAsync("speech.startDetected", RecognitionMessages.At(started.Offset));
                    break;
                case SpeechHypothesis { Phrase: { Text.Length: > 0 } phrase }:
                    await teller.TellHypothesisAsync(phrase, cancellationToken);
                    break;
                case SpeechRecognized { Phrase: { Text.Length: > 0 } phrase }:
                    await EndPhraseAsync(phrase);
                    var named = candidates?.Name(phrase) ?? phrase;
                    await teller.TellPhraseAsync(voices is null ? named : named with { Speaker = await voices.GuestAsync(named.Offset, named.Duration, cancellationToken) }, cancellationToken);
                    break;
                case SpeechRecognized { Phrase: var phrase } when candidates is not null && SpokenCandidates.IsUnheard(phrase):
                    await EndPhraseAsync(phrase);
                    await teller.TellStatusAsync(messages.Unheard(candidates.Name(phrase), candidates.Unheard($"{ears.HowTo}.")), cancellationToken);
                    break;
            }

            if (isOver)
            {
                break;
            }
        }

        if (!isOver)
        {
            await TellAsync("speech.endDetected", RecognitionMessages.At(heard.Duration));
            var status = !settings.IsOnce && isSpeech ? "EndOfDictation" : isSpeech ? "NoMatch" : "InitialSilenceTimeout";
            await teller.TellStatusAsync(RecognitionMessages.Status(status, heard.Duration, TimeSpan.Zero), cancellationToken);
        }

        calls.Succeed(call);
        await TellAsync("turn.end", []);
    }
}
