using System.Net;
using System.Net.Sockets;

namespace Atrium.Server.Network;

/// <summary>Which addresses are on the public internet: all but those that the registries of special-purpose addresses list (RFC 6890 and its updates). Pure.</summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    public static bool Contains(IPAddress address) => !Forms(address).Any(form => Special.Any(range => range.BaseAddress.AddressFamily == form.AddressFamily && range.Contains(form)));

    /// <summary>The address, and the IPv4 address that is wrapped in it.</summary>
    private static IEnumerable<IPAddress> Forms(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            yield return address.MapToIPv4();
            yield break;
        }

        yield return address;
        if (address.AddressFamily is AddressFamily.InterNetworkV6)
        {
            var bytes = address.GetAddressBytes();
            if (Translated.Contains(address))
            {
                yield return new(bytes.AsSpan(12, 4));
            }
            else if (SixToFour.Contains(address))
            {
                yield return new(bytes.AsSpan(2, 4));
            }
        }
    }
}
