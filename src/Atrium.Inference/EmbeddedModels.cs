using Atrium.Inference.Embeddings;
using Atrium.Inference.Heads;
using Atrium.Inference.Hearing;
using Atrium.Inference.Language;
using Atrium.Inference.Packages;
using Atrium.Inference.Safety;
using Atrium.Inference.Safety.Images;
using Atrium.Inference.Shelf;
using Atrium.Inference.Shield;
using Atrium.Inference.Speakers;
using Atrium.Inference.Speakers.Diarization;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Espeak;
using Atrium.Inference.Speaking.Flite;
using Atrium.Inference.Translation;
using Atrium.Inference.Vision;

namespace Atrium.Inference;

/// <summary>
/// The models that run in this process, opened from a cache folder when they are first asked for. The folder's packages must have been
/// pulled (<see cref="ModelPackageStore.PullAsync"/>); text safety and prompt shield are trained from the seeds at the first opening, which takes
/// seconds, and read from the cache after that.
/// </summary>
public sealed class EmbeddedModels : IAsyncDisposable
{
    private const long Megabyte = 1_000_000;

    private readonly ModelPackageStore _packages;
    private readonly HeadStore _heads;
    private readonly ModelShelf _shelf;
    private readonly ShelvedModel<ITextEmbedder> _embedder;
    private readonly ShelvedModel<ITextSafety> _safety;
    private readonly ShelvedModel<IPromptShield> _shield;
    private readonly ShelvedModel<ImageAnalyzer> _images;
    private readonly ShelvedModel<ImageSafety> _imageSafety;
    private readonly ShelvedModel<TextAnalyzer> _texts;
    private readonly ShelvedModel<ISpeechRecognizer> _hearing;
    private readonly ShelvedModel<SpeechSynthesizer> _speaking;
    private readonly ShelvedModel<VoicePrinter> _voices;
    private readonly ShelvedModel<SpeakerDiarizer> _speakers;
    private readonly ShelvedModel<ProfanityFilter> _profanity;
    private readonly ShelvedModel<ProfaneWords> _profaneWords;

    /// <summary>Models over a cache folder, kept open once they were used. Nothing is opened yet.</summary>
    public EmbeddedModels(string cacheFolder, InferenceLimits limits, TimeProvider time)
        : this(cacheFolder, limits, new ModelShelf(new(), time), time)
    {
    }

    /// <summary>Models over a cache folder, on a shelf that is theirs to dispose. The megabytes are what each takes with two workers at its busiest (<c>bench/run memory</c> measures it); voices of espeak-ng are there where it is installed and options for it are given.</summary>
    public EmbeddedModels(string cacheFolder, InferenceLimits limits, ModelShelf shelf, TimeProvider time, EspeakOptions? espeak = null)
    {
        _packages = new(cacheFolder, null, time);
        _heads = new(Path.GetFullPath(cacheFolder), time);
        _shelf = shelf;
        _embedder = Shelve<ITextEmbedder>(UseLiteModel.Name, 230, folders => UseLiteEmbedder.Open(folders[0], limits), ModelPackages.UseLite);
        _safety = shelf.Add("text-safety", 1 * Megabyte, OpenSafetyAsync);
        _shield = shelf.Add("prompt-shield", 10 * Megabyte, OpenShieldAsync);
        _images = Shelve(ImageAnalyzer.Name, 160, folders => ImageAnalyzer.Open(folders[0], folders[1], limits), ModelPackages.VisionObjects, ModelPackages.VisionText);
        _imageSafety = Shelve(ImageSafety.Name, 40, folders => new ImageSafety(folders[0], limits), ModelPackages.ImageSafety);
        _texts = Shelve("text-analysis", 40, folders => new TextAnalyzer(LanguageDetector.Open(folders[0]), SentimentAnalyzer.Open(folders[1])), ModelPackages.Languages, ModelPackages.Sentiment);
        _profanity = Shelve("profanity", 1, folders => new ProfanityFilter(OffensiveWords.Read(Path.Combine(folders[0], "index.js"))), ModelPackages.Cuss);
        _hearing = Shelve<ISpeechRecognizer>(
            MoonshineModel.Name, 140, folders => SpeechRecognizer.Open(folders[0], folders[1], folders[2], limits), ModelPackages.SpeechToText, ModelPackages.VoiceActivity, ModelPackages.SpeechVocabulary);
        _speaking = Shelve("speaking", 60, folders => new SpeechSynthesizer([new FliteEngine(FliteModule.Open(folders[0], time)), .. EspeakEngine.Find(espeak)], limits), ModelPackages.SpeakingVoices);
        _voices = Shelve(VoicePrinter.Name, 10, folders => VoicePrinter.Open(folders[0], limits), ModelPackages.VoiceActivity);
        _speakers = Shelve(SpeakerDiarizer.Name, 10, folders => SpeakerDiarizer.Open(folders[0], limits), ModelPackages.VoiceActivity);
        _profaneWords = Shelve("profane-words", 5, folders => ProfaneWords.Open(folders[0]), ModelPackages.ProfaneWords);
    }

