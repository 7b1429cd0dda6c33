using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Gateway.Safety;

/// <summary>Keeps the lists in memory in step with the store.</summary>
internal sealed class BlocklistState(IAtriumStore store, ChangeFeed feed) : SnapshotState<BlocklistModel>(store, feed, BlocklistModel.Empty, Blocklist.Types)
{
    protected override BlocklistModel Put(BlocklistModel model, Resource resource) => model.With(resource);

    protected override BlocklistModel Remove(BlocklistModel model, string key, string type) => model.Without(key);
}
