using Atrium.Server.Hubs;

namespace Atrium.Server.Storage.Projects;

/// <summary>How a project's containers are called. Pure.</summary>
internal static class ProjectNames
{
    public static string Of(ProjectScope project, ProjectContainer container) => Prefix(project) + container switch
    {
        ProjectContainer.Artifacts => "azureml",
        _ => "blobstore",
    };

    /// <summary>What all of them begin with, and none of another project.</summary>
    public static string Prefix(ProjectScope project) => $"{project.WorkspaceId}-";
}
