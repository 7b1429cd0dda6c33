using Atrium.Inference;
using Atrium.Inference.Hearing;
using Atrium.Inference.Language;
using Atrium.Inference.Llama;
using Atrium.Inference.Packages;
using Atrium.Inference.Quoting;
using Atrium.Inference.Safety.Images;
using Atrium.Inference.Shelf;
using Atrium.Inference.Speaking;
using Atrium.Inference.Translation;
using Atrium.Inference.Vision;
using Atrium.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Models;

/// <summary>
/// The models that run in this process, each as a lease: it is open until the lease is disposed, and may be closed after that. A call keeps its lease to its end and
/// no longer.
/// </summary>
internal sealed class EmbeddedEngines(IOptions<ModelsOptions> options, IOptions<AtriumOptions> hosting, EmbeddedModels models, ModelShelf shelf, TimeProvider clock)
{
    public const string EmbeddingName = "use-lite-en";
    public const string HearingName = EmbeddedModels.HearingModel;
    public const string QuoteName = QuotingChatModel.ModelName;

    private readonly ModelPackageStore packages = new(options.Value.CacheFolder, options.Value.OfflinePackages, clock);
    private readonly GgufFiles files = new(options.Value.FolderIn(hosting.Value.Data), clock);
    private readonly Dictionary<GgufEntry, ShelvedModel<IChatModel>> own = [];
    private readonly Lock gate = new();
    private IReadOnlyList<GgufEntry> shelved = [];

    private LlamaOptions LlamaSettings => new() { LibraryFolder = LlamaOptions.LibraryFolderIn(packages.FolderOf(ModelPackages.LlamaCpp)), Clock = clock };

    /// <summary>The GGUF files that can answer now.</summary>
    public IReadOnlyList<GgufEntry> Files => files.Usable;

    /// <exception cref="ApiException">503: its package has not been pulled, or there is no memory for it. The same for the other embedded models.</exception>
    public ValueTask<ModelLease<ITextEmbedder>> EmbedderAsync(CancellationToken cancellationToken) => OpenedAsync(models.EmbedderAsync(cancellationToken));

    public ValueTask<ModelLease<ITextSafety>> SafetyAsync(CancellationToken cancellationToken) => OpenedAsync(models.TextSafetyAsync(cancellationToken));

    public ValueTask<ModelLease<IPromptShield>> ShieldAsync(CancellationToken cancellationToken) => OpenedAsync(models.PromptShieldAsync(cancellationToken));

    public ValueTask<ModelLease<ImageAnalyzer>> ImagesAsync(CancellationToken cancellationToken) => OpenedAsync(models.ImageAnalyzerAsync(cancellationToken));

    public ValueTask<ModelLease<ImageSafety>> ImageSafetyAsync(CancellationToken cancellationToken) => OpenedAsync(models.ImageSafetyAsync(cancellationToken));

    public ValueTask<ModelLease<TextAnalyzer>> TextsAsync(CancellationToken cancellationToken) => OpenedAsync(models.TextAnalyzerAsync(cancellationToken));

    public ValueTask<ModelLease<ProfaneWords>> ProfaneWordsAsync(CancellationToken cancellationToken) => OpenedAsync(models.ProfaneWordsAsync(cancellationToken));

    public ValueTask<ModelLease<ISpeechRecognizer>> HearingAsync(CancellationToken cancellationToken) => OpenedAsync(models.SpeechRecognizerAsync(cancellationToken));

    public ValueTask<ModelLease<SpeechSynthesizer>> SpeakingAsync(CancellationToken cancellationToken) => OpenedAsync(models.SpeechSynthesizerAsync(cancellationToken));

    public ValueTask<ModelLease<ProfanityFilter>> ProfanityAsync(CancellationToken cancellationToken) => OpenedAsync(models.ProfanityFilterAsync(cancellationToken));

    /// <summary>The chat model of that name; <c>default-chat</c> is the first GGUF file's, else the one that quotes.</summary>
    public async ValueTask<ModelLease<IChatModel>> ChatAsync(string name, CancellationToken cancellationToken) => FileOf(name) is { } file
        ? await OpenedAsync(Shelved(file).RentAsync(cancellationToken))
        : (await EmbedderAsync(cancellationToken)).As<IChatModel>(embedder => new QuotingChatModel(embedder));

    /// <summary>Whether the chat model of that name writes, or only quotes. Opens nothing.</summary>
    public bool Generates(string name) => FileOf(name) is not null;

    private GgufEntry? FileOf(string name)
    {
        var usable = Files;
        return usable.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? (name == QuoteName || usable.Count == 0 ? null : usable[0]);
    }

    /// <summary>The file's place on the shelf. Files that have changed or gone since the last look are taken off it.</summary>
    private ShelvedModel<IChatModel> Shelved(GgufEntry file)
    {
        lock (gate)
        {
            var usable = Files;
            if (!ReferenceEquals(usable, shelved))
            {
                shelved = usable;
                foreach (var gone in own.Keys.Except(usable).ToList())
                {
                    shelf.Remove(own[gone]);
                    own.Remove(gone);
                }
            }

            if (!own.TryGetValue(file, out var model))
            {
                own[file] = model = shelf.Add(file.Name, LlamaMemory.BytesOf(file, LlamaSettings), cancellationToken => OpenAsync(file, cancellationToken));
            }

            return model;
        }
    }

    private async Task<IChatModel> OpenAsync(GgufEntry file, CancellationToken cancellationToken)
    {
        await packages.PullAsync([ModelPackages.LlamaCpp], progress: null, cancellationToken);
        var model = LlamaChatModel.Open(file.Name, file.Path, LlamaSettings);
        try
        {
            await model.WarmAsync(cancellationToken);
            return model;
        }
        catch
        {
            await model.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<ModelLease<T>> OpenedAsync<T>(ValueTask<ModelLease<T>> renting)
        where T : class
    {
        try
        {
            return await renting;
        }
        catch (ModelPackageException missing)
        {
            throw ModelRefusals.Of(missing);
        }
        catch (ModelMemoryException full)
        {
            throw ModelRefusals.Of(full);
        }
    }
}
