using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Storage.Projects;

/// <summary>Which projects containers belong to and which hubs accounts do, in memory.</summary>
internal sealed class StorageOwners(IAtriumStore store, ChangeFeed feed) : SnapshotState<StorageOwnerModel>(store, feed, StorageOwnerModel.Empty, Workspaces.Type)
{
    protected override StorageOwnerModel Put(StorageOwnerModel model, Resource resource) => model.With(resource);

    protected override StorageOwnerModel Remove(StorageOwnerModel model, string key, string type) => model.Without(key);
}

/// <summary>Owners at a version.</summary>
internal sealed class StorageOwnerModel
{
    private const int GuidLength = 36;
    private readonly ImmutableDictionary<string, Owner> byKey;
    private readonly ImmutableDictionary<string, string> projects;
    private readonly ImmutableDictionary<string, ImmutableSortedSet<string>> hubs;

    private StorageOwnerModel(ImmutableDictionary<string, Owner> byKey, ImmutableDictionary<string, string> projects, ImmutableDictionary<string, ImmutableSortedSet<string>> hubs) =>
        (this.byKey, this.projects, this.hubs) = (byKey, projects, hubs);

    public static StorageOwnerModel Empty { get; } = new(
        ImmutableDictionary<string, Owner>.Empty, ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase), ImmutableDictionary<string, ImmutableSortedSet<string>>.Empty);

    /// <summary>Key of the project to which a container or share belongs by its name; null for none.</summary>
    public string? ProjectOf(string? container) =>
        container is { Length: > GuidLength } && container[GuidLength] == '-' ? projects.GetValueOrDefault(container[..GuidLength]) : null;

    /// <summary>Keys of the hubs and plain workspaces that lean on an account.</summary>
    public ImmutableSortedSet<string> HubsOf(ResourceId account) => hubs.GetValueOrDefault(account.Key, []);

    public StorageOwnerModel With(Resource workspace)
    {
        var rest = Without(workspace.Id.Key);
        var isProject = Workspaces.IsProject(workspace.Body);
        var owner = new Owner(isProject ? workspace.Properties.Text("workspaceId") : null, isProject ? null : workspace.Properties.Text("storageAccount")?.ToLowerInvariant());
        return new(
            rest.byKey.SetItem(workspace.Id.Key, owner),
            owner.WorkspaceId is { } id ? rest.projects.SetItem(id, workspace.Id.Key) : rest.projects,
            owner.Account is { } account ? rest.hubs.SetItem(account, rest.hubs.GetValueOrDefault(account, []).Add(workspace.Id.Key)) : rest.hubs);
    }

    public StorageOwnerModel Without(string key) => !byKey.TryGetValue(key, out var known) ? this : new(
        byKey.Remove(key),
        known.WorkspaceId is { } id ? projects.Remove(id) : projects,
        known.Account is { } account ? hubs.SetItem(account, hubs[account].Remove(key)) : hubs);

    private sealed record Owner(string? WorkspaceId, string? Account);
}
