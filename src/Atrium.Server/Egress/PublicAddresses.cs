using System.Net;
using System.Net.Sockets;

namespace Atrium.Server.Egress;

/// <summary>Which addresses are on the public internet: all but those that the registries of special-purpose addresses list (RFC 6890 and its updates), and what clouds keep for their machines. Pure.</summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] Special = Ranges(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8");

    /// <summary>Where model servers of the administrator's own are: this machine, and networks for private use.</summary>
    private static readonly IPNetwork[] Private = Ranges("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7");

    /// <summary>Where clouds give out the credentials of a machine, as far as it is within <see cref="Private"/>.</summary>
    private static readonly IPNetwork[] Metadata = Ranges("100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::/32");

    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    public static bool Contains(IPAddress address) => !Forms(address).Any(form => IsIn(Special, form));

    /// <summary>Whether an administrator can let somebody reach it although it is not public. Never what gives out a machine's credentials.</summary>
    public static bool IsGrantable(IPAddress address) => Forms(address).All(form => IsIn(Private, form) && !IsIn(Metadata, form));

    private static bool IsIn(IPNetwork[] ranges, IPAddress address) =>
        Array.Exists(ranges, range => range.BaseAddress.AddressFamily == address.AddressFamily && range.Contains(address));

    private static IPNetwork[] Ranges(params string[] texts) => [.. texts.Select(IPNetwork.Parse)];

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
