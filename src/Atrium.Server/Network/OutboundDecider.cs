using System.Net;
using System.Net.Sockets;
using Atrium.Server.Egress;
using Atrium.Server.Network.Rules;

namespace Atrium.Server.Network;

/// <summary>Who would call.</summary>
internal enum OutboundSide
{
    /// <summary>The server itself, by its one way out.</summary>
    Server,

    /// <summary>
    /// A program in the managed network. To it this installation is a place like any other, which the rules of the service allow; and a private address that a rule
    /// names by its prefix was named by somebody who may change the hub.
    /// </summary>
    Compute,
}

/// <summary>What was decided, and the addresses that were looked at: a caller connects to these and asks for no others.</summary>
internal sealed record OutboundDecision(OutboundVerdict Verdict, IReadOnlyList<IPAddress> Addresses);

/// <summary>Decides a call with the addresses that its name has now.</summary>
internal sealed class OutboundDecider(AddressRules addresses, OwnServer own, IOutside outside)
{
    public async Task<OutboundDecision> DecideAsync(OutboundNetwork network, OutboundCall asked, OutboundSide side, CancellationToken cancellationToken)
    {
        var byName = network.Decide(asked);
        if (byName.Answer is OutboundAnswer.Denied)
        {
            return new(byName, []);
        }

        var found = await ResolveAsync(asked.Host, cancellationToken);
        if (side is OutboundSide.Compute && byName.Answer is OutboundAnswer.Allowed && own.Is(asked.Host, asked.Port))
        {
            // It listens on this machine, whatever its name leads to, and perhaps on nothing else.
            return new(byName, [IPAddress.Loopback, .. found]);
        }

        var verdicts = found.Select(address => network.Decide(asked with { Address = address })).ToList();
        if (found.Count == 0 || !found.Zip(verdicts).All(pair => addresses.Allows(pair.First, side is OutboundSide.Compute && IsGranted(network, pair.Second))))
        {
            // Why an address may not be reached is not told, for it would tell which names there are inside.
            return new(new(OutboundAnswer.Denied, byName.Rule, $"{EgressRefusedException.UnreachableMessage} A connection that an administrator of the hub made may lead to a private address."), []);
        }

        return verdicts.Find(verdict => verdict.Answer is not OutboundAnswer.Allowed) is { } refused ? new(refused, []) : new(verdicts[0], found);
    }

    private static bool IsGranted(OutboundNetwork network, OutboundVerdict verdict) =>
        verdict is { Answer: OutboundAnswer.Allowed, Rule: { } name } && network.Rules.Any(rule => rule.Name == name && rule is ServiceTagRule { Prefixes.IsEmpty: false });

    private async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await outside.ResolveAsync(host, cancellationToken);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
