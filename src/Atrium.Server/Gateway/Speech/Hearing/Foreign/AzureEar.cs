using System.Net.Http.Headers;
using System.Text.Json;
using Atrium.Server.Gateway.Upstream;

namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>Azure AI Speech, by fast transcription (2024-11-15), which tells of each phrase in which of the locales it is.</summary>
internal sealed class AzureEar(ServiceUpstream service) : IForeignEar
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task<ForeignSpeech> HearAsync(GatewayCall call, byte[] wav, ForeignWish wanted, CancellationToken cancellationToken)
    {
        var answer = await service.TryAskAsync(call, SpeechUpstream.Kind, FastTranscription.Operation.Path, AzureTranscription.Path, () => Content(wav, wanted), Patience, cancellationToken)
            ?? throw UpstreamRefusal.NotUsable("that hears this language");
        return ForeignAnswer.Read(
            answer.Body,
            heard => heard.GetProperty("phrases").EnumerateArray().ToList() is { Count: > 0 } phrases ? Read(phrases, wanted.Locales) : new("", null, 0, []),
            $"What answers behind the {call.ModelName} is no fast transcription.");
    }

    private static ForeignSpeech Read(List<JsonElement> phrases, IReadOnlyList<string> locales) => new(
        string.Join(' ', phrases.Select(phrase => ForeignAnswer.Text(phrase, "text"))).Trim(),
        AzureTranscription.Locale(phrases[0], locales),
        phrases.Average(AzureTranscription.Confidence),
        [.. phrases.SelectMany(AzureTranscription.Words)]);

    private static MultipartFormDataContent Content(byte[] wav, ForeignWish wanted) => AzureTranscription.Form(
        new ByteArrayContent(wav) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } }, "phrase.wav", AzureTranscription.Definition(wanted.Locales, wanted.Expected));
}
