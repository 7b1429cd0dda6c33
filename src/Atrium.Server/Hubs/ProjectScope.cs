using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary>
/// Whose data: a project as it is stored. Its containers, its file share, its image repositories and its secrets bear its workspace id in front, so who holds one
/// scope cannot name what another one has. There is no other way to make one than from the project's row.
/// </summary>
internal sealed record ProjectScope
{
    private ProjectScope(Resource project, Guid workspaceId, ResourceId? storageAccount) =>
        (Project, WorkspaceId, StorageAccount, PrincipalId) = (project.Id, workspaceId, storageAccount, (project.Body["identity"] as System.Text.Json.Nodes.JsonObject)?.Text("principalId"));

    public ResourceId Project { get; }

    public Guid WorkspaceId { get; }

    /// <summary>That of the hub; null where the hub names none that can be read.</summary>
    public ResourceId? StorageAccount { get; }

    /// <summary>Object id of its managed identity; null where it has none.</summary>
    public string? PrincipalId { get; }

    /// <summary>The scope of a live project; null for anything else.</summary>
    public static async ValueTask<ProjectScope?> FindAsync(ResourceId project, ResourceReader reader, CancellationToken cancellationToken) =>
        await reader.FindAsync(project, cancellationToken) is { } found ? await OfAsync(found, reader, cancellationToken) : null;

    /// <summary>The scope of a project; null for a workspace of another kind.</summary>
    public static async ValueTask<ProjectScope?> OfAsync(Resource project, ResourceReader reader, CancellationToken cancellationToken)
    {
        if (!Workspaces.IsProject(project.Body) || !Guid.TryParse(project.Properties.Text("workspaceId"), out var workspaceId))
        {
            return null;
        }

        var hub = project.Stored.Link is { } link ? await reader.FindAnyAsync(link, cancellationToken) : null;
        return new(project, workspaceId, ResourceId.TryParse(hub?.Properties.Text("storageAccount"), out var account, out _) ? account : null);
    }
}
