using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Atrium.Bench;

/// <summary>
/// One connection that sends a ready request and reads its answer. The usual client library takes about a quarter of a small machine's processor at these rates,
/// which would be measured as if it were the server's.
/// </summary>
internal sealed class LeanCaller(Uri address) : IDisposable
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private readonly Socket socket = Connect(address);
    private readonly byte[] buffer = new byte[256 * 1024];

    public static byte[] Request(Uri address, string path, string key, string body) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\napi-key: {key}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>A request whose body is no text.</summary>
    public static byte[] Request(Uri address, string path, string key, string contentType, byte[] body) =>
        [.. Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\napi-key: {key}\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];

    /// <returns>The answer's body, until the next call.</returns>
    /// <exception cref="InvalidOperationException">Another answer than 200.</exception>
    public async Task<ReadOnlyMemory<byte>> CallAsync(ReadOnlyMemory<byte> request)
    {
        await socket.SendAsync(request);
        var (have, whole, begin) = (0, int.MaxValue, 0);
        while (have < whole)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(have));
            have = read > 0 ? have + read : throw new InvalidOperationException("The server closed the connection.");
            if (whole == int.MaxValue && buffer.AsSpan(0, have).IndexOf(HeadEnd) is >= 0 and var end)
            {
                begin = end + HeadEnd.Length;
                whole = begin + BodyLength(Encoding.ASCII.GetString(buffer, 0, end));
            }
        }

        return buffer.AsMemory(begin, whole - begin);
    }

    public void Dispose() => socket.Dispose();

    private static int BodyLength(string head)
    {
        const string name = "\r\nContent-Length: ";
        var at = head.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || at < 0)
        {
            throw new InvalidOperationException(head);
        }

        var from = at + name.Length;
        var end = head.IndexOf('\r', from);
        return int.Parse(head.AsSpan(from, (end < 0 ? head.Length : end) - from), CultureInfo.InvariantCulture);
    }

    private static Socket Connect(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address.Host, address.Port);
        return socket;
    }
}
