using Atrium.Server.AiServices;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Projects;

/// <summary>The project's own keys for the data plane: <c>listApiKeys</c> and <c>regenerateApiKey</c>.</summary>
internal sealed class ProjectKeyActions(ISecretCipher cipher) : IWorkspaceActions
{
    public IEnumerable<ResourceAction> Actions =>
    [
        new("POST", "listApiKeys", $"{Workspaces.Type}/listApiKeys/action", (call, cancellationToken) => ApiKeys.ListAsync(Demand(call), cipher, cancellationToken)),
        new("POST", "regenerateApiKey", $"{Workspaces.Type}/regenerateApiKey/action", (call, cancellationToken) => ApiKeys.RegenerateAsync(Demand(call), cipher, cancellationToken))
        {
            Changes = true,
        },
    ];

    private static ActionContext Demand(ActionContext call) => Workspaces.IsProject(call.Resource.Body)
        ? call
        : throw ApiException.BadRequest(
            "NotAProject",
            $"Only projects have keys of their own; '{call.Id}' is of kind {Workspaces.KindOf(call.Resource.Body)}. The hub's keys are those of its AI services account.");
}
