using System.Net.Http.Headers;
using System.Text.Json;
using Atrium.Inference.Hearing;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Upstream;

namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>A server of the OpenAI API with a Whisper model, by <c>audio/transcriptions</c> in the form <c>verbose_json</c>, which tells the language that it heard.</summary>
internal sealed class OpenAiEar(UpstreamClient client, UpstreamConnections connections, DeploymentEntry deployment, ServedModel served) : IForeignEar
{
    private const int LongestAnswer = 4 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task<ForeignSpeech> HearAsync(GatewayCall call, byte[] wav, ForeignWish wanted, CancellationToken cancellationToken)
    {
        var upstream = await connections.FindAsync(call, deployment.Source!, cancellationToken)
            ?? throw UpstreamRefusal.NotUsable($"of deployment '{deployment.Name}'");
        var model = served.Model;
        (call.Deployment, call.Served, call.ModelName) = (deployment, served, model);
        using var content = Content(wav, model, wanted);
        var answer = await UpstreamAnswerReader.ReadAsync(
            $"deployment '{deployment.Name}'", upstream.Key, token => client.SendAsync(upstream, Transcriptions.Transcribe.Path, model, content, token), LongestAnswer, Patience, cancellationToken);
        return ForeignAnswer.Read(
            answer.Body, heard => Read(heard, wanted.Locales), $"What answers behind deployment '{deployment.Name}' is no transcription of the form verbose_json.");
    }

    private static ForeignSpeech Read(JsonElement heard, IReadOnlyList<string> locales) => new(
        ForeignAnswer.Text(heard, "text"),
        SpeechLocales.Among(locales, heard.TryGetProperty("language", out var language) ? language.GetString() : null),
        heard.TryGetProperty("segments", out var segments) && segments.ValueKind is JsonValueKind.Array && segments.GetArrayLength() > 0 ? segments.EnumerateArray().Average(Confidence) : 1,
        heard.TryGetProperty("words", out var words) && words.ValueKind is JsonValueKind.Array ? [.. words.EnumerateArray().Select(Word)] : []);

    private static float Confidence(JsonElement segment) => segment.TryGetProperty("avg_logprob", out var logarithm) ? MathF.Exp(Math.Min(0, logarithm.GetSingle())) : 1;

    private static SpeechWord Word(JsonElement word)
    {
        var (start, end) = (ForeignAnswer.Time(word, "start", TimeSpan.FromSeconds(1)), ForeignAnswer.Time(word, "end", TimeSpan.FromSeconds(1)));
        return new(ForeignAnswer.Text(word, "word"), start, end > start ? end - start : TimeSpan.Zero, 1);
    }

    private static MultipartFormDataContent Content(byte[] wav, string model, ForeignWish wanted)
    {
        var content = new MultipartFormDataContent
        {
            { new ByteArrayContent(wav) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } }, "file", "phrase.wav" },
            { new StringContent(model), "model" },
            { new StringContent("verbose_json"), "response_format" },
        };
        if (wanted.Locales is [var only])
        {
            content.Add(new StringContent(only.Split('-')[0]), "language");
        }

        if (wanted.Expected is { IsEmpty: false } expected)
        {
            // The one place that this API has for words that are likely to be said.
            content.Add(new StringContent(string.Join(", ", expected.Phrases)), "prompt");
        }

        if (wanted.WantsWords)
        {
            content.Add(new StringContent("word"), "timestamp_granularities[]");
        }

        return content;
    }
}
