using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;
using Atrium.Inference.Media;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Dialects;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary><c>audio/transcriptions</c> and <c>audio/translations</c> of the OpenAI API, by the embedded recognizer or through the deployment's connection.</summary>
internal sealed class Transcriptions(GatewayPipeline pipeline, AudioInbox inbox, Listener listener, ConversationListener conversations, AudioUpstream upstream, Metering metering)
{
    public static readonly GatewayOperation Transcribe = new(
        "audio.transcriptions", "audio/transcriptions", "Microsoft.CognitiveServices/accounts/OpenAI/deployments/audio/action", ModelKind.Transcription);

    public static readonly GatewayOperation Translate = new(
        "audio.translations", "audio/translations", "Microsoft.CognitiveServices/accounts/OpenAI/deployments/audio/action", ModelKind.Transcription);

    /// <summary>As published.</summary>
    private const long MostBytes = 25 * 1024 * 1024;
    private const int LongestValue = 16 * 1024;
    private static readonly AudioRules Rules = new() { MaxDuration = TimeSpan.FromHours(4) };

    public Task TranscribeAsync(GatewayCall call, CancellationToken cancellationToken) => AnswerAsync(call, Transcribe, "transcribe", cancellationToken);

    public Task TranslateAsync(GatewayCall call, CancellationToken cancellationToken) => AnswerAsync(call, Translate, "translate", cancellationToken);

    private async Task AnswerAsync(GatewayCall call, GatewayOperation operation, string task, CancellationToken cancellationToken)
    {
        using var place = inbox.NewPlace();
        var form = await UploadForm.ReadAsync(call.Http.Request, "'file' and 'model'", ["file"], place.Path, MostBytes, LongestValue, cancellationToken);
        pipeline.ResolveDeployment(call, form["model"], ModelKind.Transcription);
        if (call.Deployment!.Source is not null)
        {
            await upstream.AnswerAsync(call, operation, form, place.Path, cancellationToken);
            return;
        }

        var request = TranscriptionRequest.Read(form);
        if (operation == Transcribe && !Listener.Understands(request.Language))
        {
            throw Listener.NoModel(request.Language!, $"Give the deployment '{call.Deployment.Name}' a connection (properties.model.source) to a server that does.");
        }

        if (request.Streams && !request.WantsSpeakers)
        {
            await StreamAsync(call, place.Path, request, cancellationToken);
            return;
        }

        var source = MediaSource.Of(place.Path);
        var settings = new SpeechSettings { Lane = call.Owner.Id.Key, Words = request.WantsWords, Expected = request.Expected };
        var transcript = request.WantsSpeakers
            ? await conversations.HearAsync(call, source, Rules, SpeakerBounds.Usual, settings, cancellationToken)
            : await listener.HearAsync(call, source, Rules, settings, new(call), cancellationToken);
        await (request.Streams
            ? SendTurnsAsync(call, transcript, cancellationToken)
            : metering.AnswerAsync(call, TranscriptionWriter.ContentType(request.Format), TranscriptionWriter.Write(transcript, task, request), cancellationToken));
    }

    /// <summary>Who speaks is known only when all is heard, so the events come together.</summary>
    private async Task SendTurnsAsync(GatewayCall call, Transcript transcript, CancellationToken cancellationToken)
    {
        foreach (var turn in TranscriptionWriter.Turns(transcript))
        {
            await SendAsync(call, turn, cancellationToken);
        }

        await SendEndAsync(call, transcript.Text, cancellationToken);
    }

    /// <summary>The text phrase by phrase, as events.</summary>
    private async Task StreamAsync(GatewayCall call, string file, TranscriptionRequest request, CancellationToken cancellationToken)
    {
        var heard = new HeardSamples(call);
        var text = "";
        await foreach (var told in listener.ListenAsync(call, MediaSource.Of(file), Rules, new() { Lane = call.Owner.Id.Key, Expected = request.Expected }, heard, cancellationToken))
        {
            if (told is SpeechRecognized { Phrase.Text: { Length: > 0 } phrase })
            {
                // What is wrong with a file is mostly known before its first phrase, and can still be a status.
                var delta = text.Length == 0 ? phrase : " " + phrase;
                text += delta;
                await SendAsync(call, new() { ["type"] = "transcript.text.delta", ["delta"] = delta }, cancellationToken);
            }
        }

        await SendEndAsync(call, text, cancellationToken);
    }

    /// <summary>The published event tells usage in tokens only, of which there are none here.</summary>
    private Task SendEndAsync(GatewayCall call, string text, CancellationToken cancellationToken)
    {
        metering.Record(call, StatusCodes.Status200OK);
        return SendAsync(call, new() { ["type"] = "transcript.text.done", ["text"] = text }, cancellationToken);
    }

    private static async Task SendAsync(GatewayCall call, JsonObject data, CancellationToken cancellationToken)
    {
        var response = call.Http.Response;
        if (!response.HasStarted)
        {
            Events.Begin(response);
        }

        await response.Body.WriteAsync((byte[])[.. "data: "u8, .. JsonSerializer.SerializeToUtf8Bytes(data), .. "\n\n"u8], cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
