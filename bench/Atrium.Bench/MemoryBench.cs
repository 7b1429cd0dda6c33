using System.Diagnostics;
using System.Runtime.InteropServices;
using Atrium.Inference;
using Atrium.Inference.Hearing;
using Atrium.Inference.Images;
using Atrium.Inference.Shelf;
using Microsoft.ML.OnnxRuntime;

namespace Atrium.Bench;

/// <summary>What each embedded model really takes beside what the shelf counts for it, and what is left once it is closed. Each is opened by itself and used once.</summary>
internal static class MemoryBench
{
    /// <summary>The argument before the number of the one to measure.</summary>
    public const string One = "memory-of";

    private const double Megabyte = 1_000_000;

    private static readonly Func<EmbeddedModels, Task>[] Uses = [EmbedAsync, SeeAsync, JudgeImageAsync, TellLanguageAsync, HearAsync, JudgeTextAsync];

    /// <summary>Each in a process of its own, since none leaves the memory as it found it.</summary>
    public static async Task RunAsync()
    {
        Timing.Print($"memory (MB resident): counted, measured when open and used, left when closed");
        for (var i = 0; i < Uses.Length; i++)
        {
            using var process = Process.Start(Environment.ProcessPath!, [typeof(MemoryBench).Assembly.Location, One, $"{i}"]);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>One of them, in this process.</summary>
    public static async Task MeasureAsync(int which)
    {
        // The library's own part is nobody's.
        OrtEnv.Instance();
        var shelf = new ModelShelf(new(), TimeProvider.System);
        await using var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), shelf, TimeProvider.System);
        var before = Resident();
        await Uses[which](models);
        var open = Resident();
        var loaded = shelf.Models.Where(model => model.State is ModelState.Open).ToList();
        await models.DisposeAsync();
        var closed = Resident();
        Timing.Print($"  {string.Join(" + ", loaded.Select(model => model.Name)),-44} {loaded.Sum(model => model.Bytes) / Megabyte,5:F0} {(open - before) / Megabyte,5:F0} {(closed - before) / Megabyte,5:F0}");
    }

    private static async Task EmbedAsync(EmbeddedModels models)
    {
        using var lease = await models.EmbedderAsync(CancellationToken.None);
        await lease.Model.EmbedAsync([.. Enumerable.Range(0, 256).Select(i => string.Join(' ', Enumerable.Repeat($"word {i}", 60)))], CancellationToken.None);
    }

    private static async Task SeeAsync(EmbeddedModels models)
    {
        using var lease = await models.ImageAnalyzerAsync(CancellationToken.None);
        using var image = Invoice();
        await lease.Model.DetectAsync(image, "", CancellationToken.None);
        await lease.Model.ReadAsync(image, "", CancellationToken.None);
    }

    private static async Task JudgeImageAsync(EmbeddedModels models)
    {
        using var lease = await models.ImageSafetyAsync(CancellationToken.None);
        using var image = Invoice();
        await lease.Model.SexualSeverityAsync(image, "", CancellationToken.None);
    }

    private static async Task TellLanguageAsync(EmbeddedModels models)
    {
        using var lease = await models.TextAnalyzerAsync(CancellationToken.None);
        lease.Model.Languages.Detect("Guten Tag, wie geht es Ihnen?");
    }

    private static async Task HearAsync(EmbeddedModels models)
    {
        using var lease = await models.SpeechRecognizerAsync(CancellationToken.None);
        await foreach (var _ in lease.Model.ListenAsync(SpeechAudio.Whole(Speech()), new() { Lane = "bench", Words = true }, CancellationToken.None))
        {
        }
    }

    private static async Task JudgeTextAsync(EmbeddedModels models)
    {
        using var safety = await models.TextSafetyAsync(CancellationToken.None);
        using var shield = await models.PromptShieldAsync(CancellationToken.None);
        await safety.Model.AnalyzeAsync("Good morning.", CancellationToken.None);
        await shield.Model.InspectAsync("Good morning.", isDocument: false, CancellationToken.None);
    }

    private static Picture Invoice() => Picture.Read(File.ReadAllBytes(Path.Combine(HubProcess.Root, "tests", "Shared", "Images", "invoice.png")), new());

    /// <summary>The samples of a plain WAV file.</summary>
    private static float[] Speech()
    {
        const int Head = 44;
        var file = File.ReadAllBytes(Path.Combine(HubProcess.Root, "tests", "Shared", "Audio", "amiable.wav"));
        return [.. MemoryMarshal.Cast<byte, short>(file.AsSpan(Head, (file.Length - Head) / 2 * 2)).ToArray().Select(sample => sample / 32768f)];
    }

    private static long Resident()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
