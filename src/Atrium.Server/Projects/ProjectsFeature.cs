using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Projects;

/// <summary>Projects: workspaces in a hub.</summary>
internal static class ProjectsFeature
{
    public static IServiceCollection AddProjectsFeature(this IServiceCollection services) => services
        .AddResourceType<ProjectDeploymentType>()
        .AddSingleton<IWorkspaceKind, ProjectKind>()
        .AddSingleton<IWorkspaceActions, ProjectKeyActions>();
}