    /// <summary>The names of the embedded embedding models, as a data plane lists them.</summary>
    public static IReadOnlyList<string> EmbeddingModels { get; } = [UseLiteModel.Name];

    /// <summary>The name of the embedded recognizer of speech.</summary>
    public const string HearingModel = MoonshineModel.Name;

    /// <summary>Text embeddings.</summary>
    /// <exception cref="ModelPackageException">The package has not been pulled.</exception>
    public ValueTask<ModelLease<ITextEmbedder>> EmbedderAsync(CancellationToken cancellationToken) => _embedder.RentAsync(cancellationToken);

    /// <summary>Text safety.</summary>
    /// <exception cref="ModelPackageException">A package has not been pulled.</exception>
    public ValueTask<ModelLease<ITextSafety>> TextSafetyAsync(CancellationToken cancellationToken) => _safety.RentAsync(cancellationToken);

    /// <summary>The prompt shield.</summary>
    /// <exception cref="ModelPackageException">A package has not been pulled.</exception>
    public ValueTask<ModelLease<IPromptShield>> PromptShieldAsync(CancellationToken cancellationToken) => _shield.RentAsync(cancellationToken);

    /// <summary>Objects and text in images.</summary>
    /// <exception cref="ModelPackageException">A package has not been pulled.</exception>
    public ValueTask<ModelLease<ImageAnalyzer>> ImageAnalyzerAsync(CancellationToken cancellationToken) => _images.RentAsync(cancellationToken);

    /// <summary>Sexual content in images.</summary>
    /// <exception cref="ModelPackageException">The package has not been pulled.</exception>
    public ValueTask<ModelLease<ImageSafety>> ImageSafetyAsync(CancellationToken cancellationToken) => _imageSafety.RentAsync(cancellationToken);

    /// <summary>Language and sentiment of texts.</summary>
    /// <exception cref="ModelPackageException">A package has not been pulled.</exception>
    public ValueTask<ModelLease<TextAnalyzer>> TextAnalyzerAsync(CancellationToken cancellationToken) => _texts.RentAsync(cancellationToken);

    /// <summary>Profane words in several languages.</summary>
    /// <exception cref="ModelPackageException">The package has not been pulled.</exception>
    public ValueTask<ModelLease<ProfaneWords>> ProfaneWordsAsync(CancellationToken cancellationToken) => _profaneWords.RentAsync(cancellationToken);

    /// <summary>Speech to text.</summary>
    /// <exception cref="ModelPackageException">A package has not been pulled.</exception>
    public ValueTask<ModelLease<ISpeechRecognizer>> SpeechRecognizerAsync(CancellationToken cancellationToken) => _hearing.RentAsync(cancellationToken);

