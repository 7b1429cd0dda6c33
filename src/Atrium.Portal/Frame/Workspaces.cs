using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Portal.Api;

namespace Atrium.Portal.Frame;

/// <summary>The hubs and projects that one user's pages have shown, so that going from page to page asks the API only for what is new.</summary>
public sealed class Workspaces(HubApi api, TimeProvider clock)
{
    /// <summary>After which it is read again.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(20);

    private const int MostKept = 200;
    private readonly ConcurrentDictionary<ResourceId, (DateTimeOffset Read, Task<WorkspaceView> View)> kept = [];

    /// <summary>Tells that one has changed.</summary>
    public event Action? Changed;

    /// <summary>The hub or project.</summary>
    /// <exception cref="HubApiException">There is none, or none that this user may see.</exception>
    public async Task<WorkspaceView> OpenAsync(ResourceId id, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (!kept.TryGetValue(id, out var known) || now - known.Read > Fresh || known.View.IsFaulted || known.View.IsCanceled)
        {
            if (kept.Count >= MostKept)
            {
                kept.Clear();
            }

            // Several parts of a page ask at once, and the first may go away before the answer is there.
            known = (now, ReadAsync(id, CancellationToken.None));
            kept[id] = known;
        }

        return await known.View.WaitAsync(cancellationToken);
    }

    /// <summary>Reads it again at its next use, and tells the frame.</summary>
    public void Forget(ResourceId id)
    {
        kept.TryRemove(id, out _);
        Changed?.Invoke();
    }

    /// <summary>What the user may do at a place.</summary>
    public async Task<Rights> RightsAtAsync(ResourceId scope, CancellationToken cancellationToken) =>
        Rights.Read(await api.ListAsync(ApiPaths.Permissions(scope), cancellationToken));

    /// <summary>Whether the user may make projects in a hub: he must be let into the hub, and may make workspaces in its group, where the portal puts them.</summary>
    public async Task<bool> MayMakeProjectsAsync(ResourceId hub, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hub);
        try
        {
            return (await RightsAtAsync(hub, cancellationToken)).Can(Actions.JoinHub)
                && (await RightsAtAsync(hub.ResourceGroup!, cancellationToken)).Can(Actions.WriteWorkspace);
        }
        catch (HubApiException missing) when (missing.IsMissing)
        {
            return false;
        }
    }

    private async Task<WorkspaceView> ReadAsync(ResourceId id, CancellationToken cancellationToken)
    {
        var (self, rights, account) = (api.GetAsync(ApiPaths.Workspace(id), cancellationToken), RightsAtAsync(id, cancellationToken), FindAccountAsync(id, cancellationToken));
        await Task.WhenAll(self, rights, account);
        var found = await account;
        return new(Workspace.Read(await self), await rights, found, found is null ? Rights.None : await RightsAtAsync(found, cancellationToken));
    }

    /// <summary>By the connection that comes with every hub and that its projects see.</summary>
    private async Task<ResourceId?> FindAccountAsync(ResourceId id, CancellationToken cancellationToken)
    {
        try
        {
            var connections = await api.ListAsync(ApiPaths.Connections(id), cancellationToken);
            return connections
                .Where(c => (string?)c["properties"]?["category"] == "AIServices")
                .Select(c => (string?)(c["properties"]?["metadata"] as JsonObject)?["ResourceId"])
                .Select(text => ResourceId.TryParse(text, out var account, out _) ? account : null)
                .FirstOrDefault(account => account is not null);
        }
        catch (HubApiException)
        {
            return null;
        }
    }
}
