using System.Text.Json;
using Atrium.Inference;

namespace Atrium.Bench;

/// <summary>Embeddings a second through HTTP against the same model called in this process.</summary>
internal static class EmbeddingBench
{
    private static readonly string[] Sentences =
    [
        "How do I reset my password?",
        "The quarterly report shows that revenue in the northern region grew by twelve percent.",
        "A kitten naps on the couch while it rains outside.",
        "Please send the signed contract back by the end of next week at the latest.",
    ];

    public static async Task RunAsync()
    {
        await using var hub = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        var address = new Uri(hub["endpoint"]);
        byte[][] requests = [.. Sentences.Select(text => LeanCaller.Request(
            address, "/openai/v1/embeddings", hub["apiKey"], JsonSerializer.Serialize(new { model = "embeddings", input = text, encoding_format = "base64" })))];
        await HttpRate.CompareAsync("embeddings", OpenAsync, address, requests);
    }

    private static async Task<(IAsyncDisposable Engine, Func<int, Task> CallAsync)> OpenAsync()
    {
        var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        var embedder = await models.EmbedderAsync(CancellationToken.None);
        return (models, async i => await embedder.Model.EmbedAsync([Sentences[i % Sentences.Length]], CancellationToken.None));
    }
}
