using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>A message of the speech protocol: headers and a body, in a text frame or in a binary one.</summary>
/// <param name="Path">What it is: ssml, audio, turn.start, ...</param>
/// <param name="RequestId">The turn that it belongs to.</param>
/// <param name="Body">Behind the headers.</param>
/// <param name="IsBinary">Of which kind of frame.</param>
internal sealed record SpeechMessage(string Path, string RequestId, ReadOnlyMemory<byte> Body, bool IsBinary)
{
    private const int LongestHeaders = 8 * 1024;
    private const int MostHeaders = 32;
    private const int LongestId = 64;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The body as text.</summary>
    /// <exception cref="SocketRefusal">It is none.</exception>
    public string Text
    {
        get
        {
            try
            {
                return Strict.GetString(Body.Span);
            }
            catch (DecoderFallbackException)
            {
                throw SocketRefusal.BadRequest($"The body of '{Path}' is no UTF-8.");
            }
        }
    }

    /// <summary>The body as a JSON object; an empty one where there is no body.</summary>
    /// <exception cref="SocketRefusal">It is none.</exception>
    public JsonElement Json
    {
        get
        {
            try
            {
                using var document = JsonDocument.Parse(Body.Length == 0 ? "{}"u8.ToArray() : Body, new() { MaxDepth = 32 });
                return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : throw SocketRefusal.BadRequest($"The body of '{Path}' must be a JSON object.");
            }
            catch (JsonException)
            {
                throw SocketRefusal.BadRequest($"The body of '{Path}' is no JSON.");
            }
        }
    }

    /// <summary>Reads a frame's content.</summary>
    /// <exception cref="SocketRefusal">It is no message.</exception>
    public static SpeechMessage Parse(ReadOnlyMemory<byte> content, bool isBinary)
    {
        var (headers, body) = isBinary ? SplitBinary(content) : SplitText(content);
        var (path, id, count) = ("", "", 0);
        foreach (var line in headers.Span.EnumerateLines())
        {
            if (line.IsEmpty)
            {
                continue;
            }

            if (++count > MostHeaders)
            {
                throw SocketRefusal.BadRequest($"A message has more than {MostHeaders} headers.");
            }

            var colon = line.IndexOf(':');
            if (colon <= 0)
            {
                throw SocketRefusal.BadRequest("A header of a message has no name.");
            }

            var name = line[..colon].Trim();
            var value = line[(colon + 1)..].Trim();
            if (name.Equals("Path", StringComparison.OrdinalIgnoreCase))
            {
                path = value.ToString().ToLowerInvariant();
            }
            else if (name.Equals("X-RequestId", StringComparison.OrdinalIgnoreCase))
            {
                id = value.ToString();
            }
        }

        return path.Length == 0 ? throw SocketRefusal.BadRequest("A message has no header Path.")
            : id.Length > LongestId || !id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? throw SocketRefusal.BadRequest("The header X-RequestId must be a GUID.")
            : new(path, id, body, isBinary);
    }

    /// <summary>A text frame with JSON in it.</summary>
    public static byte[] OfJson(string path, string requestId, JsonObject body) =>
        [.. Encoding.UTF8.GetBytes($"X-RequestId:{requestId}\r\nContent-Type:application/json; charset=utf-8\r\nPath:{path}\r\n\r\n"), .. JsonSerializer.SerializeToUtf8Bytes(body)];

    /// <summary>A binary frame with audio in it.</summary>
    public static byte[] OfAudio(string path, string requestId, string streamId, string mediaType, ReadOnlyMemory<byte> audio)
    {
        var headers = Encoding.ASCII.GetBytes($"X-RequestId:{requestId}\r\nContent-Type:{mediaType}\r\nX-StreamId:{streamId}\r\nPath:{path}\r\n");
        return [(byte)(headers.Length >> 8), (byte)headers.Length, .. headers, .. audio.Span];
    }

    private static (ReadOnlyMemory<char> Headers, ReadOnlyMemory<byte> Body) SplitText(ReadOnlyMemory<byte> content)
    {
        var end = content.Span.IndexOf("\r\n\r\n"u8);
        var length = end < 0 ? content.Length : end;
        return length > LongestHeaders
            ? throw SocketRefusal.BadRequest($"The headers of a message have more than {LongestHeaders} bytes.")
            : (Encoding.Latin1.GetString(content.Span[..length]).AsMemory(), end < 0 ? default : content[(end + 4)..]);
    }

    private static (ReadOnlyMemory<char> Headers, ReadOnlyMemory<byte> Body) SplitBinary(ReadOnlyMemory<byte> content)
    {
        if (content.Length < 2)
        {
            throw SocketRefusal.BadRequest("A binary message is shorter than the length of its headers.");
        }

        var length = (content.Span[0] << 8) | content.Span[1];
        return length > LongestHeaders || length + 2 > content.Length
            ? throw SocketRefusal.BadRequest($"A binary message announces {length} bytes of headers and has {content.Length - 2} in all.")
            : (Encoding.Latin1.GetString(content.Span.Slice(2, length)).AsMemory(), content[(2 + length)..]);
    }
}
