using System.Net;

namespace Atrium.Server.Network.Namespaces;

/// <summary>Decides for a program in a network namespace whether it may reach a place, at each connection anew. Asked here, answered by whoever knows the hub.</summary>
internal interface IWayOut
{
    ValueTask<WayOut> AskAsync(string host, int port, CancellationToken cancellationToken);
}

/// <param name="IsAllowed">Whether it may.</param>
/// <param name="Reason">Which rule says so, or which one is lacking.</param>
/// <param name="Addresses">Where the place is: these very addresses were decided on, and none else is connected to.</param>
internal sealed record WayOut(bool IsAllowed, string Reason, IReadOnlyList<IPAddress> Addresses);
