using System.Text.Json.Nodes;
using System.Threading.Channels;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Gateway.Speech.Speaking;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>What a turn of synthesis says.</summary>
internal sealed class SynthesisTurns(Speaker speaker, TurnCalls calls)
{
    /// <summary>Pieces of text that may wait to be spoken; after that the client waits.</summary>
    public const int MostPieces = 64;

    /// <summary>Text of one turn that comes in pieces.</summary>
    private const int MostCharacters = 64 * 1024;

    public Task RunAsync(GatewayCall connection, Func<GatewayCall, Task> turn) => calls.RunAsync(connection, SpeechCalls.Synthesize, turn);

    /// <summary>Says a document.</summary>
    public async Task SpeakAsync(SpeechSocket socket, GatewayCall call, string requestId, SynthesisContext context, string document, CancellationToken cancellationToken)
    {
        var format = Begin(call, context);
        var script = SsmlBody.Read(document, await speaker.CastAsync(cancellationToken));
        await StartAsync(socket, requestId, script, cancellationToken);
        var until = await SendAsync(socket, call, requestId, context, format, script, TimeSpan.Zero, cancellationToken);
        await EndAsync(socket, call, requestId, until, cancellationToken);
    }

    /// <summary>Says text as it comes: each sentence as soon as it is whole.</summary>
    public async Task SpeakPiecesAsync(
        SpeechSocket socket, GatewayCall call, string requestId, SynthesisContext context, ChannelReader<string> pieces, CancellationToken cancellationToken)
    {
        var format = Begin(call, context);
        var style = StreamedStyle.Of(context.Input!, await speaker.CastAsync(cancellationToken));
        await StartAsync(socket, requestId, SpeechScript.OfText("", style), cancellationToken);
        var (until, characters, waiting) = (TimeSpan.Zero, 0, "");
        await foreach (var piece in pieces.ReadAllAsync(cancellationToken))
        {
            if ((characters += piece.Length) > MostCharacters)
            {
                throw SocketRefusal.BadRequest($"The text of a turn has more than {MostCharacters} characters.");
            }

            waiting += piece;
            if (WholeSentences(waiting) is var length and > 0)
            {
                until = await SendAsync(socket, call, requestId, context, format, SpeechScript.OfText(waiting[..length], style), until, cancellationToken);
                waiting = waiting[length..];
            }
        }

        if (waiting.Trim().Length > 0)
        {
            until = await SendAsync(socket, call, requestId, context, format, SpeechScript.OfText(waiting, style), until, cancellationToken);
        }

        await EndAsync(socket, call, requestId, until, cancellationToken);
    }

    private AudioFormat Begin(GatewayCall call, SynthesisContext context)
    {
        call.ModelName = SpeechCalls.ModelName;
        return speaker.FormatOf(context.Format, "outputFormat");
    }

    private static async Task StartAsync(SpeechSocket socket, string requestId, SpeechScript script, CancellationToken cancellationToken)
    {
        var tag = TurnCalls.Context(requestId);
        tag["voice"] = string.Join(", ", Speaker.Voices(script));
        await socket.SendAsync("turn.start", requestId, new() { ["context"] = tag }, cancellationToken);
        await socket.SendAsync(
            "response", requestId, new() { ["context"] = TurnCalls.Context(requestId), ["audio"] = new JsonObject { ["type"] = "inline", ["streamId"] = requestId } }, cancellationToken);
    }

    private async Task<TimeSpan> SendAsync(
        SpeechSocket socket, GatewayCall call, string requestId, SynthesisContext context, AudioFormat format, SpeechScript script, TimeSpan origin, CancellationToken cancellationToken)
    {
        var (wanted, until) = (context.Events, origin);
        var options = new SpeakingOptions
        {
            SampleRate = format.SampleRate,
            Longest = Speaker.Longest - origin,
            HasWords = wanted.Words || wanted.Punctuation || wanted.Bookmarks,
            HasSentences = wanted.Sentences,
            HasVisemes = wanted.Visemes,
        };
        if (format.Container is AudioContainer.Riff && origin == TimeSpan.Zero)
        {
            // The length of a stream is not known at its beginning; the largest one says so.
            await socket.SendAudioAsync(requestId, requestId, format.MediaType, RiffHeader.Of(format, uint.MaxValue - RiffHeader.Length), cancellationToken);
        }

        await foreach (var piece in speaker.SpeakAsync(call, script, format, options, cancellationToken))
        {
            if (SynthesisEvents.Of(piece.Events, wanted, origin) is { } metadata)
            {
                await socket.SendAsync("audio.metadata", requestId, metadata, cancellationToken);
            }

            await socket.SendAudioAsync(requestId, requestId, format.MediaType, piece.Bytes, cancellationToken);
            until = origin + piece.Until;
        }

        return until;
    }

    private async Task EndAsync(SpeechSocket socket, GatewayCall call, string requestId, TimeSpan until, CancellationToken cancellationToken)
    {
        await socket.SendAsync("audio.metadata", requestId, SynthesisEvents.End(until), cancellationToken);
        calls.Succeed(call);
        await socket.SendAsync("turn.end", requestId, [], cancellationToken);
    }

    /// <summary>Up to behind the last end of a sentence that something follows.</summary>
    private static int WholeSentences(string text)
    {
        for (var i = text.Length - 1; i > 0; i--)
        {
            if (char.IsWhiteSpace(text[i]) && text[i - 1] is '.' or '!' or '?' or '。' or '\n')
            {
                return i;
            }
        }

        return 0;
    }
}
