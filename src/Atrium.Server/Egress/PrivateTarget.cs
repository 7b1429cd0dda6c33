using System.Collections.Frozen;
using System.Net;

namespace Atrium.Server.Egress;

/// <summary>A host and port that may have a private address, because somebody who may decide it wrote so. Pure.</summary>
/// <param name="Host">In plain form.</param>
/// <param name="Port">The port.</param>
internal sealed record PrivateTarget(string Host, int Port)
{
    /// <summary>Names that no public name server answers for.</summary>
    private static readonly FrozenSet<string> PrivateSuffixes = new[] { "localhost", "local", "localdomain", "lan", "internal", "intranet", "private", "corp", "home", "arpa" }.ToFrozenSet();

    public bool Is(string host, int port) => Port == port && Host == host;

    /// <summary>The target of an address, whatever it is.</summary>
    public static PrivateTarget Of(Uri address) => new(EgressTarget.PlainHost(address.IdnHost), address.Port);

    /// <summary>
    /// The target of an address that is private by what it says: an address that is not public, or a name that exists in no public domain. Null for any other:
    /// a public name that leads inside needs a range in the settings, for whoever owns the name could lead it anywhere.
    /// </summary>
    public static PrivateTarget? Read(string? address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.HostNameType is UriHostNameType.Unknown or UriHostNameType.Basic)
        {
            return null;
        }

        var target = Of(uri);
        return IPAddress.TryParse(target.Host, out var literal)
            ? PublicAddresses.Contains(literal) ? null : target
            : PrivateSuffixes.Contains(target.Host[(target.Host.LastIndexOf('.') + 1)..]) || !target.Host.Contains('.', StringComparison.Ordinal) ? target : null;
    }

    public static PrivateTarget? Parse(string? text) =>
        text is not null && text.LastIndexOf(':') is > 0 and var colon && int.TryParse(text.AsSpan(colon + 1), out var port) ? new(text[..colon], port) : null;

    public override string ToString() => $"{Host}:{Port}";
}
