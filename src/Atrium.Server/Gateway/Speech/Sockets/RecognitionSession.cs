using System.IO.Pipelines;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>
/// A connection that listens: the client sends what it wants (<c>speech.context</c>) and its audio, a WAV file in pieces, and hears <c>turn.start</c>,
/// <c>speech.startDetected</c>, <c>speech.hypothesis</c>, <c>speech.phrase</c>, <c>speech.endDetected</c> and <c>turn.end</c>. Another request id begins another turn.
/// </summary>
internal sealed class RecognitionSession(SpeechSocket socket, GatewayCall connection, RecognitionSettings settings, RecognitionTurns turns)
{
    private static readonly TimeSpan BetweenTurns = TimeSpan.FromMinutes(10);

    /// <summary>Audio that does not come for so long has ended.</summary>
    private static readonly TimeSpan InTurn = TimeSpan.FromMinutes(5);

    /// <summary>Audio that waits to be heard; after that the client waits.</summary>
    private const int MostWaiting = 1 << 20;

    private RecognitionSettings? wanted;
    private Turn? turn;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            Task<SpeechMessage?>? receiving = null;
            while (true)
            {
                var isOpen = turn is { Work.IsCompleted: false };
                receiving ??= socket.ReceiveAsync(isOpen ? InTurn : BetweenTurns, ending.Token).AsTask();
                if (isOpen)
                {
                    await Task.WhenAny(receiving, turn!.Work);
                }

                if (turn is { Work.IsFaulted: true })
                {
                    // What ended the turn in disorder ends the connection.
                    await turn.Work;
                }

                if (isOpen && !receiving.IsCompleted)
                {
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
                await open.Audio.CompleteAsync();
                await open.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async ValueTask TakeAsync(SpeechMessage message, CancellationToken cancellationToken)
    {
        switch (message.Path)
        {
            case "speech.context":
                wanted = settings.With(message.Json);
                break;
            case "audio" when message.IsBinary:
                await TakeAudioAsync(message, cancellationToken);
                break;
        }
    }

    private async ValueTask TakeAudioAsync(SpeechMessage message, CancellationToken cancellationToken)
    {
        if (message.RequestId.Length == 0)
        {
            throw SocketRefusal.BadRequest("Audio needs the header X-RequestId.");
        }

        if (turn?.Id != message.RequestId)
        {
            await EndAsync(cancellationToken);
            Begin(message.RequestId, cancellationToken);
        }

        if (message.Body.Length == 0)
        {
            await turn!.Audio.CompleteAsync();
        }
        else if (!turn!.Work.IsCompleted)
        {
            // What comes after the end of a turn is what was under way; nobody hears it.
            await Task.WhenAny(WriteAsync(turn.Audio, message.Body, cancellationToken), turn.Work);
        }
    }

    /// <summary>The turn before is heard to its end: its audio has ended when the next one's comes.</summary>
    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (turn is { } before)
        {
            await before.Audio.CompleteAsync();
            await before.Work.WaitAsync(cancellationToken);
        }
    }

    private void Begin(string requestId, CancellationToken cancellationToken)
    {
        var asked = wanted ?? settings;
        if (asked.Unserved is { } unserved)
        {
            throw SocketRefusal.BadRequest(unserved);
        }

        var pipe = new Pipe(new(pauseWriterThreshold: MostWaiting, resumeWriterThreshold: MostWaiting / 2, useSynchronizationContext: false));
        turn = new(requestId, pipe.Writer, ListenAsync(requestId, asked, pipe.Reader, cancellationToken));
    }

    private async Task ListenAsync(string requestId, RecognitionSettings context, PipeReader audio, CancellationToken cancellationToken)
    {
        try
        {
            await turns.RunAsync(connection, context, call => turns.ListenAsync(socket, call, requestId, context, audio.AsStream(leaveOpen: true), cancellationToken));
        }
        finally
        {
            await audio.CompleteAsync();
        }
    }

    private static async Task WriteAsync(PipeWriter audio, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await audio.WriteAsync(bytes, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            // The client went on after it had said that its audio ends.
        }
    }

    private sealed record Turn(string Id, PipeWriter Audio, Task Work);
}
