using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Atrium.Server.Tests.Gateway.Speech.Sockets;

/// <summary>A client of the speech protocol that also says what no good client does.</summary>
internal sealed class SpeechClient(ClientWebSocket socket) : IDisposable
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ClientWebSocket Socket => socket;

    public static async Task<SpeechClient> ConnectAsync(Uri hub, string path, string? key, string? query = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (key is not null)
        {
            socket.Options.SetRequestHeader("Ocp-Apim-Subscription-Key", key);
        }

        try
        {
            await socket.ConnectAsync(new UriBuilder(hub) { Scheme = "ws", Path = path, Query = query ?? "" }.Uri, Cancellation);
            return new(socket);
        }
        catch (WebSocketException)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            throw new RefusedException((int)status);
        }
    }

    public Task SendAsync(string path, string id, string body, string contentType = "application/json") =>
        SendTextAsync($"Path: {path}\r\nX-RequestId: {id}\r\nX-Timestamp: 2026-01-01T00:00:00Z\r\nContent-Type: {contentType}\r\n\r\n{body}");

    public Task SendTextAsync(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancellation);

    public Task SendBinaryAsync(byte[] bytes) => socket.SendAsync(bytes, WebSocketMessageType.Binary, true, Cancellation);

    public Task SendAudioAsync(string id, ReadOnlySpan<byte> audio)
    {
        var headers = Encoding.ASCII.GetBytes($"Path: audio\r\nX-RequestId: {id}\r\nX-Timestamp: 2026-01-01T00:00:00Z\r\nContent-Type: audio/x-wav\r\n");
        return SendBinaryAsync([(byte)(headers.Length >> 8), (byte)headers.Length, .. headers, .. audio]);
    }

    /// <summary>The next message; null when the server closed, and then the close code is on the socket.</summary>
    public async Task<Heard?> HearAsync()
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer, Cancellation);
            if (got.MessageType is WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation);
                return null;
            }

            content.Write(buffer, 0, got.Count);
            if (got.EndOfMessage)
            {
                return Heard.Read(content.ToArray(), got.MessageType is WebSocketMessageType.Binary);
            }
        }
    }

    /// <summary>All messages up to one of a path, or to the close.</summary>
    public async Task<List<Heard>> HearUntilAsync(string path)
    {
        var all = new List<Heard>();
        while (await HearAsync() is { } heard)
        {
            all.Add(heard);
            if (heard.Path == path)
            {
                break;
            }
        }

        return all;
    }

    public void Dispose() => socket.Dispose();
}

/// <summary>A message of the server.</summary>
internal sealed record Heard(string Path, string RequestId, byte[] Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public static Heard Read(byte[] content, bool isBinary)
    {
        var begin = isBinary ? 2 : 0;
        var end = isBinary ? 2 + ((content[0] << 8) | content[1]) : content.AsSpan().IndexOf("\r\n\r\n"u8);
        var headers = Encoding.ASCII.GetString(content, begin, end - begin).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());
        return new(headers["Path"], headers["X-RequestId"], content[(isBinary ? end : end + 4)..]);
    }
}

/// <summary>The server did not upgrade the connection.</summary>
internal sealed class RefusedException(int status) : Exception($"{status}")
{
    public int Status => status;
}
