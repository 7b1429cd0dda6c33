using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Safety;

/// <summary>All blocklists without their items, by owner and name. Immutable.</summary>
internal sealed class BlocklistModel
{
    public static readonly BlocklistModel Empty = new(ImmutableDictionary<string, ImmutableSortedDictionary<string, Blocklist>>.Empty);

    private static readonly ImmutableSortedDictionary<string, Blocklist> None = ImmutableSortedDictionary.Create<string, Blocklist>(StringComparer.OrdinalIgnoreCase);
    private readonly ImmutableDictionary<string, ImmutableSortedDictionary<string, Blocklist>> byOwner;

    private BlocklistModel(ImmutableDictionary<string, ImmutableSortedDictionary<string, Blocklist>> byOwner) => this.byOwner = byOwner;

    /// <summary>Those that a call may read, by name: a project's own, and those of its hub's account whose names it does not use itself.</summary>
    public ImmutableSortedDictionary<string, Blocklist> SeenBy(GatewayCall call)
    {
        var own = OwnedBy(call.Owner.Id);
        return call.Owner.IsProject && call.Model.AccountOf(call.Owner) is { } account ? OwnedBy(account.Id).SetItems(own) : own;
    }

    public BlocklistModel With(Resource row)
    {
        var owner = row.Id.Parent!;
        return new(byOwner.SetItem(owner.Key, OwnedBy(owner).SetItem(row.Id.Name, Blocklist.Read(row))));
    }

    public BlocklistModel Without(string key)
    {
        var id = ResourceId.Parse(key);
        var left = OwnedBy(id.Parent!).Remove(id.Name);
        return new(left.IsEmpty ? byOwner.Remove(id.Parent!.Key) : byOwner.SetItem(id.Parent!.Key, left));
    }

    private ImmutableSortedDictionary<string, Blocklist> OwnedBy(ResourceId owner) => byOwner.GetValueOrDefault(owner.Key, None);
}
