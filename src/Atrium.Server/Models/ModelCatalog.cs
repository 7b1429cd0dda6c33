using Atrium.Server.AiServices;

namespace Atrium.Server.Models;

/// <summary>The models of this installation: the embedded ones, and the GGUF files in the models folder.</summary>
internal sealed class ModelCatalog(EmbeddedEngines engines) : IModelCatalog
{
    private static readonly CatalogModel[] Embedded =
    [
        new(CatalogModel.DefaultChat, "1", ModelKind.Chat, "The best chat model of this installation: that of a GGUF file in the models folder, else one that quotes and does not write."),
        new(EmbeddedEngines.QuoteName, "1", ModelKind.Chat, "Answers with sentences from the messages and documents given. It quotes and does not write."),
        new(EmbeddedEngines.HearingName, "1", ModelKind.Transcription, "Moonshine tiny: writes down spoken English."),
        new(EmbeddedEngines.SpeakingName, "1", ModelKind.Speech, "flite: speaks English text with four voices, understandable and robotic."),
        new(EmbeddedEngines.EmbeddingName, "1", ModelKind.Embeddings, "Universal Sentence Encoder lite: English, 512 dimensions."),
    ];

    /// <summary>Asked for at every call: nothing is made where no file lies in the folder.</summary>
    public IReadOnlyList<CatalogModel> Models => engines.Own is { Count: > 0 } own
        ? [.. Embedded, .. own.Select(model => new CatalogModel(model.Name, "1", ModelKind.Chat, model.Description))]
        : Embedded;
}
