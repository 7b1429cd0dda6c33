using System.Collections.Immutable;
using System.Net;
using Atrium.Server.Egress;
using Atrium.Server.Hubs;
using Atrium.Server.Network.Rules;

namespace Atrium.Server.Network;

/// <summary>A managed network ready to decide. Immutable.</summary>
internal sealed class OutboundNetwork(string mode, ImmutableArray<OutboundRule> rules) : IOutboundNetwork
{
    /// <summary>Of a workspace that is not there (any more): nothing leaves on its account.</summary>
    public static readonly OutboundNetwork Gone = new(ManagedNetworkRules.OnlyApprovedOutbound, []);

    public string Mode => mode;

    public ImmutableArray<OutboundRule> Rules => rules;

    public OutboundVerdict Decide(string host, int port, IPAddress? address) => Decide(new(host, port, OutboundCall.Tcp, address ?? (IPAddress.TryParse(host, out var literal) ? literal : null)));

    /// <summary>A rule that forbids goes before those that allow; what no rule speaks of is forbidden where only approved traffic is allowed, and allowed elsewhere.</summary>
    public OutboundVerdict Decide(OutboundCall call)
    {
        if (mode != ManagedNetworkRules.OnlyApprovedOutbound)
        {
            return new(OutboundAnswer.Allowed, null, $"The isolation mode {mode} allows all outbound traffic.");
        }

        if (this == Gone)
        {
            return new(OutboundAnswer.Denied, null, "The workspace on whose account it is called is not there.");
        }

        var isOpen = false;
        foreach (var rule in rules.Where(rule => rule.Denies))
        {
            switch (rule.Match(call))
            {
                case RuleMatch.Yes:
                    return new(OutboundAnswer.Denied, rule.Name, $"The outbound rule '{rule.Name}' of the hub's managed network forbids '{Place(call)}'.");
                case RuleMatch.ByAddress:
                    isOpen = true;
                    break;
            }
        }

        OutboundRule? allowing = null;
        foreach (var rule in rules.Where(rule => !rule.Denies))
        {
            var match = rule.Match(call);
            allowing ??= match is RuleMatch.Yes ? rule : null;
            isOpen |= allowing is null && match is RuleMatch.ByAddress;
        }

        return isOpen ? new(OutboundAnswer.ByAddress, null, "It depends on the address that the name has.")
            : allowing is not null ? new(OutboundAnswer.Allowed, allowing.Name, $"The outbound rule '{allowing.Name}' allows it.")
            : new(OutboundAnswer.Denied, null, $"The managed network of the hub has no outbound rule for '{Place(call)}'. {LackingRule.For(call).InWords}");
    }

    private static string Place(OutboundCall call) => call.Host.Contains(':', StringComparison.Ordinal) ? $"[{call.Host}]:{call.Port}" : $"{call.Host}:{call.Port}";
}
