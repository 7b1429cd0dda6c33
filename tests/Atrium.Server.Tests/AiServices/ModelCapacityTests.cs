using Atrium.Server.AiServices;

namespace Atrium.Server.Tests.AiServices;

public sealed class ModelCapacityTests
{
    [Theory]
    [InlineData("writer", 1)]
    [InlineData("gpt-4o", 1)]
    [InlineData("text-embedding-3-small", 1)]
    [InlineData("whisper", 0)]
    [InlineData("dall-e-3", 0)]
    public void There_is_capacity_for_what_can_be_deployed_and_for_nothing_else(string model, int count)
    {
        var items = CatalogViews.Capacities("s", "westus", "OpenAI", model, "2", new TwoModels())["value"]!.AsArray();
        Assert.Equal(count, items.Count);
        Assert.All(items, item => Assert.Equal($"/subscriptions/s/providers/Microsoft.CognitiveServices/locations/westus/models/OpenAI.{model}.2/skuCapacities/Standard", (string?)item!["id"]));
    }

    private sealed class TwoModels : IModelCatalog
    {
        public IReadOnlyList<CatalogModel> Models { get; } = [new("writer", "1", ModelKind.Chat, "Writes."), new("embedder", "1", ModelKind.Embeddings, "Embeds.")];
    }
}
