using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hubs;
using Atrium.Server.Identity;
using Atrium.Server.Resources.Operations;
using Atrium.Storage;
using Atrium.Storage.Blobs;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Projects;

/// <summary>
/// What a project has in its hub's storage account: containers and a file share of its own, and for its managed identity a role there, on the condition that the
/// container's name begins with the project's workspace id. Each step may run twice.
/// </summary>
internal sealed class ProjectStorage(StorageAccounts accounts, BlobContainers containers, FileShares shares)
{
    private const string AssignmentType = "Microsoft.Authorization/roleAssignments";
    private const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

    /// <summary>The hub's account; null where it names none, or one that is not here.</summary>
    public static async ValueTask<StorageAccount?> FindAccountAsync(ProjectScope project, StorageAccounts accounts, CancellationToken cancellationToken) =>
        project.StorageAccount is { } id && (await accounts.ReadAsync(cancellationToken)).Find(id.Name) is { } account && account.Id == id ? account : null;

    public static async ValueTask EnsureContainerAsync(StorageAccount account, string name, BlobContainers containers, CancellationToken cancellationToken)
    {
        if (await containers.FindAsync(account.Data, name, cancellationToken) is not null)
        {
            return;
        }

        try
        {
            await containers.CreateAsync(account.Data, name, metadata: null, cancellationToken);
        }
        catch (StorageException taken) when (taken.Code == "ContainerAlreadyExists")
        {
        }
    }

    public static async ValueTask<StoredShare> EnsureShareAsync(StorageAccount account, string name, FileShares shares, CancellationToken cancellationToken)
    {
        if (await shares.FindAsync(account.Data, name, cancellationToken) is { } known)
        {
            return known;
        }

        try
        {
            return await shares.CreateAsync(account.Data, name, quota: null, tier: null, metadata: null, cancellationToken);
        }
        catch (StorageException taken) when (taken.Code == "ShareAlreadyExists")
        {
            return await shares.FindAsync(account.Data, name, cancellationToken) ?? throw new InvalidOperationException($"The share '{name}' was made and deleted meanwhile.");
        }
    }

    /// <summary>Makes what a new project has there.</summary>
    public async Task EnsureAsync(ProjectScope project, JobContext job, CancellationToken cancellationToken)
    {
        if (await FindAccountAsync(project, accounts, cancellationToken) is not { } account)
        {
            return;
        }

        foreach (var container in Enum.GetValues<ProjectContainer>())
        {
            await EnsureContainerAsync(account, ProjectNames.Of(project, container), containers, cancellationToken);
        }

        await EnsureShareAsync(account, ProjectNames.Share(project), shares, cancellationToken);
        if (project.PrincipalId is { } principal)
        {
            var id = account.Id.Resource(AssignmentType, NameGuid.Of($"{project.WorkspaceId}/{BlobDataContributor}").ToString());
            await job.EnsureAsync(id, Assignment(account.Id, project, principal), cancellationToken);
        }
    }

    /// <summary>It asks of every action, so listing the account's containers, which names those of other projects, is not among what it gives.</summary>
    private static JsonObject Assignment(ResourceId account, ProjectScope project, string principal) => new()
    {
        ["properties"] = new JsonObject
        {
            ["roleDefinitionId"] = $"{account.Subscription}/providers/Microsoft.Authorization/roleDefinitions/{BlobDataContributor}",
            ["principalId"] = principal,
            ["principalType"] = "ServicePrincipal",
            ["description"] = $"The containers of project {project.Project.Name}",
            ["condition"] = $"@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringStartsWith '{ProjectNames.Prefix(project)}'",
            ["conditionVersion"] = "2.0",
        },
    };
}
