using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Projects;

/// <inheritdoc/>
internal sealed class ProjectFolder(StorageAccounts accounts, FileShares shares, FileFolders folders) : IProjectFolder
{
    public async Task<string> FindAsync(ProjectScope project, CancellationToken cancellationToken)
    {
        var account = await ProjectStorage.FindAccountAsync(project, accounts, cancellationToken)
            ?? throw ApiException.Conflict("StorageAccountNotFound", $"The hub of '{project.Project}' names no storage account that is here, so there is no place for the project's files.");
        return folders.Of(account.Data, await ProjectStorage.EnsureShareAsync(account, ProjectNames.Share(project), shares, cancellationToken));
    }
}
