using System.Collections.Immutable;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Registry;

/// <summary>A registry, as its data plane needs it.</summary>
internal sealed record RegistryEntry(ResourceId Id, bool AllowsAnonymousPull, bool HasAdminUser);

/// <summary>A project whose images lie in its hub's registry.</summary>
/// <param name="Id">The project.</param>
/// <param name="Hub">Key of its hub.</param>
/// <param name="PrincipalId">Object id of its own identity; null for none.</param>
internal sealed record ImageOwner(ResourceId Id, string Hub, string? PrincipalId);

/// <summary>Registries by name, and which one each project's images lie in. Immutable.</summary>
internal sealed record RegistryModel
{
    public static RegistryModel Empty { get; } = new();

    /// <summary>By name, without case.</summary>
    public ImmutableDictionary<string, RegistryEntry> Registries { get; init; } = ImmutableDictionary.Create<string, RegistryEntry>(StringComparer.OrdinalIgnoreCase);

    /// <summary>By workspace id.</summary>
    public ImmutableDictionary<string, ImageOwner> Projects { get; init; } = ImmutableDictionary.Create<string, ImageOwner>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Key of the registry of a hub, by the hub's key.</summary>
    public ImmutableDictionary<string, string> RegistryOfHub { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Workspace ids by the key of the project.</summary>
    private ImmutableDictionary<string, string> WorkspaceIds { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The registry of a project's hub; null where the hub has none.</summary>
    public RegistryEntry? RegistryOf(ImageOwner project) =>
        RegistryOfHub.TryGetValue(project.Hub, out var key) ? Registries.Values.FirstOrDefault(registry => registry.Id.Key == key) : null;

    public RegistryModel With(Resource resource)
    {
        var properties = resource.Properties;
        if (resource.Id.IsOfType(RegistryType.TypeName))
        {
            var entry = new RegistryEntry(resource.Id, Flag(resource, "anonymousPullEnabled"), Flag(resource, "adminUserEnabled"));
            return this with { Registries = Registries.SetItem(resource.Id.Name, entry) };
        }

        if (Workspaces.IsHub(resource.Body))
        {
            return properties.Text("containerRegistry") is { } registry
                ? this with { RegistryOfHub = RegistryOfHub.SetItem(resource.Id.Key, registry.ToLowerInvariant()) }
                : this with { RegistryOfHub = RegistryOfHub.Remove(resource.Id.Key) };
        }

        if (!Workspaces.IsProject(resource.Body) || properties.Text("workspaceId") is not { } workspace || properties.Text("hubResourceId") is not { } hub)
        {
            return this;
        }

        var owner = new ImageOwner(resource.Id, hub.ToLowerInvariant(), resource.Body["identity"]?["principalId"]?.GetValue<string>());
        return this with { Projects = Projects.SetItem(workspace, owner), WorkspaceIds = WorkspaceIds.SetItem(resource.Id.Key, workspace) };
    }

    public RegistryModel Without(string key)
    {
        if (WorkspaceIds.TryGetValue(key, out var workspace))
        {
            return this with { Projects = Projects.Remove(workspace), WorkspaceIds = WorkspaceIds.Remove(key) };
        }

        var gone = Registries.FirstOrDefault(registry => registry.Value.Id.Key == key).Key;
        return this with { RegistryOfHub = RegistryOfHub.Remove(key), Registries = gone is null ? Registries : Registries.Remove(gone) };
    }

    private static bool Flag(Resource resource, string name) => resource.Properties[name] is System.Text.Json.Nodes.JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}

/// <summary>The registries and the projects with images, as stored.</summary>
internal sealed class RegistryDirectory(IAtriumStore store, ChangeFeed feed)
    : SnapshotState<RegistryModel>(store, feed, RegistryModel.Empty, RegistryType.TypeName, Workspaces.Type)
{
    protected override RegistryModel Put(RegistryModel model, Resource resource) => model.With(resource);

    protected override RegistryModel Remove(RegistryModel model, string key, string type) => model.Without(key);
}
