using Atrium.Persistence;
using Atrium.Server.Egress;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Network;

/// <summary>Keeps the managed networks in step with the store: a rule that is taken away holds for no call after that, in no project.</summary>
internal sealed class NetworkState(IAtriumStore store, ChangeFeed feed, NetworkReader reader) : SnapshotState<NetworkModel>(store, feed, NetworkModel.Empty, Workspaces.Type), IOutboundNetworks
{
    async ValueTask<IOutboundNetwork> IOutboundNetworks.FindAsync(string workspace, CancellationToken cancellationToken) => await FindAsync(workspace, cancellationToken);

    public async ValueTask<OutboundNetwork> FindAsync(string workspace, CancellationToken cancellationToken) => (await ReadAsync(cancellationToken)).Find(workspace);

    protected override NetworkModel Put(NetworkModel model, Resource resource) => model.With(resource, reader);

    protected override NetworkModel Remove(NetworkModel model, string key, string type) => model.Without(key);
}
