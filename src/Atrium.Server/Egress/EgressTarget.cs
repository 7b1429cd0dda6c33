using System.Buffers;
using System.Collections.Frozen;
using System.Net;

namespace Atrium.Server.Egress;

/// <summary>An address that the server is asked to call, once it is seen to be a plain web address. Pure.</summary>
internal sealed record EgressTarget
{
    private const int LongestHost = 253;
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Ports whose protocols can be made to act on what a web call sends (WHATWG Fetch, "bad port"), and those of databases and of container engines.</summary>
    private static readonly FrozenSet<int> OtherProtocols = new[]
    {
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139,
        143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 2375, 2376,
        2379, 2380, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 10250, 11211, 27017,
    }.ToFrozenSet();

    public required Uri Address { get; init; }

    /// <summary>A name in lower case and ASCII without a dot at its end, or an IP address in its usual form.</summary>
    public required string Host { get; init; }

    public int Port => Address.Port;

    /// <param name="address">What is to be called.</param>
    /// <param name="granted">The target that an administrator chose, at which any port will do; null for none.</param>
    /// <exception cref="EgressRefusedException">It is none, or one that no feature calls.</exception>
    public static EgressTarget Read(Uri? address, PrivateTarget? granted)
    {
        if (address is not { IsAbsoluteUri: true })
        {
            throw new EgressRefusedException(EgressRefusal.NotAnAddress, "It is no absolute URL.");
        }

        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
        {
            throw new EgressRefusedException(EgressRefusal.NotAnAddress, "Its scheme must be http or https.");
        }

        if (address.UserInfo.Length > 0)
        {
            throw new EgressRefusedException(EgressRefusal.NotAnAddress, "It must not hold a user name or password.");
        }

        var host = HostOf(address);
        if (!IPAddress.TryParse(host, out _) && (host.Length is 0 or > LongestHost || host.AsSpan().ContainsAnyExcept(HostCharacters) || host.Split('.').Any(label => label.Length == 0)))
        {
            throw new EgressRefusedException(EgressRefusal.NotAnAddress, "Its host is no host name.");
        }

        if (granted?.Is(host, address.Port) != true && OtherProtocols.Contains(address.Port))
        {
            throw new EgressRefusedException(EgressRefusal.NotAnAddress, $"Port {address.Port} belongs to another protocol.");
        }

        return new() { Address = address, Host = host };
    }

    /// <summary>One form for what is one host: rules and grants are compared by it.</summary>
    public static string PlainHost(string host)
    {
        var plain = host.ToLowerInvariant();
        plain = plain.EndsWith('.') ? plain[..^1] : plain;
        return IPAddress.TryParse(plain, out var literal) ? (literal.IsIPv4MappedToIPv6 ? literal.MapToIPv4() : literal).ToString() : plain;
    }

    private static string HostOf(Uri address)
    {
        try
        {
            return PlainHost(address.IdnHost);
        }
        catch (Exception wrong) when (wrong is UriFormatException or ArgumentException)
        {
            return "";
        }
    }
}
