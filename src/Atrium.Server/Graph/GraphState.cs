using System.Collections.Immutable;
using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Graph;

/// <summary>The resources that lie in groups, and what is nested in them, in the order of their keys. Read when the first query comes, then kept up.</summary>
internal sealed class GraphState(IAtriumStore store, ChangeFeed feed, ResourceCatalog catalog) : SnapshotState<ImmutableSortedDictionary<string, GraphRow>>(
    store,
    feed,
    ImmutableSortedDictionary.Create<string, GraphRow>(StringComparer.Ordinal),
    [.. catalog.Types.Where(type => type.Parent is ResourceParent.ResourceGroup or ResourceParent.Resource).Select(type => type.Name)])
{
    protected override ImmutableSortedDictionary<string, GraphRow> Put(ImmutableSortedDictionary<string, GraphRow> model, Resource resource) =>
        model.SetItem(resource.Stored.Key, GraphRow.Read(resource));

    protected override ImmutableSortedDictionary<string, GraphRow> Remove(ImmutableSortedDictionary<string, GraphRow> model, string key, string type) => model.Remove(key);
}
