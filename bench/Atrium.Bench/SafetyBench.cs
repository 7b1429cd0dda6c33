using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference;

namespace Atrium.Bench;

/// <summary>
/// Text safety: the severities of every held-out text through <c>text:analyze</c> beside those of the engine called in this process, which must be the same; and texts a
/// second both ways.
/// </summary>
internal static class SafetyBench
{
    private const string Path = "/contentsafety/text:analyze?api-version=2024-09-01";

    /// <summary>Between the labels of a text and the text.</summary>
    private const string Separator = " | ";

    public static async Task RunAsync()
    {
        var files = Directory.GetFiles(System.IO.Path.Combine(HubProcess.Root, "bench", "data", "text-safety"), "*.txt").Order(StringComparer.Ordinal);
        string[] texts = [.. files.SelectMany(File.ReadLines).Where(line => !line.StartsWith('#') && line.Contains(Separator, StringComparison.Ordinal)).Select(line => line[(line.IndexOf(Separator, StringComparison.Ordinal) + Separator.Length)..].Trim())];
        await using var hub = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        var address = new Uri(hub["endpoint"]);
        byte[][] requests = [.. texts.Select(text => LeanCaller.Request(address, Path, hub["apiKey"], JsonSerializer.Serialize(new { text, outputType = "EightSeverityLevels" })))];
        await CompareSeveritiesAsync(texts, address, requests);
        await HttpRate.CompareAsync("text safety", () => OpenAsync(texts), address, requests);
    }

    private static async Task CompareSeveritiesAsync(string[] texts, Uri address, byte[][] requests)
    {
        await using var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        using var safety = await models.TextSafetyAsync(CancellationToken.None);
        using var caller = new LeanCaller(address);
        var other = 0;
        foreach (var (text, request) in texts.Zip(requests))
        {
            var direct = await safety.Model.AnalyzeAsync(text, CancellationToken.None);
            var answer = JsonNode.Parse((await caller.CallAsync(request)).Span)!["categoriesAnalysis"]!.AsArray();
            var isSame = answer.Count == direct.Count && answer.All(found => direct[Enum.Parse<HarmCategory>((string)found!["category"]!)] == (int)found["severity"]!);
            other += isSame ? 0 : 1;
        }

        Timing.Print($"text safety: {texts.Length} texts, {other} with other severities through HTTP than direct");
    }

    private static async Task<(IAsyncDisposable Engine, Func<int, Task> CallAsync)> OpenAsync(string[] texts)
    {
        var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        var safety = await models.TextSafetyAsync(CancellationToken.None);
        return (models, async i => await safety.Model.AnalyzeAsync(texts[i % texts.Length], CancellationToken.None));
    }
}
