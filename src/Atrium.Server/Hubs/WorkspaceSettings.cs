using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Atrium.Server.Hubs;

/// <summary>The settings that pass down from a hub to its projects, with what holds where nobody set them. Pure.</summary>
internal static class WorkspaceSettings
{
    /// <summary>In the order of the effective view.</summary>
    public static readonly ImmutableArray<SettingRule> All =
    [
        new("storageAccount"),
        new("keyVault"),
        new("containerRegistry"),
        new("applicationInsights") { ProjectMayOverride = true },
        new("publicNetworkAccess") { Default = "Enabled" },
        new("ipAllowlist"),
        new("networkAcls"),
        new("allowPublicAccessWhenBehindVnet") { Default = false },
        new("managedNetwork") { Default = new JsonObject { ["isolationMode"] = "Disabled" } },
        new("encryption"),
        new("enableServiceSideCMKEncryption"),
        new("hbiWorkspace") { Default = false },
        new("v1LegacyMode") { Default = false },
        new("enableDataIsolation"),
        new("systemDatastoresAuthMode") { Default = "AccessKey" },
        new("imageBuildCompute"),
        new("sharedPrivateLinkResources"),
        new("serviceManagedResourcesSettings"),
        new("serverlessComputeSettings"),
    ];

    private static readonly FrozenDictionary<string, SettingRule> ByName = All.ToFrozenDictionary(s => s.Name);

    public static SettingRule? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The settings of a workspace that has no hub above it: its own, else the default.</summary>
    public static IReadOnlyList<EffectiveSetting> Of(JsonObject properties, string id, SettingOrigin own) =>
        [.. All.Select(rule => properties[rule.Name] is { } value
            ? new EffectiveSetting(rule.Name, value, own, id)
            : new EffectiveSetting(rule.Name, rule.Default, SettingOrigin.Default, id))];
}

/// <summary>One setting that passes down.</summary>
internal sealed record SettingRule(string Name)
{
    /// <summary>What holds where nobody set it; null for nothing.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>Whether a project may have its own instead of the hub's.</summary>
    public bool ProjectMayOverride { get; init; }
}
