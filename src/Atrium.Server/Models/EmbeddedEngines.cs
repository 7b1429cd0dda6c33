using Atrium.Inference;
using Atrium.Inference.Hearing;
using Atrium.Inference.Language;
using Atrium.Inference.Llama;
using Atrium.Inference.Packages;
using Atrium.Inference.Quoting;
using Atrium.Inference.Safety.Images;
using Atrium.Inference.Shelf;
using Atrium.Inference.Speakers;
using Atrium.Inference.Speakers.Diarization;
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
    public const string SpeakingName = "flite";
    public const string QuoteName = QuotingChatModel.ModelName;

    private readonly ModelPackageStore packages = new(options.Value.CacheFolder, options.Value.OfflinePackages, clock);
    private readonly GgufFiles files = new(options.Value.FolderIn(hosting.Value.Data), clock);
    private readonly Dictionary<GgufEntry, ShelvedModel<LlamaChatModel>> shelved = [];
    private readonly Lock gate = new();
    private IReadOnlyList<GgufEntry> seen = [];
    private IReadOnlyList<OwnModel> own = [];

    private LlamaOptions LlamaSettings => new() { LibraryFolder = LlamaOptions.LibraryFolderIn(packages.FolderOf(ModelPackages.LlamaCpp)), Clock = clock };

    /// <summary>The chat models of the models folder, as it is now.</summary>
    public IReadOnlyList<OwnModel> Own
    {
        get
        {
            lock (gate)
            {
                Look();
                return own;
            }
        }
    }

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

    public ValueTask<ModelLease<VoicePrinter>> VoicesAsync(CancellationToken cancellationToken) => OpenedAsync(models.VoicePrinterAsync(cancellationToken));

    public ValueTask<ModelLease<SpeakerDiarizer>> SpeakersAsync(CancellationToken cancellationToken) => OpenedAsync(models.SpeakerDiarizerAsync(cancellationToken));

    public ValueTask<ModelLease<ProfanityFilter>> ProfanityAsync(CancellationToken cancellationToken) => OpenedAsync(models.ProfanityFilterAsync(cancellationToken));

    /// <summary>The chat model of that name; <c>default-chat</c> is the first GGUF file's, else the one that quotes.</summary>
    public async ValueTask<ModelLease<IChatModel>> ChatAsync(string name, CancellationToken cancellationToken)
    {
        if (OwnOf(name) is not { } found)
        {
            return (await EmbedderAsync(cancellationToken)).As<IChatModel>(embedder => new QuotingChatModel(embedder));
        }

        var lease = await OpenedAsync(Shelved(found.File).RentAsync(cancellationToken));
        return lease.As<IChatModel>(model => found.Adapter is { } adapter ? model.With(adapter.Path) : model);
    }

    /// <summary>Whether the chat model of that name writes, or only quotes. Opens nothing.</summary>
    public bool Generates(string name) => OwnOf(name) is not null;

    private OwnModel? OwnOf(string name)
    {
        var models = Own;
        return models.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? (name == QuoteName || models.Count == 0 ? null : models[0]);
    }

    /// <summary>Files that have changed or gone since the last look are taken off the shelf. An adapter belongs to its model's place: with another set of them it is another model.</summary>
    private void Look()
    {
        var usable = files.Usable;
        if (ReferenceEquals(usable, seen))
        {
            return;
        }

        var others = !usable.Where(file => file.IsAdapter).SequenceEqual(seen.Where(file => file.IsAdapter));
        foreach (var gone in shelved.Keys.Where(file => others || !usable.Contains(file)).ToList())
        {
            shelf.Remove(shelved[gone]);
            shelved.Remove(gone);
        }

        (seen, own) = (usable, OwnModel.Of(usable));
    }

    private ShelvedModel<LlamaChatModel> Shelved(GgufEntry file)
    {
        lock (gate)
        {
            if (!shelved.TryGetValue(file, out var model))
            {
                List<GgufEntry> adapters = [.. OwnModel.AdaptersOf(file, seen)];
                var settings = LlamaSettings with { Adapters = [.. adapters.Select(adapter => adapter.Path)] };
                shelved[file] = model = shelf.Add(file.Name, LlamaMemory.BytesOf(file, settings, adapters), cancellationToken => OpenAsync(file, settings, cancellationToken));
            }

            return model;
        }
    }

    private async Task<LlamaChatModel> OpenAsync(GgufEntry file, LlamaOptions settings, CancellationToken cancellationToken)
    {
        await packages.PullAsync([ModelPackages.LlamaCpp], progress: null, cancellationToken);
        var model = LlamaChatModel.Open(file.Name, file.Path, settings);
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
