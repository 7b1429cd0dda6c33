using System.Collections.Immutable;
using Atrium.Server.AiServices;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Projects;

/// <summary><c>workspaces/deployments</c>: a deployment that only its project sees. The shape is that of an account's deployment.</summary>
internal sealed class ProjectDeploymentType(IModelCatalog catalog) : DeploymentBase(catalog)
{
    public const string TypeName = $"{Workspaces.Type}/deployments";

    public override string Name => TypeName;

    public override ImmutableArray<string> ApiVersions => MachineLearningVersions.All;

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        if (await edit.Reader.FindAsync(edit.Id.Parent!, cancellationToken) is { } workspace && !Workspaces.IsProject(workspace.Body))
        {
            edit.Problems.Add(new("id", "Only projects have deployments of their own. Deploy for all projects of a hub on its AI services account."));
        }

        await base.PrepareAsync(edit, cancellationToken);
    }

    /// <summary>The project's own connections, and those that its hub shares.</summary>
    protected override ValueTask<bool> MayUseAsync(ResourceEdit edit, Resource? parent, Resource connection, CancellationToken cancellationToken)
    {
        var owner = connection.Id.Parent!.Key;
        return new(owner == edit.Id.Parent!.Key || (owner == parent?.Stored.Link && connection.Properties["isSharedToAll"]?.GetValue<bool>() != false));
    }
}
