using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Graph;

/// <summary>The resources that lie in groups, and what is nested in them. Read when the server starts, or when the first query comes before that is done; then kept up.</summary>
internal sealed class GraphState(IAtriumStore store, ChangeFeed feed, ResourceCatalog catalog) : SnapshotState<GraphModel>(
    store,
    feed,
    GraphModel.Empty,
    [.. catalog.Types.Where(type => type.Parent is ResourceParent.ResourceGroup or ResourceParent.Resource).Select(type => type.Name)])
{
    protected override GraphModel Put(GraphModel model, Resource resource) => model.With(resource);

    protected override GraphModel PutAll(GraphModel model, IReadOnlyList<Resource> resources) => model.With(resources);

    protected override GraphModel Remove(GraphModel model, string key, string type) => model.Without(key);
}
