using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Atrium.Server.Resources.Networks;

/// <summary>A range of addresses as network rules write it: <c>124.56.78.91</c> or <c>124.56.78.0/24</c>. Bits behind the prefix are passed over, as published. Pure.</summary>
internal static class AddressRange
{
    public const string InWords = "an IP address or a range such as 124.56.78.0/24";

    public static bool TryParse(string? text, out IPNetwork range)
    {
        range = default;
        if (text is null || text.Split('/') is not [var address, .. var rest] || rest.Length > 1 || !IPAddress.TryParse(address, out var found) || !IsWhole(found, address))
        {
            return false;
        }

        var longest = found.AddressFamily is AddressFamily.InterNetwork ? 32 : 128;
        var prefix = longest;
        if (rest is [var bits] && (!int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > longest))
        {
            return false;
        }

        range = new(Mask(found, prefix), prefix);
        return true;
    }

    public static IPNetwork Parse(string text) => TryParse(text, out var range) ? range : throw new FormatException($"'{text}' is no {InWords}.");

    /// <summary>Whether the address lies in it; one of IPv4 that came over an IPv6 socket is one of IPv4.</summary>
    public static bool Holds(IPNetwork range, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return range.BaseAddress.AddressFamily == plain.AddressFamily && range.Contains(plain);
    }

    /// <summary>Octal, hexadecimal and shortened forms mean one thing to one reader and another to the next.</summary>
    private static bool IsWhole(IPAddress found, string text) => found.AddressFamily is AddressFamily.InterNetworkV6 || found.ToString() == text;

    private static IPAddress Mask(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(prefix - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        return new(bytes);
    }
}
