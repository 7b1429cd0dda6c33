using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Dialects;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary><c>audio/speech</c> of the OpenAI API, by the embedded voices or through the deployment's connection.</summary>
internal sealed class AudioSpeech(GatewayPipeline pipeline, Speaker speaker, SpokenUpstream upstream, Metering metering)
{
    public static readonly GatewayOperation Operation = new("audio.speech", "audio/speech", "Microsoft.CognitiveServices/accounts/OpenAI/deployments/audio/action", ModelKind.Speech);

    public async Task SpeakAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        pipeline.ResolveDeployment(call, document.RootElement, ModelKind.Speech);
        if (call.Deployment!.Source is not null)
        {
            await upstream.AnswerAsync(call, document.RootElement, cancellationToken);
            return;
        }

        var request = AudioSpeechRequest.Read(document.RootElement, await speaker.CastAsync(cancellationToken), speaker.CanMake);
        if (request.Events)
        {
            await SendEventsAsync(call, request, cancellationToken);
        }
        else
        {
            await speaker.AnswerAsync(call, request.Script, request.Format, cancellationToken);
        }
    }

    private async Task SendEventsAsync(GatewayCall call, AudioSpeechRequest request, CancellationToken cancellationToken)
    {
        var response = call.Http.Response;
        response.Headers[Speaker.VoiceHeader] = string.Join(", ", Speaker.Voices(request.Script));
        await foreach (var piece in speaker.SpeakAsync(call, request.Script, request.Format, cancellationToken))
        {
            if (piece.Bytes.Length > 0)
            {
                await SendAsync(response, new() { ["type"] = "speech.audio.delta", ["audio"] = Convert.ToBase64String(piece.Bytes.Span) }, cancellationToken);
            }
        }

        metering.Record(call, StatusCodes.Status200OK);
        var usage = new JsonObject { ["input_tokens"] = call.TokensIn, ["output_tokens"] = call.TokensOut, ["total_tokens"] = call.TokensIn + call.TokensOut };
        await SendAsync(response, new() { ["type"] = "speech.audio.done", ["usage"] = usage }, cancellationToken);
    }

    private static async Task SendAsync(HttpResponse response, JsonObject data, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            Events.Begin(response);
        }

        await response.Body.WriteAsync((byte[])[.. "data: "u8, .. JsonSerializer.SerializeToUtf8Bytes(data), .. "\n\n"u8], cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
