using System.Text.Json.Nodes;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Operations;

namespace Atrium.Server.Hubs;

/// <summary>What one kind of workspace has of its own. All kinds share the type, its routes and its body.</summary>
internal interface IWorkspaceKind
{
    /// <summary>As the document's <c>kind</c> writes it.</summary>
    string Name { get; }

    /// <summary>Whether the caller may write it.</summary>
    ValueTask AuthorizeWriteAsync(ResourceEdit edit, IAccessControl access, CancellationToken cancellationToken);

    /// <summary>Checks and completes a write.</summary>
    ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken);

    /// <summary>The work behind a new one. May run twice.</summary>
    Task<JsonObject?> ProvisionAsync(JobContext job, CancellationToken cancellationToken);

    /// <summary>The settings in force and where each comes from.</summary>
    ValueTask<IReadOnlyList<EffectiveSetting>> SettingsAsync(Resource workspace, ResourceReader reader, CancellationToken cancellationToken);

    /// <summary>Lays what else is computed over the view's properties.</summary>
    ValueTask PresentAsync(JsonObject properties, Resource workspace, ResourceReader reader, CancellationToken cancellationToken);

    /// <summary>What goes when it goes.</summary>
    IAsyncEnumerable<Resource> DependentsAsync(Resource workspace, ResourceReader reader, CancellationToken cancellationToken);
}
