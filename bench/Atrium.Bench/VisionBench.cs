using System.Text.Json.Nodes;
using Atrium.Inference;
using Atrium.Inference.Images;
using Atrium.Inference.Packages;
using Atrium.Inference.Vision;

namespace Atrium.Bench;

/// <summary>
/// What is read and seen in three images, through HTTP beside the engine called in this process, and images a second both ways with 4 callers, in turn, in one run.
/// The pages' texts are known; the photograph (with the package of the object model) has faces side by side, so people are what there is to find.
/// </summary>
internal static class VisionBench
{
    private const string Path = "/computervision/imageanalysis:analyze?api-version=2024-02-01&features=read,objects";
    private static readonly HttpLoad Load = new(Callers: 4, Rounds: 3, TimeSpan.FromSeconds(6));

    public static async Task RunAsync()
    {
        var packages = new ModelPackageStore(ModelCache.Folder, offlineFolder: null, TimeProvider.System);
        await packages.PullAsync([ModelPackages.VisionObjects, ModelPackages.VisionText], progress: null, CancellationToken.None);
        Sample[] samples =
        [
            new("invoice.png", Image("invoice.png"), ["Invoice No. 48213", "Total due: $1,299.50 by 2026-12-01", "Contact: billing@example.org", "Thank you"], 0),
            new("sign.png", Image("sign.png"), ["EXIT", "Gate 12"], 0),
            new("photograph", await File.ReadAllBytesAsync(System.IO.Path.Combine(packages.FolderOf(ModelPackages.VisionObjects), "assets", "samples.jpg")), [], 1),
        ];
        await using var hub = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        var address = new Uri(hub["endpoint"]);
        byte[][] requests = [.. samples.Select(sample => LeanCaller.Request(address, Path, hub["apiKey"], "application/octet-stream", sample.Bytes))];
        await PrintQualityAsync(samples, address, requests);
        await HttpRate.CompareAsync("images", () => OpenAsync(samples), address, requests, Load);
    }

    private static async Task<(IAsyncDisposable Engine, Func<int, Task> CallAsync)> OpenAsync(Sample[] samples)
    {
        var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        var analyzer = await models.ImageAnalyzerAsync(CancellationToken.None);
        return (models, async i => await LookAsync(analyzer.Model, samples[i % samples.Length].Bytes));
    }

    private static async Task PrintQualityAsync(Sample[] samples, Uri address, byte[][] requests)
    {
        await using var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        using var analyzer = await models.ImageAnalyzerAsync(CancellationToken.None);
        using var caller = new LeanCaller(address);
        foreach (var (sample, request) in samples.Zip(requests))
        {
            var (lines, objects) = await LookAsync(analyzer.Model, sample.Bytes);
            var answer = JsonNode.Parse((await caller.CallAsync(request)).Span)!;
            var (read, seen) = Said(answer);
            Timing.Print($"{sample.Name}: lines exact {Exact(sample, lines)} direct, {Exact(sample, read)} through HTTP, of {sample.Lines.Length}; people {objects.Count(o => o == "person")} direct, {seen.Count(o => o == "person")} through HTTP (at least {sample.LeastPeople}); objects the same: {objects.Order().SequenceEqual(seen.Order())}");
        }
    }

    /// <summary>What an answer of the API says of a picture.</summary>
    public static (List<string> Lines, List<string> Objects) Said(JsonNode answer) => (
        [.. answer["readResult"]!["blocks"]!.AsArray().SelectMany(block => block!["lines"]!.AsArray()).Select(line => (string)line!["text"]!)],
        [.. answer["objectsResult"]!["values"]!.AsArray().Select(value => (string)value!["tags"]![0]!["name"]!)]);

    /// <summary>What the engine says of it.</summary>
    public static async Task<(List<string> Lines, List<string> Objects)> LookAsync(ImageAnalyzer analyzer, byte[] bytes)
    {
        using var picture = Picture.Read(bytes, new ImageRules());
        var objects = await analyzer.DetectAsync(picture, "", CancellationToken.None);
        var lines = await analyzer.ReadAsync(picture, "", CancellationToken.None);
        return ([.. lines.Select(line => line.Text)], [.. objects.Select(o => o.Label)]);
    }

    private static int Exact(Sample sample, List<string> lines) => sample.Lines.Count(lines.Contains);

    private static byte[] Image(string name) => File.ReadAllBytes(System.IO.Path.Combine(AppContext.BaseDirectory, "Images", name));

    /// <param name="Name">As the table names it.</param>
    /// <param name="Bytes">The file.</param>
    /// <param name="Lines">What is written in it.</param>
    /// <param name="LeastPeople">So many people are in it, or more.</param>
    private sealed record Sample(string Name, byte[] Bytes, string[] Lines, int LeastPeople);
}
