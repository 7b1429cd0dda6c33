using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Egress;
using Atrium.Server.Hubs;

namespace Atrium.Server.Network;

/// <summary>A managed network ready to decide. Immutable.</summary>
internal sealed class OutboundNetwork : IOutboundNetwork
{
    /// <summary>Of a workspace that is not there (any more): nothing leaves on its account.</summary>
    public static readonly OutboundNetwork Gone = new(ManagedNetworkRules.OnlyApprovedOutbound, [], isGone: true);

    private readonly string mode;
    private readonly ImmutableArray<FqdnRule> rules;
    private readonly bool isGone;

    private OutboundNetwork(string mode, ImmutableArray<FqdnRule> rules, bool isGone = false) => (this.mode, this.rules, this.isGone) = (mode, rules, isGone);

    /// <param name="network">The setting <c>managedNetwork</c>; null where nothing is set.</param>
    public static OutboundNetwork Read(JsonObject? network) => new(
        ManagedNetworkRules.Mode(network),
        [.. (network?["outboundRules"] as JsonObject ?? []).Select(rule => rule.Value is JsonObject body ? FqdnRule.Read(rule.Key, body) : null).OfType<FqdnRule>()]);

    public OutboundVerdict Decide(string host, int port, IPAddress? address)
    {
        if (mode != ManagedNetworkRules.OnlyApprovedOutbound)
        {
            return new(OutboundAnswer.Allowed, null, $"The isolation mode {mode} allows all outbound traffic.");
        }

        if (isGone)
        {
            return new(OutboundAnswer.Denied, null, "The workspace on whose account it is called is not there.");
        }

        var found = rules.FirstOrDefault(rule => rule.Covers(host, port));
        return found is not null
            ? new(OutboundAnswer.Allowed, found.Name, $"The outbound rule '{found.Name}' allows it.")
            : new(OutboundAnswer.Denied, null, $"The managed network of the hub has no outbound rule for '{host}:{port}'. {Lacking(host, port)}");
    }

    private static string Lacking(string host, int port) => FqdnRule.TakesPort(port)
        ? $"It lacks a rule of type FQDN with the destination '{host}'."
        : $"Port {port} can be allowed by no rule of type FQDN, which are for 80 and 443.";
}
