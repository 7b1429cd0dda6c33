using System.Text.Json.Nodes;
using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary><c>GET {workspace}/features</c> (WorkspaceFeatures_List): what this installation can do in a workspace.</summary>
internal sealed class FeatureActions : IWorkspaceActions
{
    private static readonly (string Id, string Name, string Description)[] Features =
    [
        ("workspace_hubs", "Hubs and projects", "Projects follow the settings of their hub"),
        ("workspace_softdelete", "Recovery", "Deleted workspaces can be recovered"),
        ("workspace_managednetworkrules", "Outbound rules", "Outbound rules of a managed network are checked and kept"),
        ("workspace_connections", "Connections", "Connections to outside services, with their secrets kept encrypted"),
    ];

    public IEnumerable<ResourceAction> Actions => [new("GET", "features", $"{Workspaces.Type}/features/read", ListAsync) { IsLogged = false }];

    private static Task<ActionResult> ListAsync(ActionContext call, CancellationToken cancellationToken) => Task.FromResult(ActionResult.Ok(new JsonObject
    {
        ["value"] = new JsonArray([.. Features.Select(f => (JsonNode)new JsonObject { ["id"] = f.Id, ["displayName"] = f.Name, ["description"] = f.Description })]),
    }));
}
