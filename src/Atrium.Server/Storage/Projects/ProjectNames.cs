using Atrium.Server.Hubs;

namespace Atrium.Server.Storage.Projects;

/// <summary>How a project's containers and its file share are called. Pure.</summary>
internal static class ProjectNames
{
    public static string Of(ProjectScope project, ProjectContainer container) => Prefix(project) + container switch
    {
        ProjectContainer.Artifacts => "azureml",
        _ => "blobstore",
    };

    public static string Share(ProjectScope project) => Prefix(project) + "code";

    /// <summary>What all of them begin with, and none of another project.</summary>
    public static string Prefix(ProjectScope project) => $"{project.WorkspaceId}-";
}
