using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Speaking.Batch;

/// <summary>What a synthesis keeps in its folder: what is to be spoken, what came of each input, and the result that callers fetch.</summary>
internal sealed class SynthesisFiles
{
    public const string Result = "results.zip";
    public const string Summary = "summary.json";

    private const string Inputs = "inputs.json";
    private const string Place = "place";
    private readonly string folder;

    private SynthesisFiles(string folder) => this.folder = folder;

    /// <summary>Of a job that is kept.</summary>
    public static SynthesisFiles Of(KeptJob job, string folder) => new(Path.Combine(folder, (string)job.Request[Place]!));

    /// <summary>
    /// Writes what is to be spoken, for a job that is about to be kept. Each has a place of its own in its folder: one of the same id that was deleted may still be at
    /// work there, and of two that are made at once one is refused.
    /// </summary>
    /// <returns>What the job is to be kept with.</returns>
    public static JsonObject Begin(string folder, IReadOnlyList<string> inputs)
    {
        var place = Guid.NewGuid().ToString("N");
        var files = new SynthesisFiles(Path.Combine(folder, place));
        PrivateFile.CreateFolder(files.folder);
        PrivateFile.Write(files.PathOf(Inputs), JsonSerializer.Serialize(inputs));
        return new() { [Place] = place };
    }

    public async Task<IReadOnlyList<string>> ReadInputsAsync(CancellationToken cancellationToken) => JsonSerializer.Deserialize<List<string>>(await File.ReadAllTextAsync(PathOf(Inputs), cancellationToken))!;

    public string ResultPath => PathOf(Result);

    /// <summary>As published: a number for each audio, counted from 1, and an ending by its form.</summary>
    public static string AudioName(int number, AudioFormat format) => $"{number + 1:0000}{ExtensionOf(format)}";

    public string PathOf(string name) => Path.Combine(folder, name);

    /// <summary>What came of an input; null where it has not been spoken.</summary>
    public async Task<SpokenOutcome?> ReadOutcomeAsync(int number, CancellationToken cancellationToken) =>
        PathOf($"outcome-{number}.json") is var path && File.Exists(path) ? JsonSerializer.Deserialize<SpokenOutcome>(await File.ReadAllTextAsync(path, cancellationToken)) : null;

    public void WriteOutcome(int number, SpokenOutcome outcome) => PrivateFile.Write(PathOf($"outcome-{number}.json"), JsonSerializer.Serialize(outcome));

    public void WriteBoundaries(int number, string kind, IEnumerable<SpokenEvent> events) => PrivateFile.Write(
        PathOf(BoundariesName(number, kind)),
        JsonSerializer.Serialize(events.Select(told => new { told.Text, AudioOffset = (long)told.Offset.TotalMilliseconds, Duration = (long)told.Duration.TotalMilliseconds })));

    public static string BoundariesName(int number, string kind) => $"{number + 1:0000}.{kind}.json";

    /// <summary>Puts all into one file, which appears when it is whole; the parts go.</summary>
    public void Pack(JsonObject summary, IReadOnlyList<string> names)
    {
        var whole = PathOf("results.part");
        using (var file = File.Create(whole))
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var name in names)
            {
                // Audio does not get smaller.
                zip.CreateEntryFromFile(PathOf(name), name, name.EndsWith(".json", StringComparison.Ordinal) ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
            }

            using var entry = zip.CreateEntry(Summary).Open();
            JsonSerializer.Serialize(entry, summary);
        }

        File.Move(whole, ResultPath, overwrite: true);
        foreach (var name in names)
        {
            File.Delete(PathOf(name));
        }
    }

    /// <summary>Takes all of it away, and nothing of another job that has come to the same id.</summary>
    public void Remove()
    {
        if (System.IO.Directory.Exists(folder))
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    private static string ExtensionOf(AudioFormat format) => format.Container switch
    {
        AudioContainer.Riff => ".wav",
        AudioContainer.Ogg => ".ogg",
        AudioContainer.WebM => ".webm",
        _ => format.Codec switch { AudioCodec.Mp3 => ".mp3", AudioCodec.Opus => ".opus", _ => ".raw" },
    };
}

/// <summary>What came of an input.</summary>
/// <param name="Failure">Why there is no audio; null where there is.</param>
/// <param name="Characters">That were spoken.</param>
/// <param name="Bytes">Of the audio.</param>
/// <param name="Milliseconds">Of the audio.</param>
internal sealed record SpokenOutcome(string? Failure, int Characters, long Bytes, long Milliseconds);
