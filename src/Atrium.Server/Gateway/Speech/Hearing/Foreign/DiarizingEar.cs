using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;
using Atrium.Server.Gateway.Upstream;

namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>Has a whole file heard by Azure AI Speech, with its speakers told apart there, where a connection serves fast transcription (2024-11-15).</summary>
internal sealed class DiarizingEar(ServiceUpstream service)
{
    /// <summary>As published of fast transcription.</summary>
    private const long MostBytes = 300L * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>What is said and by whom; null where no connection serves it, or the file is too long for it.</summary>
    /// <param name="call">For whom.</param>
    /// <param name="file">The audio.</param>
    /// <param name="channel">Which one of several; null where there is only one.</param>
    /// <param name="locales">That may be spoken.</param>
    /// <param name="speakers">How many there may be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Hosting.ApiException">The server refused, failed, was not reached or answered something else.</exception>
    public async Task<Transcript?> TryHearAsync(GatewayCall call, string file, int? channel, IReadOnlyList<string> locales, SpeakerBounds speakers, CancellationToken cancellationToken)
    {
        if (new FileInfo(file).Length > MostBytes
            || await service.TryAskAsync(call, SpeechUpstream.Kind, FastTranscription.Operation.Path, AzureTranscription.Path, () => Content(file, channel, locales, speakers), Patience, cancellationToken) is not { } answer)
        {
            return null;
        }

        var transcript = ForeignAnswer.Read(answer.Body, heard => Read(heard, locales), $"What answers behind the {call.ModelName} is no fast transcription.");
        call.TokensIn += (long)Math.Ceiling(transcript.Duration.TotalSeconds);
        return transcript;
    }

    private static Transcript Read(JsonElement heard, IReadOnlyList<string> locales) => new(
        [.. heard.GetProperty("phrases").EnumerateArray().Select(phrase => Phrase(phrase, locales)).Where(phrase => phrase.Text.Length > 0)],
        AzureTranscription.Time(heard, "durationMilliseconds"));

    private static SpeechPhrase Phrase(JsonElement phrase, IReadOnlyList<string> locales) => new(
        ForeignAnswer.Text(phrase, "text"),
        AzureTranscription.Time(phrase, "offsetMilliseconds"),
        AzureTranscription.Time(phrase, "durationMilliseconds"),
        AzureTranscription.Confidence(phrase),
        [.. AzureTranscription.Words(phrase)])
    {
        Speaker = phrase.TryGetProperty("speaker", out var speaker) ? speaker.GetInt32() : null,
        Locale = locales.Count > 1 ? AzureTranscription.Locale(phrase, locales) : null,
    };

    private static MultipartFormDataContent Content(string file, int? channel, IReadOnlyList<string> locales, SpeakerBounds speakers)
    {
        var definition = AzureTranscription.Definition(locales);
        definition["diarization"] = new JsonObject { ["enabled"] = true, ["maxSpeakers"] = Math.Max(2, speakers.Most) };
        if (channel is { } one)
        {
            definition["channels"] = new JsonArray(one);
        }

        return AzureTranscription.Form(new StreamContent(File.OpenRead(file)) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } }, "audio", definition);
    }
}
