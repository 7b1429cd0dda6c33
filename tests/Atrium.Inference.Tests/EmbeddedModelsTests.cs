using Atrium.Inference.Packages;

namespace Atrium.Inference.Tests;

public sealed class EmbeddedModelsTests(ModelCache models)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_model_is_opened_once()
    {
        var embedders = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => models.Models.EmbedderAsync(Cancellation).AsTask()));

        Assert.Single(embedders.Select(embedder => embedder.Model).Distinct());
        Assert.Equal([embedders[0].Model.Name], EmbeddedModels.EmbeddingModels);
    }

    [Fact]
    public async Task An_empty_cache_is_named_with_the_package_that_it_lacks_and_tried_again_after_a_pull()
    {
        using var temp = new TempFolder();
        await using var empty = new EmbeddedModels(temp.Path, new(), TimeProvider.System);

        var error = await Assert.ThrowsAsync<ModelPackageException>(() => empty.EmbedderAsync(Cancellation).AsTask());
        Assert.Contains("'use-lite-en'", error.Message, StringComparison.Ordinal);

        Directory.CreateSymbolicLink(temp.Sub("packages"), Path.Combine(ModelCache.Folder, "packages"));
        Assert.Equal(512, (await empty.EmbedderAsync(Cancellation)).Model.Dimensions);
    }
}
