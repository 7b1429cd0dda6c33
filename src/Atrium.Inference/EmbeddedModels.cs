using Atrium.Inference.Embeddings;
using Atrium.Inference.Heads;
using Atrium.Inference.Hearing;
using Atrium.Inference.Language;
using Atrium.Inference.Packages;
using Atrium.Inference.Safety;
using Atrium.Inference.Safety.Images;
using Atrium.Inference.Shield;
using Atrium.Inference.Vision;

namespace Atrium.Inference;

/// <summary>
/// The models that run in this process, opened from a cache folder when they are first asked for. The folder's packages must have been
/// pulled (<see cref="ModelPackageStore.PullAsync"/>); text safety and prompt shield are trained from the seeds at the first opening, which takes
/// seconds, and read from the cache after that.
/// </summary>
public sealed class EmbeddedModels : IAsyncDisposable
{
    private readonly ModelPackageStore _packages;
    private readonly HeadStore _heads;
    private readonly Once<UseLiteEmbedder> _embedder;
    private readonly Once<ITextSafety> _safety;
    private readonly Once<IPromptShield> _shield;
    private readonly Once<ImageAnalyzer> _images;
    private readonly Once<ImageSafety> _imageSafety;
    private readonly Once<TextAnalyzer> _texts;
    private readonly Once<SpeechRecognizer> _hearing;

    /// <summary>Models over a cache folder. Nothing is opened yet.</summary>
    public EmbeddedModels(string cacheFolder, InferenceLimits limits, TimeProvider time)
    {
        _packages = new(cacheFolder, null, time);
        _heads = new(Path.GetFullPath(cacheFolder), time);
        _embedder = new(async cancellationToken =>
        {
            var folder = await ReadyFolderAsync(ModelPackages.UseLite, cancellationToken);
            return await Task.Run(() => UseLiteEmbedder.Open(folder, limits), cancellationToken);
        });
        _safety = new(OpenSafetyAsync);
        _shield = new(OpenShieldAsync);
        _images = new(async cancellationToken =>
        {
            var objects = await ReadyFolderAsync(ModelPackages.VisionObjects, cancellationToken);
            var text = await ReadyFolderAsync(ModelPackages.VisionText, cancellationToken);
            return await Task.Run(() => ImageAnalyzer.Open(objects, text, limits), cancellationToken);
        });
        _imageSafety = new(async cancellationToken =>
        {
            var folder = await ReadyFolderAsync(ModelPackages.ImageSafety, cancellationToken);
            return await Task.Run(() => new ImageSafety(folder, limits), cancellationToken);
        });
        _texts = new(async cancellationToken =>
        {
            var languages = await ReadyFolderAsync(ModelPackages.Languages, cancellationToken);
            var sentiment = await ReadyFolderAsync(ModelPackages.Sentiment, cancellationToken);
            return await Task.Run(() => new TextAnalyzer(LanguageDetector.Open(languages), SentimentAnalyzer.Open(sentiment)), cancellationToken);
        });
        _hearing = new(async cancellationToken =>
        {
            var model = await ReadyFolderAsync(ModelPackages.SpeechToText, cancellationToken);
            var voice = await ReadyFolderAsync(ModelPackages.VoiceActivity, cancellationToken);
            var vocabulary = await ReadyFolderAsync(ModelPackages.SpeechVocabulary, cancellationToken);
            return await Task.Run(() => SpeechRecognizer.Open(model, voice, vocabulary, limits), cancellationToken);
        });
    }

    /// <summary>The names of the embedded embedding models, as a data plane lists them.</summary>
    public static IReadOnlyList<string> EmbeddingModels { get; } = [UseLiteModel.Name];

    /// <summary>Text embeddings, warm.</summary>
    /// <exception cref="ModelPackageException">The package has not been pulled.</exception>
    public async ValueTask<ITextEmbedder> EmbedderAsync(CancellationToken cancellationToken) => await _embedder.GetAsync(cancellationToken);

    /// <summary>Text safety, warm.</summary>
    /// <exception cref="ModelPackageException">A package has not been pulled.</exception>
    public ValueTask<ITextSafety> TextSafetyAsync(CancellationToken cancellationToken) => _safety.GetAsync(cancellationToken);

