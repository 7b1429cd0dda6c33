using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Encryption;

/// <summary>Which hub each workspace's data key is wrapped by, and which customer's key that hub's, in memory.</summary>
internal sealed class KeyOwners(IAtriumStore store, ChangeFeed feed) : SnapshotState<KeyOwnerModel>(store, feed, KeyOwnerModel.Empty, Workspaces.Type)
{
    protected override KeyOwnerModel Put(KeyOwnerModel model, Resource resource) => model.With(resource);

    protected override KeyOwnerModel Remove(KeyOwnerModel model, string key, string type) => model.Without(key);
}

/// <summary>A hub, or a workspace without one above it, as its keys see it.</summary>
/// <param name="Id">Of the resource.</param>
/// <param name="WorkspaceId">Its GUID.</param>
/// <param name="CustomerKey">The customer's key; null where Atrium's own wraps the hub's.</param>
internal sealed record KeyHub(ResourceId Id, Guid WorkspaceId, CustomerKey? CustomerKey);

/// <summary>Owners at a version.</summary>
internal sealed class KeyOwnerModel
{
    private readonly ImmutableDictionary<string, Entry> byKey;
    private readonly ImmutableDictionary<Guid, string> byId;

    private KeyOwnerModel(ImmutableDictionary<string, Entry> byKey, ImmutableDictionary<Guid, string> byId) => (this.byKey, this.byId) = (byKey, byId);

    public static KeyOwnerModel Empty { get; } = new(ImmutableDictionary<string, Entry>.Empty, ImmutableDictionary<Guid, string>.Empty);

    /// <summary>The hub of a live workspace by its GUID; a hub is its own. Null where there is none.</summary>
    public KeyHub? HubOf(Guid workspace) =>
        byId.TryGetValue(workspace, out var key) && byKey[key] is var entry && (entry.Hub is { } hub ? byKey.GetValueOrDefault(hub) : entry) is { Hub: null } root ? new(root.Id, root.WorkspaceId, root.CustomerKey) : null;

    /// <summary>A live hub by its own GUID.</summary>
    public KeyHub? FindHub(Guid hub) => HubOf(hub) is { } found && found.WorkspaceId == hub ? found : null;

    public KeyOwnerModel With(Resource workspace)
    {
        var rest = Without(workspace.Id.Key);
        return Guid.TryParse(workspace.Properties.Text("workspaceId"), out var id)
            ? new(
                rest.byKey.SetItem(workspace.Id.Key, new(workspace.Id, id, Workspaces.IsProject(workspace.Body) ? workspace.Stored.Link : null, CustomerKey.Of(workspace.Properties["encryption"] as JsonObject))),
                rest.byId.SetItem(id, workspace.Id.Key))
            : rest;
    }

    public KeyOwnerModel Without(string key) => byKey.TryGetValue(key, out var known) ? new(byKey.Remove(key), byId.Remove(known.WorkspaceId)) : this;

    private sealed record Entry(ResourceId Id, Guid WorkspaceId, string? Hub, CustomerKey? CustomerKey);
}
