using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary>
/// The keys of what a workspace leans on: <c>listKeys</c>, <c>listStorageAccountKeys</c>, <c>resyncKeys</c>. They are kept with those resources and read there
/// each time. A project hands none out, for they would open the data of its siblings.
/// </summary>
internal sealed class KeyActions(ISecretCipher cipher, IAtriumStore store) : IWorkspaceActions
{
    private const string StorageKey = "keys.key1";
    private static readonly string[] RegistryPasswords = ["password", "password2"];

    public IEnumerable<ResourceAction> Actions =>
    [
        new("POST", "listKeys", $"{Workspaces.Type}/listKeys/action", ListAsync),
        new("POST", "listNotebookKeys", $"{Workspaces.Type}/listNotebookKeys/action", (_, _) => Task.FromResult(ActionResult.Ok(NoNotebooks()))) { IsLogged = false },
        new("POST", "listStorageAccountKeys", $"{Workspaces.Type}/listStorageAccountKeys/action", ListStorageAsync),
        new("POST", "resyncKeys", $"{Workspaces.Type}/resyncKeys/action", ResyncAsync) { IsLongRunning = true },
    ];

    /// <summary>ListWorkspaceKeysResult. What is not there is null or left out.</summary>
    private async Task<ActionResult> ListAsync(ActionContext call, CancellationToken cancellationToken)
    {
        DemandOwn(call);
        var answer = new JsonObject
        {
            ["userStorageKey"] = await ReadAsync(call, "storageAccount", StorageKey, cancellationToken),
            ["userStorageResourceId"] = call.Resource.Properties.Text("storageAccount"),
        };
        if (call.Resource.Properties.Text("containerRegistry") is { } registry && ResourceId.TryParse(registry, out var id, out _))
        {
            var passwords = new JsonArray();
            foreach (var name in RegistryPasswords)
            {
                if (await ReadAsync(call, "containerRegistry", $"passwords.{name}", cancellationToken) is { } password)
                {
                    passwords.Add(new JsonObject { ["name"] = name, ["value"] = password });
                }
            }

            answer["containerRegistryCredentials"] = new JsonObject { ["location"] = call.Resource.Body.Text("location"), ["username"] = id.Name, ["passwords"] = passwords };
        }

        return ActionResult.Ok(answer);
    }

    /// <summary>ListNotebookKeysResult of a workspace that has no notebook service: both keys are published as null there.</summary>
    private static JsonObject NoNotebooks() => new() { ["primaryAccessKey"] = null, ["secondaryAccessKey"] = null };

    private async Task<ActionResult> ListStorageAsync(ActionContext call, CancellationToken cancellationToken)
    {
        DemandOwn(call);
        return ActionResult.Ok(new JsonObject { ["userStorageKey"] = await ReadAsync(call, "storageAccount", StorageKey, cancellationToken) });
    }

    /// <summary>Nothing is copied, so nothing is out of step; what is left of it is to see that the key can be read.</summary>
    private async Task<ActionResult> ResyncAsync(ActionContext call, CancellationToken cancellationToken)
    {
        await ReadAsync(call, "storageAccount", StorageKey, cancellationToken);
        return new(StatusCodes.Status200OK, null);
    }

    private async ValueTask<string?> ReadAsync(ActionContext call, string property, string secret, CancellationToken cancellationToken)
    {
        if (!ResourceId.TryParse(call.Resource.Properties.Text(property), out var id, out _) || await call.Reader.FindAsync(id, cancellationToken) is null)
        {
            return null;
        }

        var kept = await store.FindSecretAsync(id.Key, secret, cancellationToken);
        return kept is null ? null : cipher.Decrypt(id.Key, secret, kept);
    }

    private static void DemandOwn(ActionContext call)
    {
        if (Workspaces.IsProject(call.Resource.Body))
        {
            throw ApiException.Forbidden("KeysBelongToHub", $"The storage account and the registry of a project are its hub's, and their keys would open every project. They are listed on '{call.Resource.Properties.Text("hubResourceId")}'.");
        }
    }
}
