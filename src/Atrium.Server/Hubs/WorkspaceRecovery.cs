using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary>
/// Takes soft-deleted workspaces back. A hub comes back with what went with it, and with nothing that had been deleted before. Each step may run twice.
/// </summary>
internal static class WorkspaceRecovery
{
    private const int PageSize = 100;

    /// <exception cref="ApiException">409: it is a project whose hub is not there.</exception>
    public static async ValueTask DemandRecoverableAsync(JsonObject document, ResourceReader reader, CancellationToken cancellationToken)
    {
        if (!Workspaces.IsProject(document) || (document["properties"] as JsonObject)?.Text("hubResourceId") is not { } text)
        {
            return;
        }

        if (await reader.FindAsync(ResourceId.Parse(text), cancellationToken) is null)
        {
            throw ApiException.Conflict("HubNotFound", $"The project cannot be recovered: its hub '{text}' is deleted. Recover the hub first; that recovers the projects deleted with it.");
        }
    }

    /// <summary>The same workspace, live.</summary>
    public static StoredResource Revive(StoredResource stored)
    {
        var body = JsonNode.Parse(stored.Body)!.AsObject();
        Unmark(body);
        return stored with { PurgeAt = null, Body = body.ToJsonString() };
    }

    /// <summary>Takes out of a document what its deletion left in it.</summary>
    public static void Unmark(JsonObject document)
    {
        (document[Resource.InternalName] as JsonObject)?.Remove(Resource.DeletedWithName);
        if (document["properties"] is JsonObject properties && properties.Text("provisioningState") == "Deleting")
        {
            properties["provisioningState"] = "Succeeded";
        }
    }

    /// <summary>Takes back what was deleted together with a resource.</summary>
    public static async Task ReviveDependentsAsync(string key, IAtriumStore store, CancellationToken cancellationToken)
    {
        foreach (var type in (string[])[Workspaces.AccountType.ToLowerInvariant(), Workspaces.TypeKey])
        {
            var query = new ResourceQuery { Type = type, Link = key, Deleted = true, Take = PageSize };
            while (await store.ListAsync(query, cancellationToken) is { Count: > 0 } page)
            {
                var writes = page.Where(r => (string?)new Resource(r).Internal[Resource.DeletedWithName] == key).Select(r => ResourceWriter.Replace(r, Revive(r))).ToArray();
                if (writes.Length > 0 && !(await store.CommitAsync(new() { Resources = writes }, cancellationToken)).Committed)
                {
                    continue;
                }

                query = query with { After = page[^1].Key };
            }
        }
    }
}
