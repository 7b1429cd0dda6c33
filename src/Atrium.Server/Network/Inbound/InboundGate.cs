using System.Net;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Network.Inbound;

/// <summary>Keeps in memory from where each resource may be called, and tells whether a call may.</summary>
internal sealed class InboundGate(IAtriumStore store, ChangeFeed feed, KnownNetworks networks) : SnapshotState<InboundModel>(
    store, feed, InboundModel.Empty, Workspaces.Type, Workspaces.AccountType, Workspaces.StorageType, Workspaces.VaultType, Workspaces.RegistryType, Endpoints(Workspaces.Type), Endpoints(Workspaces.AccountType), Endpoints(Workspaces.StorageType), Endpoints(Workspaces.VaultType), Endpoints(Workspaces.RegistryType)), INetworkGate
{
    public async ValueTask<GateAnswer> AskAsync(CallOrigin origin, ResourceId resource, CancellationToken cancellationToken) =>
        Ask(await ReadAsync(cancellationToken), origin.Address, resource);

    public async ValueTask<GateAnswer> AskManagementAsync(CallOrigin origin, ResourceId resource, CancellationToken cancellationToken)
    {
        if (IsThisMachine(origin))
        {
            return GateAnswer.Open;
        }

        var model = await ReadAsync(cancellationToken);
        return resource.SelfAndAncestors().Select(id => Ask(model, origin.Address, id)).FirstOrDefault(answer => answer is not GateAnswer.Open);
    }

    protected override InboundModel Put(InboundModel model, Resource resource) => model.With(resource);

    protected override InboundModel Remove(InboundModel model, string key, string type) => model.Without(key);

    private static string Endpoints(string owner) => $"{owner}/{EndpointConnectionType.Segment}";

    private GateAnswer Ask(InboundModel model, IPAddress? address, ResourceId resource)
    {
        foreach (var (policy, endpoints) in model.ClosedOf(resource.Key))
        {
            if (policy.Ask(address, networks, endpoints) is not GateAnswer.Open and var answer)
            {
                return answer;
            }
        }

        return GateAnswer.Open;
    }

    /// <summary>Whoever calls from the machine itself. One who is passed on by an unknown proxy on it is somewhere else.</summary>
    private static bool IsThisMachine(CallOrigin origin) => !origin.IsPassedOn && (IPAddress.Loopback.Equals(origin.Address) || IPAddress.IPv6Loopback.Equals(origin.Address));
}
