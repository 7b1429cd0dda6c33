using System.Net;

namespace Atrium.Server.Egress;

/// <summary>The managed networks of workspaces. Asked here, answered by the feature that keeps them.</summary>
internal interface IOutboundNetworks
{
    /// <summary>The network that is in force for a hub or project. The same instance as long as it allows the same.</summary>
    /// <param name="workspace">Its key.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    ValueTask<IOutboundNetwork> FindAsync(string workspace, CancellationToken cancellationToken);
}

/// <summary>One managed network: what may be reached from it. Immutable.</summary>
internal interface IOutboundNetwork
{
    /// <summary>Decides a call. Without an address what the name alone says, which is <see cref="OutboundAnswer.ByAddress"/> where the rules speak of addresses.</summary>
    OutboundVerdict Decide(string host, int port, IPAddress? address);
}

/// <param name="Answer">What may be done.</param>
/// <param name="Rule">The name of the rule that decided; null where the mode did.</param>
/// <param name="Reason">In words for whoever asked.</param>
internal sealed record OutboundVerdict(OutboundAnswer Answer, string? Rule, string Reason);

internal enum OutboundAnswer
{
    Allowed,
    Denied,

    /// <summary>It depends on the address that the name has.</summary>
    ByAddress,
}
