using System.Text.Json.Nodes;
using Atrium.Server.Hubs;

namespace Atrium.Server.Projects;

/// <summary>What holds in a project: the hub's settings, and the few of its own that it may have instead. Computed at each read and copied nowhere. Pure.</summary>
internal static class ProjectInheritance
{
    /// <param name="hub">The settings in force on the hub.</param>
    /// <param name="project">The project's own properties, as stored.</param>
    /// <param name="projectId">The project's id.</param>
    public static IReadOnlyList<EffectiveSetting> Effective(IReadOnlyList<EffectiveSetting> hub, JsonObject project, string projectId) =>
        [.. hub.Select(inherited => WorkspaceSettings.Find(inherited.Name) is { ProjectMayOverride: true } && project[inherited.Name] is { } own
            ? new EffectiveSetting(inherited.Name, own, SettingOrigin.Project, projectId)
            : inherited)];
}
