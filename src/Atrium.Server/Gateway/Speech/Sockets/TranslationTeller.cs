using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Gateway.Speech.Speaking;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>Tells what is heard with its translations, and speaks them where a voice is named.</summary>
internal sealed class TranslationTeller(
    SpeechSocket socket, GatewayCall call, string requestId, RecognitionSettings settings, IReadOnlyList<string> spoken, RecognitionMessages heard, PhraseTranslator translator, Speaker speaker, TurnCalls calls) : IPhraseTeller
{
    /// <summary>As published: a file of this form for each phrase.</summary>
    private const string AudioFormat = "riff-16khz-16bit-mono-pcm";

    /// <summary>Of one phrase.</summary>
    private static readonly TimeSpan LongestSpeech = TimeSpan.FromMinutes(2);

    private readonly TranslationMessages messages = new(settings.IsUniversal);
    private IReadOnlyList<PhraseTarget> targets = [];
    private Dictionary<string, SpeechVoice> voices = [];

    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        targets = await translator.TargetsAsync(call, spoken, settings, cancellationToken);
        if (settings.Voices.Count > 0)
        {
            voices = Cast(await speaker.CastAsync(cancellationToken));
        }
    }

    public async ValueTask TellHypothesisAsync(SpeechPhrase phrase, CancellationToken cancellationToken)
    {
        var told = heard.Hypothesis(phrase);
        var translated = await translator.TranslateHypothesisAsync(call, targets, heard.LanguageOf(phrase), (string)told["Text"]!, cancellationToken);
        await socket.SendAsync(messages.HypothesisPath, requestId, messages.Hypothesis(told, translated), cancellationToken);
    }

    public async ValueTask TellPhraseAsync(SpeechPhrase phrase, CancellationToken cancellationToken)
    {
        var told = heard.Phrase(phrase);
        var translated = await translator.TranslateAsync(call, targets, heard.LanguageOf(phrase), heard.Shown(phrase), cancellationToken);
        await socket.SendAsync(messages.PhrasePath, requestId, messages.Phrase(told, translated), cancellationToken);
        foreach (var (language, text) in translated.Texts)
        {
            if (voices.TryGetValue(language, out var voice))
            {
                await SpeakAsync(SpeechScript.OfText(text, new(voice)), cancellationToken);
            }
        }
    }

    public ValueTask TellStatusAsync(JsonObject status, CancellationToken cancellationToken) =>
        socket.SendAsync(messages.PhrasePath, requestId, messages.Phrase(status, null), cancellationToken);

    /// <summary>Who speaks which language. A voice that is named for all of them speaks its own.</summary>
    private Dictionary<string, SpeechVoice> Cast(VoiceCast cast)
    {
        var found = new Dictionary<string, SpeechVoice>(StringComparer.Ordinal);
        foreach (var target in targets.Select(target => target.Target))
        {
            if (settings.Voices.TryGetValue(target.Language, out var name) && cast.Find(name) is { } voice && voice.Language.Equals(target.Code.Split('-')[0], StringComparison.OrdinalIgnoreCase))
            {
                found[target.Language] = voice;
            }
        }

        return found.Count > 0 ? found
            : throw SocketRefusal.BadRequest($"No voice here speaks {string.Join(", ", settings.Targets)} as '{settings.Voices.Values.First()}'. Voices: {cast.Offer}");
    }

    private async Task SpeakAsync(SpeechScript script, CancellationToken cancellationToken)
    {
        string? failure = null;
        try
        {
            await calls.RunAsync(call, SpeechCalls.Synthesize, async spoken =>
            {
                spoken.ModelName = SpeechCalls.ModelName;
                var audio = await WholeAsync(spoken, script, cancellationToken);
                calls.Succeed(spoken);
                await socket.SendAudioAsync(messages.AudioPath, requestId, requestId, "audio/x-wav", audio, cancellationToken);
            });
        }
        catch (SocketRefusal refused)
        {
            failure = refused.Message;
        }

        await socket.SendAsync(messages.AudioEndPath, requestId, messages.AudioEnd(failure), cancellationToken);
    }

    private async Task<byte[]> WholeAsync(GatewayCall spoken, SpeechScript script, CancellationToken cancellationToken)
    {
        var format = speaker.FormatOf(AudioFormat, "voice");
        using var samples = new MemoryStream();
        await foreach (var piece in speaker.SpeakAsync(spoken, script, format, new() { SampleRate = format.SampleRate, Longest = LongestSpeech }, cancellationToken))
        {
            samples.Write(piece.Bytes.Span);
        }

        return [.. RiffHeader.Of(format, samples.Length), .. samples.GetBuffer().AsSpan(0, (int)samples.Length)];
    }
}
