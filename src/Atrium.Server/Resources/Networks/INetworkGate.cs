using Atrium.Contracts;
using Atrium.Server.Hosting;

namespace Atrium.Server.Resources.Networks;

/// <summary>Whether a resource answers calls that come from where this one does. Owned here, implemented by Network.</summary>
internal interface INetworkGate
{
    /// <summary>For the data plane of the resource itself.</summary>
    ValueTask<GateAnswer> AskAsync(CallOrigin origin, ResourceId resource, CancellationToken cancellationToken);

    /// <summary>For calls that manage the resource or what lies under it. The machine itself may always, or a hub that was closed could never be opened again.</summary>
    ValueTask<GateAnswer> AskManagementAsync(CallOrigin origin, ResourceId resource, CancellationToken cancellationToken);
}

/// <summary>What the gate says.</summary>
internal enum GateAnswer
{
    Open,

    /// <summary>Public network access is disabled, and the call comes through no private endpoint.</summary>
    PublicAccessDisabled,

    /// <summary>The network rules name the addresses that may call, and this is none of them.</summary>
    AddressNotAllowed,
}

internal static class NetworkGateExtensions
{
    /// <summary>In the words of the resource API. Ask only for a caller who may do what he wants, or the answer tells strangers what is there.</summary>
    /// <exception cref="ApiException">403: not from here.</exception>
    public static async ValueTask DemandManagementAsync(this INetworkGate gate, CallOrigin origin, ResourceId resource, CancellationToken cancellationToken)
    {
        switch (await gate.AskManagementAsync(origin, resource, cancellationToken))
        {
            case GateAnswer.PublicAccessDisabled:
                throw ApiException.Forbidden("PublicNetworkAccessDisabled", $"'{resource}' does not answer calls from the public network (publicNetworkAccess is Disabled). Call it through an approved private endpoint, or from the machine that it runs on.");
            case GateAnswer.AddressNotAllowed:
                throw ApiException.Forbidden("NetworkAclsForbidden", $"'{resource}' answers only the addresses that its network rules name; the call comes from {origin.Address?.ToString() ?? "no network"}.");
        }
    }
}
