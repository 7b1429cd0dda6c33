using Atrium.Persistence;
using Atrium.Server.AiServices;
using Atrium.Server.Hubs;
using Atrium.Server.Projects;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Gateway.Directory;

/// <summary>Keeps the gateway's model in step with the store. A regenerated key is worth nothing from the next request on.</summary>
internal sealed class GatewayState(IAtriumStore store, ChangeFeed feed) : SnapshotState<GatewayModel>(
    store, feed, GatewayModel.Empty, Workspaces.Type, AccountType.TypeName, DeploymentType.TypeName, ProjectDeploymentType.TypeName)
{
    protected override GatewayModel Put(GatewayModel model, Resource resource) => model.With(resource);

    protected override GatewayModel Remove(GatewayModel model, string key, string type) => model.Without(key);
}
