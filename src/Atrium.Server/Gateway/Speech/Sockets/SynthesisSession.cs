using System.Text.Json;
using System.Threading.Channels;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>
/// A connection that speaks: the client sends what it wants (<c>synthesis.context</c>) and a document (<c>ssml</c>) or text in pieces (<c>text.piece</c>, <c>text.end</c>),
/// and hears <c>turn.start</c>, <c>response</c>, <c>audio.metadata</c>, <c>audio</c> and <c>turn.end</c>. One turn at a time.
/// </summary>
internal sealed class SynthesisSession(SpeechSocket socket, GatewayCall connection, SynthesisTurns turns)
{
    private static readonly TimeSpan BetweenTurns = TimeSpan.FromMinutes(10);

    /// <summary>In a turn the client may have nothing to say for as long as it is spoken to.</summary>
    private static readonly TimeSpan InTurn = TimeSpan.FromMinutes(30);

    private SynthesisContext context = SynthesisContext.Default;
    private Turn? turn;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            Task<SpeechMessage?>? receiving = null;
            while (true)
            {
                receiving ??= socket.ReceiveAsync(turn is null ? BetweenTurns : InTurn, ending.Token).AsTask();
                if (turn is { } current && await Task.WhenAny(receiving, current.Work) == current.Work)
                {
                    // What ended the turn in disorder ends the connection.
                    turn = null;
                    await current.Work;
                    continue;
                }

                if (await receiving is not { } message)
                {
                    return;
                }

                receiving = null;
                await TakeAsync(message, ending.Token);
            }
        }
        finally
        {
            await ending.CancelAsync();
            if (turn is { } open)
            {
                await open.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async ValueTask TakeAsync(SpeechMessage message, CancellationToken cancellationToken)
    {
        switch (message.Path)
        {
            case "synthesis.context":
                context = SynthesisContext.Read(message.Json);
                if (context.Input is not null)
                {
                    var pieces = Channel.CreateBounded<string>(SynthesisTurns.MostPieces);
                    await BeginAsync(message.RequestId, (call, id, token) => turns.SpeakPiecesAsync(socket, call, id, context, pieces.Reader, token), pieces.Writer, cancellationToken);
                }

                break;
            case "ssml":
                var document = message.Text;
                await BeginAsync(message.RequestId, (call, id, token) => turns.SpeakAsync(socket, call, id, context, document, token), null, cancellationToken);
                break;
            case "text.piece" when turn is { Pieces: { } pieces }:
                // A turn that has ended takes no more, and its end is what counts.
                await Task.WhenAny(pieces.WriteAsync(message.Text, cancellationToken).AsTask(), turn.Work);
                break;
            case "text.end" when turn is { Pieces: { } pieces }:
                pieces.TryComplete();
                break;
            case "text.piece" or "text.end":
                throw SocketRefusal.BadRequest($"'{message.Path}' belongs to a turn that a synthesis.context with bidirectionalStreamingMode began.");
            case "synthesis.control" when message.Json.TryGetProperty("action", out var action) && action.ValueKind is JsonValueKind.String && action.GetString() == "stop":
                turn?.Stop.Cancel();
                break;
        }
    }

    private async ValueTask BeginAsync(string requestId, Func<GatewayCall, string, CancellationToken, Task> speak, ChannelWriter<string>? pieces, CancellationToken cancellationToken)
    {
        if (requestId.Length == 0)
        {
            throw SocketRefusal.BadRequest("A turn needs the header X-RequestId.");
        }

        if (turn is { } before)
        {
            // The end of a turn may still be on its way here when its client begins the next.
            await before.Work.WaitAsync(cancellationToken);
        }

        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        turn = new(stop, pieces, RunAsync(requestId, speak, stop, cancellationToken));
    }

    private async Task RunAsync(string requestId, Func<GatewayCall, string, CancellationToken, Task> speak, CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        using (stop)
        {
            try
            {
                await turns.RunAsync(connection, call => speak(call, requestId, stop.Token));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The client stopped it.
                await socket.SendAsync("turn.end", requestId, [], cancellationToken);
            }
        }
    }

    private sealed record Turn(CancellationTokenSource Stop, ChannelWriter<string>? Pieces, Task Work);
}
