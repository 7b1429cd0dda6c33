using System.Net;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Egress;

/// <summary>Which addresses the server connects to: public ones that are not its own, those that the operator allows, and of the private ones those that a caller is granted.</summary>
internal sealed class AddressRules(IOptions<EgressOptions> options, IOutside outside)
{
    private readonly IPNetwork[] allowed = [.. options.Value.AllowedPrivateRanges.Select(IPNetwork.Parse)];

    /// <param name="address">As a name was resolved to.</param>
    /// <param name="isGranted">Whether the caller may reach a private address there.</param>
    public bool Allows(IPAddress address, bool isGranted)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (PublicAddresses.Contains(plain) && !outside.OwnAddresses.Contains(plain))
            || (isGranted && (PublicAddresses.IsGrantable(plain) || outside.OwnAddresses.Contains(plain)))
            || Array.Exists(allowed, range => range.BaseAddress.AddressFamily == plain.AddressFamily && range.Contains(plain));
    }
}
