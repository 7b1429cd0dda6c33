using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Network;

/// <summary>Whether a host may be called for somebody, by the managed network of the hub, and whether an address may be connected to.</summary>
internal sealed class EgressPolicy(IAtriumStore store, IOptions<NetworkOptions> options)
{
    private const string AnyHost = "*.";
    private static readonly int[] WebPorts = [80, 443];
    private readonly IPNetwork[] allowedPrivate = [.. options.Value.AllowedPrivateRanges.Select(IPNetwork.Parse)];

    /// <summary>Public addresses, and those that the operator allows.</summary>
    public bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return PublicAddresses.Contains(plain) || allowedPrivate.Any(range => range.BaseAddress.AddressFamily == plain.AddressFamily && range.Contains(plain));
    }

    /// <summary>As the managed network of a hub says; a hub that is gone or none at all restricts nothing.</summary>
    /// <param name="hub">The hub's key.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async ValueTask<bool> AllowsAsync(string? hub, Uri target, CancellationToken cancellationToken) =>
        hub is null || await new ResourceReader(store).FindAnyAsync(hub, cancellationToken) is not { } found || Allows(found.Properties["managedNetwork"] as JsonObject, target.IdnHost, target.Port);

    /// <summary>
    /// With only approved outbound an FQDN rule must name the host: <c>example.org</c>, or <c>*.example.org</c> for what lies below it, on the ports of the web or on
    /// the one that the rule names (<c>example.org:80</c>).
    /// </summary>
    internal static bool Allows(JsonObject? network, string host, int port) =>
        ManagedNetworkRules.Mode(network) != ManagedNetworkRules.OnlyApprovedOutbound
        || (network!["outboundRules"] as JsonObject ?? []).Any(rule => rule.Value is JsonObject body && body.Text("type") == "FQDN" && body.Text("destination") is { } name && Matches(name, host, port));

    private static bool Matches(string destination, string host, int port) => destination.Split(':') switch
    {
        [var name] => WebPorts.Contains(port) && Matches(name, host),
        [var name, var only] => only == port.ToString(CultureInfo.InvariantCulture) && Matches(name, host),
        _ => false,
    };

    private static bool Matches(string rule, string host) => rule.StartsWith(AnyHost, StringComparison.Ordinal)
        ? host.Length > rule.Length - 1 && host.EndsWith(rule[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(rule, StringComparison.OrdinalIgnoreCase);
}