    /// <summary>Speaks text.</summary>
    /// <exception cref="ModelPackageException">The package has not been pulled.</exception>
    public ValueTask<ModelLease<SpeechSynthesizer>> SpeechSynthesizerAsync(CancellationToken cancellationToken) => _speaking.RentAsync(cancellationToken);

    /// <summary>Tells voices apart.</summary>
    /// <exception cref="ModelPackageException">The package has not been pulled.</exception>
    public ValueTask<ModelLease<VoicePrinter>> VoicePrinterAsync(CancellationToken cancellationToken) => _voices.RentAsync(cancellationToken);

    /// <summary>Tells who of several speaks.</summary>
    /// <exception cref="ModelPackageException">The package has not been pulled.</exception>
    public ValueTask<ModelLease<SpeakerDiarizer>> SpeakerDiarizerAsync(CancellationToken cancellationToken) => _speakers.RentAsync(cancellationToken);

    /// <summary>Profanity in texts.</summary>
    /// <exception cref="ModelPackageException">The package has not been pulled.</exception>
    public ValueTask<ModelLease<ProfanityFilter>> ProfanityFilterAsync(CancellationToken cancellationToken) => _profanity.RentAsync(cancellationToken);

    /// <summary>Opens what most calls need, training what is not trained yet, so that nobody waits for it later.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        using var embedder = await EmbedderAsync(cancellationToken);
        using var safety = await TextSafetyAsync(cancellationToken);
        using var shield = await PromptShieldAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _shelf.DisposeAsync();

    private async Task<ITextSafety> OpenSafetyAsync(CancellationToken cancellationToken)
    {
        var words = OffensiveWords.Read(Path.Combine(await ReadyFolderAsync(ModelPackages.Cuss, cancellationToken), "index.js"));
        var seeds = SeedFiles.Read("Safety");
        var head = await _heads.GetAsync(
            "text-safety",
            SeedFiles.Fingerprint(seeds, ModelPackages.UseLite.Sha256, ModelPackages.Cuss.Sha256),
            async () =>
            {
                using var embedder = await EmbedderAsync(cancellationToken);
                return await SafetyHead.TrainAsync(seeds, embedder.Model, words, cancellationToken);
            },
            cancellationToken);
        return new TextSafety(_embedder, head, words);
    }

    private async Task<IPromptShield> OpenShieldAsync(CancellationToken cancellationToken)
    {
        var votes = ShieldVotes.Read(await ReadyFolderAsync(ModelPackages.LlmGuardrail, cancellationToken));
        var seeds = SeedFiles.Read("Shield");
        var fingerprint = SeedFiles.Fingerprint(seeds, ModelPackages.UseLite.Sha256, ModelPackages.LlmGuardrail.Sha256);
        Task<LinearHead> Head(string name, bool documents) => _heads.GetAsync(
            name,
            fingerprint,
            async () =>
            {
                using var embedder = await EmbedderAsync(cancellationToken);
                return await votes.TrainAsync(seeds, documents, embedder.Model, cancellationToken);
            },
            cancellationToken);

        return new PromptShield(_embedder, votes, await Head("shield-users", false), await Head("shield-documents", true));
    }

    /// <summary>A model that is opened from the folders of its packages, in their order.</summary>
    private ShelvedModel<T> Shelve<T>(string name, int megabytes, Func<IReadOnlyList<string>, T> open, params ModelPackage[] packages)
        where T : class => _shelf.Add(name, megabytes * Megabyte, async cancellationToken =>
    {
        var folders = new List<string>();
        foreach (var package in packages)
        {
            folders.Add(await ReadyFolderAsync(package, cancellationToken));
        }

        return await Task.Run(() => open(folders), cancellationToken);
    });

    private async Task<string> ReadyFolderAsync(ModelPackage package, CancellationToken cancellationToken)
    {
        if (!await _packages.IsReadyAsync(package, cancellationToken))
        {
            throw new ModelPackageException($"The model package '{package.Id}' is not in the cache ({_packages.FolderOf(package)}). Pull it first.");
        }

        return _packages.FolderOf(package);
    }
}
