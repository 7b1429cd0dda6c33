using System.Text.Json.Nodes;
using Atrium.Server.Hosting.Instance;

namespace Atrium.Server.Cli.Models;

/// <summary>What the running hub says of the models in its memory.</summary>
internal sealed class LoadedModels(JsonObject answer)
{
    public JsonArray Models => answer["value"]!.AsArray();

    /// <returns>Null where no hub runs.</returns>
    public static async Task<LoadedModels?> ReadAsync(string data, CancellationToken cancellationToken)
    {
        if (RunningServer.Find(data) is null)
        {
            return null;
        }

        using var hub = await HubApi.OpenAsync(data, cancellationToken);
        var path = $"/subscriptions/{hub.Installation.SubscriptionId}/providers/Atrium.Models/loaded?api-version=2026-11-01";
        return new(await hub.CallAsync(HttpMethod.Get, path, body: null, cancellationToken));
    }

    public void Write()
    {
        Console.WriteLine();
        Table.Write(["MODEL IN THE HUB", "STATE", "MEMORY", "USERS", "LAST USE"], Models.Select(model => new[]
        {
            (string)model!["name"]!,
            (string)model["state"]!,
            ModelPull.Size((long)model["bytes"]!),
            model["users"]!.ToString(),
            model["lastUse"] is { } lastUse ? ((DateTime)lastUse).ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) : "never",
        }));
        Console.WriteLine($"{ModelPull.Size((long)answer["takenBytes"]!)} of {ModelPull.Size((long)answer["memoryBytes"]!)} for models are taken (Models:MemoryMegabytes).");
    }
}
