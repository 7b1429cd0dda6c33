using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>Azure AI Speech, by fast transcription (2024-11-15), which tells of each phrase in which of the locales it is.</summary>
internal sealed class AzureEar(ServiceUpstream service) : IForeignEar
{
    private const string Path = "/speechtotext/transcriptions:transcribe?api-version=2024-11-15";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task<ForeignSpeech> HearAsync(GatewayCall call, byte[] wav, IReadOnlyList<string> locales, bool wantsWords, CancellationToken cancellationToken)
    {
        var answer = await service.TryAskAsync(call, SpeechUpstream.Kind, FastTranscription.Operation.Path, Path, () => Content(wav, locales), Patience, cancellationToken)
            ?? throw ApiException.Unavailable("ConnectionNotUsable", "The connection that hears this language is gone.");
        return ForeignAnswer.Read(
            answer.Body,
            heard => heard.GetProperty("phrases").EnumerateArray().ToList() is { Count: > 0 } phrases ? Read(phrases, locales) : new("", null, 0, []),
            $"What answers behind the {call.ModelName} is no fast transcription.");
    }

    private static ForeignSpeech Read(List<JsonElement> phrases, IReadOnlyList<string> locales) => new(
        string.Join(' ', phrases.Select(phrase => ForeignAnswer.Text(phrase, "text"))).Trim(),
        SpeechLocales.Among(locales, phrases[0].TryGetProperty("locale", out var locale) ? locale.GetString() : null),
        phrases.Average(phrase => phrase.TryGetProperty("confidence", out var confidence) ? Math.Clamp(confidence.GetSingle(), 0, 1) : 1),
        [.. phrases.SelectMany(phrase => phrase.TryGetProperty("words", out var words) ? words.EnumerateArray().Select(Word) : [])]);

    private static SpeechWord Word(JsonElement word) => new(
        ForeignAnswer.Text(word, "text"),
        ForeignAnswer.Time(word, "offsetMilliseconds", TimeSpan.FromMilliseconds(1)),
        ForeignAnswer.Time(word, "durationMilliseconds", TimeSpan.FromMilliseconds(1)),
        1);

    private static MultipartFormDataContent Content(byte[] wav, IReadOnlyList<string> locales) => new()
    {
        { new ByteArrayContent(wav) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } }, "audio", "phrase.wav" },
        { new StringContent(new JsonObject { ["locales"] = new JsonArray([.. locales]), ["profanityFilterMode"] = "None" }.ToJsonString()), "definition" },
    };
}
