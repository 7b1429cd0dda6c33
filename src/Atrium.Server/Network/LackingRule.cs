using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Network.Rules;

namespace Atrium.Server.Network;

/// <summary>The rule that would allow a call which no rule allows.</summary>
/// <param name="Rule">As it would be written.</param>
/// <param name="InWords">The same in a sentence.</param>
internal sealed record LackingRule(JsonObject Rule, string InWords)
{
    /// <summary>By the host's name on the ports of the web; on any other, by address prefixes.</summary>
    public static LackingRule For(OutboundCall call)
    {
        if (call.Protocol == OutboundCall.Tcp && FqdnRule.TakesPort(call.Port) && !IPAddress.TryParse(call.Host, out _))
        {
            return new(
                new() { ["type"] = FqdnRule.TypeName, ["destination"] = call.Host },
                $"It lacks a rule of type {FqdnRule.TypeName} with the destination '{call.Host}'.");
        }

        var prefix = call.Address is { } address ? $"{address}/{(address.GetAddressBytes().Length == 4 ? 32 : 128)}" : null;
        var destination = new JsonObject { ["serviceTag"] = "Custom", ["protocol"] = call.Protocol, ["portRanges"] = $"{call.Port}", ["action"] = "Allow" };
        if (prefix is not null)
        {
            destination["addressPrefixes"] = new JsonArray(prefix);
        }

        return new(
            new() { ["type"] = ServiceTagRule.TypeName, ["destination"] = destination },
            $"It lacks a rule of type {ServiceTagRule.TypeName} for port {call.Port} and {(prefix is null ? "the addressPrefixes of the host" : $"the addressPrefixes ['{prefix}']")}.");
    }
}
