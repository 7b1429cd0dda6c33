using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Operations;

namespace Atrium.Server.Hubs;

/// <summary>The AI services account that comes with a hub, and the connection by which all of its projects use it. Each step may run twice.</summary>
internal static class HubAccount
{
    public const string ConnectionName = "aiservices";
    private const int MaxTries = 8;

    /// <summary>Makes the account unless it is there, and ties it to the hub, so that it goes with the hub.</summary>
    public static async Task EnsureAsync(JobContext job, ResourceId account, IAtriumStore store, CancellationToken cancellationToken)
    {
        await job.EnsureAsync(account, Body(account, job.Resource.Body.Text("location")!), cancellationToken);
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            var stored = await store.FindAsync(account.Key, cancellationToken);
            if (stored is null || stored.Link == job.Resource.Stored.Key)
            {
                return;
            }

            var tied = ResourceWriter.Replace(stored, stored with { Link = job.Resource.Stored.Key });
            if ((await store.CommitAsync(new() { Resources = [tied] }, cancellationToken)).Committed)
            {
                return;
            }
        }

        throw new InvalidOperationException($"'{account}' changed at each of {MaxTries} tries to tie it to its hub.");
    }

    /// <summary>The connection needs no secret: callers bring their own token or key, and a key of the account that is made anew leaves nothing stale.</summary>
    public static Task EnsureConnectionAsync(JobContext job, ResourceId account, string address, CancellationToken cancellationToken) => job.EnsureAsync(
        job.Resource.Id.Child("connections", ConnectionName),
        new()
        {
            ["properties"] = new JsonObject
            {
                ["category"] = "AIServices",
                ["target"] = $"{address}/ai/{account.Name}/",
                ["authType"] = "AAD",
                ["isSharedToAll"] = true,
                ["metadata"] = new JsonObject { ["ApiType"] = "Azure", ["ResourceId"] = account.Text },
            },
        },
        cancellationToken);

    /// <summary>Deployments to chat with, for embeddings, to hear and to speak, so that the key answers at once.</summary>
    public static async Task EnsureDeploymentsAsync(JobContext job, ResourceId account, CancellationToken cancellationToken)
    {
        await job.EnsureAsync(account.Child("deployments", "chat"), Deployment("default-chat"), cancellationToken);
        await job.EnsureAsync(account.Child("deployments", "embeddings"), Deployment("use-lite-en"), cancellationToken);
        await job.EnsureAsync(account.Child("deployments", "whisper"), Deployment("moonshine-tiny"), cancellationToken);
        await job.EnsureAsync(account.Child("deployments", "tts"), Deployment("flite"), cancellationToken);
    }

    private static JsonObject Deployment(string model) => new()
    {
        ["sku"] = new JsonObject { ["name"] = "Standard", ["capacity"] = 1 },
        ["properties"] = new JsonObject { ["model"] = new JsonObject { ["format"] = "Atrium", ["name"] = model, ["version"] = "1" } },
    };

    private static JsonObject Body(ResourceId account, string location) => new()
    {
        ["location"] = location,
        ["kind"] = "AIServices",
        ["sku"] = new JsonObject { ["name"] = "S0" },
        ["identity"] = new JsonObject { ["type"] = "SystemAssigned" },
        ["properties"] = new JsonObject { ["customSubDomainName"] = account.Name },
    };
}
