using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary><c>POST {workspace}/recover</c>. The same as a PUT with <c>properties.allowRecoverSoftDeletedWorkspace</c>, without a body.</summary>
internal sealed class RecoverActions(IAtriumStore store) : IWorkspaceActions
{
    public IEnumerable<ResourceAction> Actions => [new("POST", "recover", $"{Workspaces.Type}/write", RecoverAsync) { OnDeleted = true, IsLongRunning = true }];

    private async Task<ActionResult> RecoverAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var stored = call.Resource.Stored;
        if (stored.PurgeAt is not null)
        {
            await WorkspaceRecovery.DemandRecoverableAsync(call.Resource.Body, call.Reader, cancellationToken);
            var outcome = await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(stored, WorkspaceRecovery.Revive(stored))] }, cancellationToken);
            if (!outcome.Committed)
            {
                throw ApiException.Conflict("ConcurrentWrites", $"'{call.Id}' was changed at the same time. Try again.");
            }
        }

        await WorkspaceRecovery.ReviveDependentsAsync(stored.Key, store, cancellationToken);
        return new(StatusCodes.Status204NoContent, null);
    }
}