    /// <summary>The prompt shield, warm.</summary>
    /// <exception cref="ModelPackageException">A package has not been pulled.</exception>
    public ValueTask<IPromptShield> PromptShieldAsync(CancellationToken cancellationToken) => _shield.GetAsync(cancellationToken);

    /// <summary>Objects and text in images.</summary>
    /// <exception cref="ModelPackageException">A package has not been pulled.</exception>
    public ValueTask<ImageAnalyzer> ImageAnalyzerAsync(CancellationToken cancellationToken) => _images.GetAsync(cancellationToken);

    /// <summary>Sexual content in images.</summary>
    /// <exception cref="ModelPackageException">The package has not been pulled.</exception>
    public ValueTask<ImageSafety> ImageSafetyAsync(CancellationToken cancellationToken) => _imageSafety.GetAsync(cancellationToken);

    /// <summary>Language and sentiment of texts.</summary>
    /// <exception cref="ModelPackageException">A package has not been pulled.</exception>
    public ValueTask<TextAnalyzer> TextAnalyzerAsync(CancellationToken cancellationToken) => _texts.GetAsync(cancellationToken);

    /// <summary>Speech to text.</summary>
    /// <exception cref="ModelPackageException">A package has not been pulled.</exception>
    public async ValueTask<ISpeechRecognizer> SpeechRecognizerAsync(CancellationToken cancellationToken) => await _hearing.GetAsync(cancellationToken);

    /// <summary>Opens what most calls need, training what is not trained yet, so that nobody waits for it later.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await TextSafetyAsync(cancellationToken);
        await PromptShieldAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (await _embedder.OpenedAsync() is { } embedder)
        {
            embedder.Dispose();
        }

        if (await _images.OpenedAsync() is { } images)
        {
            images.Dispose();
        }

        if (await _imageSafety.OpenedAsync() is { } imageSafety)
        {
            imageSafety.Dispose();
        }

        if (await _hearing.OpenedAsync() is { } hearing)
        {
            hearing.Dispose();
        }
    }

    private async Task<ITextSafety> OpenSafetyAsync(CancellationToken cancellationToken)
    {
        var embedder = await EmbedderAsync(cancellationToken);
        var words = OffensiveWords.Read(Path.Combine(await ReadyFolderAsync(ModelPackages.Cuss, cancellationToken), "index.js"));
        var seeds = SeedFiles.Read("Safety");
        var head = await _heads.GetAsync(
            "text-safety",
            SeedFiles.Fingerprint(seeds, ModelPackages.UseLite.Sha256, ModelPackages.Cuss.Sha256),
            () => SafetyHead.TrainAsync(seeds, embedder, words, cancellationToken),
            cancellationToken);
        return new TextSafety(embedder, head, words);
    }

    private async Task<IPromptShield> OpenShieldAsync(CancellationToken cancellationToken)
    {
        var embedder = await EmbedderAsync(cancellationToken);
        var votes = ShieldVotes.Read(await ReadyFolderAsync(ModelPackages.LlmGuardrail, cancellationToken));
        var seeds = SeedFiles.Read("Shield");
        var fingerprint = SeedFiles.Fingerprint(seeds, ModelPackages.UseLite.Sha256, ModelPackages.LlmGuardrail.Sha256);
        Task<LinearHead> Head(string name, bool documents) =>
            _heads.GetAsync(name, fingerprint, () => votes.TrainAsync(seeds, documents, embedder, cancellationToken), cancellationToken);

        return new PromptShield(embedder, votes, await Head("shield-users", false), await Head("shield-documents", true));
    }

    private async Task<string> ReadyFolderAsync(ModelPackage package, CancellationToken cancellationToken)
    {
        if (!await _packages.IsReadyAsync(package, cancellationToken))
        {
            throw new ModelPackageException($"The model package '{package.Id}' is not in the cache ({_packages.FolderOf(package)}). Pull it first.");
        }

        return _packages.FolderOf(package);
    }
}
