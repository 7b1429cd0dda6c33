using Atrium.Server.Hubs;

namespace Atrium.Server.Storage.Projects;

/// <summary>The file share of projects as the folder that it is on this machine: what their computes mount. Whoever mounts it and whoever calls the file service see one another's files.</summary>
internal interface IProjectFolder
{
    /// <summary>Path of the project's folder, which is made where it is missing.</summary>
    Task<string> FindAsync(ProjectScope project, CancellationToken cancellationToken);
}
