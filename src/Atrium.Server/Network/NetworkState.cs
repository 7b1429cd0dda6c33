using Atrium.Persistence;
using Atrium.Server.Egress;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Network;

/// <summary>Keeps the managed networks in step with the store: a rule that is taken away holds for no call after that, in no project.</summary>
internal sealed class NetworkState(IAtriumStore store, ChangeFeed feed) : SnapshotState<NetworkModel>(store, feed, NetworkModel.Empty, Workspaces.Type), IOutboundNetworks
{
    public async ValueTask<IOutboundNetwork> FindAsync(string workspace, CancellationToken cancellationToken) => (await ReadAsync(cancellationToken)).Find(workspace);

    protected override NetworkModel Put(NetworkModel model, Resource resource) => model.With(resource);

    protected override NetworkModel Remove(NetworkModel model, string key, string type) => model.Without(key);
}
