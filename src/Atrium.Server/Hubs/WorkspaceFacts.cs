using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary>Reads what the settings of a hub, or of a plain workspace, depend on beside its own document.</summary>
internal static class WorkspaceFacts
{
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

        var required = await RequiredRulesAsync(workspace, reader, cancellationToken);
        var presented = ManagedNetworkRules.Present(network, workspace.Id.Text, required);
        return [.. settings.Select(s => s.Name == "managedNetwork" ? s with { Value = presented } : s)];
    }

    public static async ValueTask<IEnumerable<KeyValuePair<string, JsonObject>>> RequiredRulesAsync(
        Resource workspace, ResourceReader reader, CancellationToken cancellationToken)
    {
        var properties = workspace.Properties;
        var targets = new List<NetworkTarget> { new(workspace.Id, "amlworkspace", IsPublic(workspace)) };
        foreach (var (property, subresources) in ((string, string[])[])[("storageAccount", ["blob", "file"]), ("keyVault", ["vault"]), ("containerRegistry", ["registry"])])
        {
            if (properties.Text(property) is { } text && ResourceId.TryParse(text, out var id, out _))
            {
                var isPublic = await reader.FindAsync(id, cancellationToken) is not { } found || IsPublic(found);
                targets.AddRange(subresources.Select(subresource => new NetworkTarget(id, subresource, isPublic)));
            }
        }

        var mode = ManagedNetworkRules.Mode(properties["managedNetwork"] as JsonObject);
        return RequiredRules.For(mode, workspace.Body.Text("location") ?? "", targets);
    }

    private static bool IsPublic(Resource resource) =>
        !"Disabled".Equals(resource.Properties.Text("publicNetworkAccess"), StringComparison.OrdinalIgnoreCase);
}
