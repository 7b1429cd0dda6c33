using Atrium.Server.Hubs;

namespace Atrium.Server.Projects;

/// <summary>Projects: workspaces in a hub.</summary>
internal static class ProjectsFeature
{
    public static IServiceCollection AddProjectsFeature(this IServiceCollection services) => services
        .AddSingleton<IWorkspaceKind, ProjectKind>()
        .AddSingleton<IWorkspaceActions, ProjectKeyActions>();
}
