using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Inference.CustomCategories;
using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Gateway.Safety.Categories;

/// <summary>A version in memory, with what it has learned ready for use.</summary>
internal sealed record KnownCategory(CategoryVersion Version, CustomCategory? Category);

/// <summary>Keeps the versions of all custom categories in memory in step with the store, by key.</summary>
internal sealed class CategoryState(IAtriumStore store, ChangeFeed feed) : SnapshotState<ImmutableSortedDictionary<string, KnownCategory>>(
    store, feed, ImmutableSortedDictionary.Create<string, KnownCategory>(StringComparer.Ordinal), CategoryVersion.Types)
{
    /// <summary>What a call may use, by name, each name's versions in their order: a project's own, and those of its hub's account whose names it does not use itself.</summary>
    public async ValueTask<ILookup<string, KnownCategory>> SeenByAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var all = await ReadAsync(cancellationToken);
        var own = OwnedBy(all, call.Owner.Id).ToList();
        if (call.Owner.IsProject && call.Model.AccountOf(call.Owner) is { } account)
        {
            var names = own.Select(known => known.Version.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            own.AddRange(OwnedBy(all, account.Id).Where(known => !names.Contains(known.Version.Name)));
        }

        return own.ToLookup(known => known.Version.Name, StringComparer.OrdinalIgnoreCase);
    }

    protected override ImmutableSortedDictionary<string, KnownCategory> Put(ImmutableSortedDictionary<string, KnownCategory> model, Resource resource)
    {
        var version = CategoryVersion.Read(resource);
        return model.SetItem(resource.Stored.Key, new(version, version.Category()));
    }

    protected override ImmutableSortedDictionary<string, KnownCategory> Remove(ImmutableSortedDictionary<string, KnownCategory> model, string key, string type) => model.Remove(key);

    private static IEnumerable<KnownCategory> OwnedBy(ImmutableSortedDictionary<string, KnownCategory> all, ResourceId owner) =>
        all.Values.Where(known => known.Version.Id.Parent!.Parent!.Key == owner.Key);
}
