using Atrium.Contracts;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Hubs;

/// <summary>Private endpoints that lead to a hub or a plain workspace. Projects are reached through their hub's.</summary>
internal sealed class PrivateEndpointConnectionType() : EndpointConnectionType(Workspaces.Type, MachineLearningVersions.All)
{
    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(edit, cancellationToken);
        if (await edit.Reader.FindAsync(edit.Id.Parent!, cancellationToken) is { } workspace && Workspaces.IsProject(workspace.Body))
        {
            edit.Problems.Add(new(
                "properties",
                $"A project needs no private endpoint of its own: it is reached through its hub's. Use '{workspace.Properties.Text("hubResourceId")}/privateEndpointConnections/{edit.Id.Name}'.",
                ProblemCodes.Inherited));
        }
    }
}
