using System.Text.Json.Nodes;
using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary><c>GET {workspace}/effectiveSettings</c>: what holds, and who decided it. Atrium's own; the published API has nothing like it.</summary>
internal sealed class SettingsActions(WorkspaceKinds kinds) : IWorkspaceActions
{
    public IEnumerable<ResourceAction> Actions =>
    [
        new("GET", "effectiveSettings", $"{Workspaces.Type}/effectiveSettings/read", ShowAsync) { IsLogged = false },
    ];

    private async Task<ActionResult> ShowAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var settings = await kinds.Of(call.Resource.Body).SettingsAsync(call.Resource, call.Reader, cancellationToken);
        return ActionResult.Ok(new JsonObject { ["settings"] = new JsonArray([.. settings.Select(s => (JsonNode)s.ToJson())]) });
    }
}
