using Atrium.Inference;
using Atrium.Inference.Hearing;
using Atrium.Inference.Language;
using Atrium.Inference.Llama;
using Atrium.Inference.Packages;
using Atrium.Inference.Quoting;
using Atrium.Inference.Safety.Images;
using Atrium.Inference.Vision;
using Atrium.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Models;

/// <summary>The models that run in this process. Each is opened at its first use and kept.</summary>
internal sealed class EmbeddedEngines(IOptions<ModelsOptions> options, IOptions<AtriumOptions> hosting, EmbeddedModels models, TimeProvider clock) : IAsyncDisposable
{
    public const string EmbeddingName = "use-lite-en";
    public const string QuoteName = QuotingChatModel.ModelName;

    private readonly GgufFiles files = new(options.Value.FolderIn(hosting.Value.Data), clock);
    private readonly Dictionary<string, LlamaChatModel> opened = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim opening = new(1, 1);

    /// <summary>The GGUF files that can answer now.</summary>
    public IReadOnlyList<GgufEntry> Files => files.Usable;

    /// <exception cref="ApiException">503: its package has not been pulled. The same for the other embedded models.</exception>
    public ValueTask<ITextEmbedder> EmbedderAsync(CancellationToken cancellationToken) => PulledAsync(models.EmbedderAsync(cancellationToken));

    public ValueTask<ITextSafety> SafetyAsync(CancellationToken cancellationToken) => PulledAsync(models.TextSafetyAsync(cancellationToken));

    public ValueTask<IPromptShield> ShieldAsync(CancellationToken cancellationToken) => PulledAsync(models.PromptShieldAsync(cancellationToken));

    public ValueTask<ImageAnalyzer> ImagesAsync(CancellationToken cancellationToken) => PulledAsync(models.ImageAnalyzerAsync(cancellationToken));

    public ValueTask<ImageSafety> ImageSafetyAsync(CancellationToken cancellationToken) => PulledAsync(models.ImageSafetyAsync(cancellationToken));

    public ValueTask<TextAnalyzer> TextsAsync(CancellationToken cancellationToken) => PulledAsync(models.TextAnalyzerAsync(cancellationToken));

    public ValueTask<ISpeechRecognizer> HearingAsync(CancellationToken cancellationToken) => PulledAsync(models.SpeechRecognizerAsync(cancellationToken));

    /// <summary>The chat model of that name; <c>default-chat</c> is the first GGUF file's, else the one that quotes.</summary>
    public async ValueTask<IChatModel> ChatAsync(string name, CancellationToken cancellationToken)
    {
        var file = FileOf(name);
        return file is null ? new QuotingChatModel(await EmbedderAsync(cancellationToken)) : await OpenAsync(file, cancellationToken);
    }

    /// <summary>Whether the chat model of that name writes, or only quotes. Opens nothing.</summary>
    public bool Generates(string name) => FileOf(name) is not null;

    public async ValueTask DisposeAsync()
    {
        foreach (var model in opened.Values)
        {
            await model.DisposeAsync();
        }

        opening.Dispose();
    }

    private GgufEntry? FileOf(string name)
    {
        var usable = Files;
        return usable.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? (name == QuoteName || usable.Count == 0 ? null : usable[0]);
    }

    private async ValueTask<IChatModel> OpenAsync(GgufEntry file, CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken);
        try
        {
            if (!opened.TryGetValue(file.Name, out var model))
            {
                var packages = new ModelPackageStore(options.Value.CacheFolder, options.Value.OfflinePackages, clock);
                await packages.PullAsync([ModelPackages.LlamaCpp], progress: null, cancellationToken);
                model = LlamaChatModel.Open(file.Name, file.Path, new() { LibraryFolder = LlamaOptions.LibraryFolderIn(packages.FolderOf(ModelPackages.LlamaCpp)) });
                opened[file.Name] = model;
            }

            return model;
        }
        catch (ModelPackageException missing)
        {
            throw NotPulled(missing);
        }
        finally
        {
            opening.Release();
        }
    }

    private static async ValueTask<T> PulledAsync<T>(ValueTask<T> opening)
    {
        try
        {
            return await opening;
        }
        catch (ModelPackageException missing)
        {
            throw NotPulled(missing);
        }
    }

    private static ApiException NotPulled(ModelPackageException missing) =>
        ApiException.Unavailable("ModelNotPulled", $"{missing.Message} Run `atrium models pull` on the hub's machine.");
}
