using Atrium.Inference;
using Atrium.Inference.Embeddings;
using Atrium.Inference.Llama;
using Atrium.Inference.Packages;
using Atrium.Inference.Quoting;
using Atrium.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Models;

/// <summary>The models that run in this process. Each is opened at its first use and kept.</summary>
internal sealed class EmbeddedEngines : IAsyncDisposable
{
    public const string EmbeddingName = "use-lite-en";
    public const string QuoteName = QuotingChatModel.ModelName;

    private readonly ModelPackageStore packages;
    private readonly string folder;
    private readonly Lazy<Task<UseLiteEmbedder>> embedder;
    private readonly Lazy<IReadOnlyList<GgufEntry>> entries;
    private readonly Dictionary<string, LlamaChatModel> opened = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim opening = new(1, 1);

    public EmbeddedEngines(IOptions<ModelsOptions> options, IOptions<AtriumOptions> hosting, TimeProvider clock)
    {
        packages = new(options.Value.CacheFolder, offlineFolder: null, clock);
        folder = options.Value.Folder ?? Path.Combine(hosting.Value.Data, "models");
        embedder = new(() => Task.Run(() => UseLiteEmbedder.Open(packages.FolderOf(ModelPackages.UseLite), new InferenceLimits())));
        entries = new(() => [.. GgufFolder.Scan(folder).Where(e => e.Problem is null)]);
    }

    /// <summary>The usable GGUF files, as found at the start.</summary>
    public IReadOnlyList<GgufEntry> Files => entries.Value;

    public bool HasEmbedder => Directory.Exists(packages.FolderOf(ModelPackages.UseLite));

    /// <exception cref="ApiException">503: its package has not been pulled.</exception>
    public async ValueTask<ITextEmbedder> EmbedderAsync()
    {
        DemandPackage(ModelPackages.UseLite);
        return await embedder.Value;
    }

    /// <summary>The chat model of that name; <c>default-chat</c> is the first GGUF file's, else the one that quotes.</summary>
    public async ValueTask<IChatModel> ChatAsync(string name, CancellationToken cancellationToken)
    {
        var file = Files.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (file is null && name != QuoteName && Files.Count > 0)
        {
            file = Files[0];
        }

        return file is null ? new QuotingChatModel(await EmbedderAsync()) : await OpenAsync(file, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var model in opened.Values)
        {
            await model.DisposeAsync();
        }

        if (embedder.IsValueCreated && embedder.Value.IsCompletedSuccessfully)
        {
            (await embedder.Value).Dispose();
        }

        opening.Dispose();
    }

    private async ValueTask<IChatModel> OpenAsync(GgufEntry file, CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken);
        try
        {
            if (!opened.TryGetValue(file.Name, out var model))
            {
                await packages.PullAsync([ModelPackages.LlamaCpp], progress: null, cancellationToken);
                model = LlamaChatModel.Open(file.Name, file.Path, new() { LibraryFolder = LlamaOptions.LibraryFolderIn(packages.FolderOf(ModelPackages.LlamaCpp)) });
                opened[file.Name] = model;
            }

            return model;
        }
        finally
        {
            opening.Release();
        }
    }

    private void DemandPackage(ModelPackage package)
    {
        if (!Directory.Exists(packages.FolderOf(package)))
        {
            throw ApiException.Unavailable("ModelNotPulled", $"The model package '{package.Id}' is not here. Run `atrium models pull`.");
        }
    }
}
