using System.Globalization;
using System.Net;
using System.Text;
using Atrium.Server.Egress;

namespace Atrium.Server.Network.Namespaces;

/// <summary>The head of a request to the proxy (RFC 9110 and 9112): CONNECT to a host and port, or a request for a whole http address. Pure.</summary>
/// <param name="Host">In plain form.</param>
/// <param name="Port">The port.</param>
/// <param name="Forward">What is sent on of a request for an address; null for CONNECT.</param>
internal sealed record ProxyRequest(string Host, int Port, byte[]? Forward)
{
    private const string End = "\r\n";

    /// <summary>Of one connection only: the next request on it could be meant for another host.</summary>
    private static readonly string[] Hops = ["Connection", "Proxy-Connection", "Proxy-Authorization", "Keep-Alive", "TE", "Upgrade"];

    /// <param name="head">All before the empty line, without it.</param>
    public static ProxyRequest? Read(string head)
    {
        var lines = head.Split(End);
        if (lines[0].Split(' ') is not [var method, var place, "HTTP/1.1" or "HTTP/1.0"])
        {
            return null;
        }

        if (method == "CONNECT")
        {
            var at = place.LastIndexOf(':');
            return at > 0 && int.TryParse(place[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue && PlainHost(place[..at]) is { } host
                ? new(host, port, Forward: null)
                : null;
        }

        if (!Uri.TryCreate(place, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp || address.UserInfo.Length > 0 || PlainHost(address.Host) is not { } named)
        {
            return null;
        }

        var headers = lines[1..].Where(line => !Array.Exists(Hops, hop => line.StartsWith(hop + ":", StringComparison.OrdinalIgnoreCase)) && !line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase));
        var forward = string.Join(End, [$"{method} {address.PathAndQuery} HTTP/1.1", $"Host: {address.Authority}", .. headers, "Connection: close", "", ""]);
        return new(named, address.Port, Encoding.Latin1.GetBytes(forward));
    }

    private static string? PlainHost(string text) => IPAddress.TryParse(text.Trim('[', ']'), out var literal) ? literal.ToString()
        : Uri.CheckHostName(text) is UriHostNameType.Dns ? EgressTarget.PlainHost(text)
        : null;
}
