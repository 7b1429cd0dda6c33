using Atrium.Server.AiServices;

namespace Atrium.Server.Models;

/// <summary>The models of this installation: the embedded ones, and the GGUF files in the models folder.</summary>
internal sealed class ModelCatalog(EmbeddedEngines engines) : IModelCatalog
{
    public IReadOnlyList<CatalogModel> Models =>
    [
        new CatalogModel(CatalogModel.DefaultChat, "1", ModelKind.Chat, "The best chat model of this installation: that of a GGUF file in the models folder, else one that quotes and does not write."),
        new CatalogModel(EmbeddedEngines.QuoteName, "1", ModelKind.Chat, "Answers with sentences from the messages and documents given. It quotes and does not write."),
        new CatalogModel(EmbeddedEngines.EmbeddingName, "1", ModelKind.Embeddings, "Universal Sentence Encoder lite: English, 512 dimensions."),
        .. engines.Files.Select(file => new CatalogModel(file.Name, "1", ModelKind.Chat, $"{file.Title ?? file.Name}, a GGUF file of the models folder.")),
    ];
}
