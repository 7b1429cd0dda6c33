using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary>Reads what the settings of a hub, or of a plain workspace, depend on beside its own document.</summary>
internal static class WorkspaceFacts
{
    private const string ConnectionTypeKey = $"{Workspaces.TypeKey}/connections";
    private const int PageSize = 200;

    /// <summary>The settings in force. The cost is that of a few single reads, whatever the number of projects.</summary>
    public static async ValueTask<IReadOnlyList<EffectiveSetting>> SettingsAsync(Resource workspace, ResourceReader reader, CancellationToken cancellationToken)
    {
        var properties = workspace.Properties;
        var own = Workspaces.IsHub(workspace.Body) ? SettingOrigin.Hub : SettingOrigin.Workspace;
        var settings = WorkspaceSettings.Of(properties, workspace.Id.Text, own);
        if (properties["managedNetwork"] is not JsonObject network || ManagedNetworkRules.Mode(network) == ManagedNetworkRules.Disabled)
        {
            return settings;
        }

        var required = await ServiceRulesAsync(workspace, reader, cancellationToken);
        var presented = ManagedNetworkRules.Present(network, workspace.Id.Text, required);
        return [.. settings.Select(s => s.Name == "managedNetwork" ? s with { Value = presented } : s)];
    }

    /// <summary>The rules that the service adds to a workspace's network, but for those of its connections.</summary>
    /// <param name="workspace">The hub or plain workspace.</param>
    /// <param name="isPublic">Whether a resource that it leans on can be reached from the public network.</param>
    public static IEnumerable<KeyValuePair<string, JsonObject>> RequiredRules(Resource workspace, Func<ResourceId, bool> isPublic)
    {
        var targets = LeansOn(workspace).Select(target => new NetworkTarget(target.Id, target.Subresource, target.Id == workspace.Id ? IsPublic(workspace) : isPublic(target.Id)));
        return Hubs.RequiredRules.For(ManagedNetworkRules.Mode(workspace.Properties["managedNetwork"] as JsonObject), workspace.Body.Text("location") ?? "", targets);
    }

    /// <summary>The rules that the service adds: those without which the hub does not work, and a private endpoint to each resource that a connection of the hub leads to.</summary>
    private static async ValueTask<IReadOnlyDictionary<string, JsonObject>> ServiceRulesAsync(Resource workspace, ResourceReader reader, CancellationToken cancellationToken)
    {
        var connected = new List<ResourceId>();
        var query = new ResourceQuery { Type = ConnectionTypeKey, KeyPrefix = workspace.Id.ChildPrefix, Take = PageSize };
        await foreach (var connection in reader.AllAsync(query, cancellationToken))
        {
            connected.AddRange(Hubs.RequiredRules.ResourceOf(connection.Properties) is { } id ? [id] : []);
        }

        var closed = new HashSet<ResourceId>();
        foreach (var id in LeansOn(workspace).Select(target => target.Id).Concat(connected).Distinct())
        {
            if (await reader.FindAsync(id, cancellationToken) is { } found && !IsPublic(found))
            {
                closed.Add(id);
            }
        }

        var mode = ManagedNetworkRules.Mode(workspace.Properties["managedNetwork"] as JsonObject);
        var rules = RequiredRules(workspace, id => !closed.Contains(id)).ToDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, rule) in Hubs.RequiredRules.ForConnections(mode, connected.Select(id => (id, !closed.Contains(id)))))
        {
            rules.TryAdd(name, rule);
        }

        return rules;
    }

    private static IEnumerable<(ResourceId Id, string Subresource)> LeansOn(Resource workspace)
    {
        yield return (workspace.Id, "amlworkspace");
        foreach (var (property, subresources) in ((string, string[])[])[("storageAccount", ["blob", "file"]), ("keyVault", ["vault"]), ("containerRegistry", ["registry"])])
        {
            if (workspace.Properties.Text(property) is { } text && ResourceId.TryParse(text, out var id, out _))
            {
                foreach (var subresource in subresources)
                {
                    yield return (id, subresource);
                }
            }
        }
    }

    private static bool IsPublic(Resource resource) =>
        !"Disabled".Equals(resource.Properties.Text("publicNetworkAccess"), StringComparison.OrdinalIgnoreCase);
}
