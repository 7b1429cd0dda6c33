using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Egress;
using Atrium.Server.Hubs;

namespace Atrium.Server.Network.Rules;

/// <summary>A rule that names a group of destinations by a tag, or by address prefixes, which go before the tag. It allows them or forbids them.</summary>
internal sealed record ServiceTagRule(string Name, bool IsDeny, string Protocol, PortRanges Ports, ServiceTag Tag, ImmutableArray<IPNetwork> Prefixes, OwnServer Own) : OutboundRule(Name, TypeName)
{
    public const string TypeName = "ServiceTag";
    private const string AnyProtocol = "*";

    public override bool Denies => IsDeny;

    public static ServiceTagRule Read(string name, JsonObject rule, OwnServer own)
    {
        var destination = rule["destination"] as JsonObject ?? [];
        return new(
            name,
            destination.Text("action") == "Deny",
            destination.Text("protocol") ?? AnyProtocol,
            new(destination.Text("portRanges")),
            ServiceTags.Find(destination.Text("serviceTag")),
            [.. (destination["addressPrefixes"] as JsonArray ?? []).Select(prefix => IPNetwork.Parse((string)prefix!))],
            own);
    }

    public override RuleMatch Match(OutboundCall call)
    {
        if (Protocol != AnyProtocol && Protocol != call.Protocol)
        {
            return RuleMatch.No;
        }

        // This installation is meant wherever it listens, which is not where the published service does.
        if (Prefixes.IsEmpty && Tag.IsOwn && Own.Is(call.Host, call.Port))
        {
            return RuleMatch.Yes;
        }

        return Ports.Contains(call.Port) ? MatchHost(call) : RuleMatch.No;
    }

    private RuleMatch MatchHost(OutboundCall call)
    {
        if (Prefixes.IsEmpty && Tag.Hosts.Any(host => host.Covers(call.Host)))
        {
            return RuleMatch.Yes;
        }

        if (Prefixes.IsEmpty && !Tag.IsInternet)
        {
            return RuleMatch.No;
        }

        return call.Address is not { } address ? RuleMatch.ByAddress
            : (Prefixes.IsEmpty ? PublicAddresses.Contains(address) : Prefixes.Any(prefix => Contains(prefix, address))) ? RuleMatch.Yes
            : RuleMatch.No;
    }

    private static bool Contains(IPNetwork prefix, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return prefix.BaseAddress.AddressFamily == plain.AddressFamily && prefix.Contains(plain);
    }
}
