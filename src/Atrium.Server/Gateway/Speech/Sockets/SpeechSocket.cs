using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>A connection that speaks the speech protocol. One reads; many may send.</summary>
internal sealed class SpeechSocket(WebSocket socket, TimeProvider clock) : IDisposable
{
    private const int LongestMessage = 1 << 20;
    private const int LongestReason = 123;
    private const int ChunkBytes = 16 * 1024;

    /// <summary>A client that takes nothing for so long is gone.</summary>
    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(60);

    /// <summary>How long the other side has to say that it closes too.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly byte[] chunk = new byte[ChunkBytes];
    private Task<ValueWebSocketReceiveResult>? receiving;

    /// <summary>The next message; null when the other side closes.</summary>
    /// <exception cref="SocketRefusal">None came for so long, or it is none of the protocol.</exception>
    public async ValueTask<SpeechMessage?> ReceiveAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        while (true)
        {
            // A reading that is cancelled would break the connection off, so one that takes too long is left pending and the connection closed in order.
            receiving ??= socket.ReceiveAsync(chunk.AsMemory(), CancellationToken.None).AsTask();
            try
            {
                await receiving.WaitAsync(patience, clock, cancellationToken);
            }
            catch (TimeoutException)
            {
                throw SocketRefusal.Idle(patience);
            }
            catch (WebSocketException)
            {
                return null;
            }

            var result = await receiving;
            receiving = null;
            if (result.MessageType is WebSocketMessageType.Close)
            {
                return null;
            }

            if (content.Length + result.Count > LongestMessage)
            {
                throw SocketRefusal.TooLarge(LongestMessage);
            }

            content.Write(chunk, 0, result.Count);
            if (result.EndOfMessage)
            {
                return SpeechMessage.Parse(content.ToArray(), result.MessageType is WebSocketMessageType.Binary);
            }
        }
    }

    public ValueTask SendAsync(string path, string requestId, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(SpeechMessage.OfJson(path, requestId, body), WebSocketMessageType.Text, cancellationToken);

    public ValueTask SendAudioAsync(string requestId, string streamId, string mediaType, ReadOnlyMemory<byte> audio, CancellationToken cancellationToken) =>
        SendAudioAsync("audio", requestId, streamId, mediaType, audio, cancellationToken);

    public async ValueTask SendAudioAsync(string path, string requestId, string streamId, string mediaType, ReadOnlyMemory<byte> audio, CancellationToken cancellationToken)
    {
        for (var rest = audio; rest.Length > 0; rest = rest[Math.Min(rest.Length, ChunkBytes)..])
        {
            await SendAsync(SpeechMessage.OfAudio(path, requestId, streamId, mediaType, rest[..Math.Min(rest.Length, ChunkBytes)]), WebSocketMessageType.Binary, cancellationToken);
        }
    }

    /// <summary>Closes in order, so far as the other side still listens.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        using var patience = new CancellationTokenSource(ClosePatience, clock);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, Shortened(reason), patience.Token);
            }

            while (socket.State is WebSocketState.CloseSent)
            {
                receiving ??= socket.ReceiveAsync(chunk.AsMemory(), CancellationToken.None).AsTask();
                await receiving.WaitAsync(patience.Token);
                receiving = null;
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            socket.Abort();
        }
    }

    public void Dispose()
    {
        socket.Abort();
        _ = receiving?.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        sending.Dispose();
    }

    private async ValueTask SendAsync(byte[] content, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken);
        try
        {
            // A message that is broken off breaks the connection, so what has begun is sent to its end, however its turn ends.
            cancellationToken.ThrowIfCancellationRequested();
            using var patience = new CancellationTokenSource(SendPatience, clock);
            await socket.SendAsync(content, type, endOfMessage: true, patience.Token);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>A reason has 123 bytes at most, and no half character.</summary>
    private static string Shortened(string reason)
    {
        while (Encoding.UTF8.GetByteCount(reason) > LongestReason)
        {
            reason = reason[..^(reason.Length > LongestReason ? reason.Length - LongestReason : char.IsLowSurrogate(reason[^1]) ? 2 : 1)];
        }

        return reason.Length > 0 && char.IsHighSurrogate(reason[^1]) ? reason[..^1] : reason;
    }
}
