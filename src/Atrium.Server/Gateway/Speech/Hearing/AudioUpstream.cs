using System.Net.Http.Headers;
using System.Text.Json;
using Atrium.Inference.Hearing;
using Atrium.Inference.Media;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>
/// Passes a form with audio on to the server behind a deployment's connection, with the model's name there, and its answer back as it comes. Usage counts seconds of
/// audio: as the answer tells them, else as they are measured here.
/// </summary>
internal sealed class AudioUpstream(UpstreamClient client, UpstreamConnections connections, AudioDecoder decoder, Metering metering)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    public async Task AnswerAsync(GatewayCall call, GatewayOperation operation, UploadForm form, string file, CancellationToken cancellationToken)
    {
        if (form.FileName is null)
        {
            throw ApiException.Invalid("file", "'file' is required: a part of the form with a file name, the audio.", Contracts.ProblemCodes.Required);
        }

        var deployment = call.Deployment!;
        var upstream = await connections.FindAsync(call, deployment.Source!, cancellationToken)
            ?? throw UpstreamRefusal.NotUsable($"of deployment '{deployment.Name}'");
        call.ModelName = call.Served!.Model;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestWait);
        try
        {
            using var content = Content(form, file, call.ModelName);
            using var answer = await client.SendAsync(upstream, operation.Path, call.ModelName, content, limit.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw await UpstreamRefusal.ReadAsync(answer, upstream.Key, limit.Token);
            }

            var type = answer.Content.Headers.ContentType?.ToString() ?? Metering.Json;
            await using var source = await AnswerStream.OfAsync(answer, deployment, limit.Token);
            if (type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
            {
                call.TokensIn = await MeasureAsync(file, limit.Token);
                Events.Begin(call.Http.Response);
                await PassedEvents.PassAsync(source, call.Http.Response.BodyWriter, static () => { }, static _ => true, limit.Token);
                metering.Record(call, StatusCodes.Status200OK);
                await call.Http.Response.BodyWriter.FlushAsync(limit.Token);
                return;
            }

            var bytes = await BoundedBody.ReadAsync(source, answer.Content.Headers.ContentLength, AnswerStream.LongestAnswer, limit.Token)
                ?? throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", $"The answer behind deployment '{deployment.Name}' has more than {AnswerStream.LongestAnswer} bytes.");
            call.TokensIn = SecondsOf(bytes) ?? await MeasureAsync(file, limit.Token);
            await metering.AnswerAsync(call, type, bytes, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw UpstreamRefusal.TooSlow($"deployment '{deployment.Name}'");
        }
        catch (HttpRequestException unreachable)
        {
            throw UpstreamRefusal.Unreachable($"deployment '{deployment.Name}'", unreachable);
        }
    }

    private static MultipartFormDataContent Content(UploadForm form, string file, string model)
    {
        var content = new MultipartFormDataContent();
        var audio = new StreamContent(File.OpenRead(file));
        audio.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Add(audio, "file", form.FileName!);
        content.Add(new StringContent(model), "model");
        foreach (var values in form.Values.Where(values => values.Key != "model"))
        {
            foreach (var value in values)
            {
                content.Add(new StringContent(value), values.Key);
            }
        }

        return content;
    }

    /// <summary>As <c>usage</c> or <c>duration</c> of a JSON answer says; null where neither does.</summary>
    private static long? SecondsOf(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            var root = document.RootElement;
            return root.ValueKind is not JsonValueKind.Object ? null
                : root.TryGetProperty("usage", out var usage) && usage.ValueKind is JsonValueKind.Object && usage.TryGetProperty("seconds", out var seconds) ? Whole(seconds)
                : root.TryGetProperty("duration", out var duration) ? Whole(duration)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? Whole(JsonElement number) => number.ValueKind is JsonValueKind.Number && number.GetDouble() is >= 0 and < 1e9 and var value ? (long)Math.Ceiling(value) : null;

    /// <summary>0 where it cannot be decoded here.</summary>
    private async Task<long> MeasureAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var samples = 0L;
            await foreach (var piece in decoder.DecodeAsync(MediaSource.Of(file), new() { MaxDuration = TimeSpan.FromDays(1) }, cancellationToken))
            {
                samples += piece.Length;
            }

            return (long)Math.Ceiling(SpeechAudio.TimeOf(samples).TotalSeconds);
        }
        catch (AudioRefusedException)
        {
            return 0;
        }
    }
}
