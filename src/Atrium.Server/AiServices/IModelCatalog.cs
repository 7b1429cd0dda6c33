namespace Atrium.Server.AiServices;

/// <summary>The models that this installation can run itself. Owned here, filled by Models.</summary>
internal interface IModelCatalog
{
    IReadOnlyList<CatalogModel> Models { get; }
}

/// <summary>What a model does.</summary>
internal enum ModelKind
{
    Chat,
    Embeddings,

    /// <summary>Writes down what is spoken.</summary>
    Transcription,

    /// <summary>Speaks text.</summary>
    Speech,

    /// <summary>Makes images.</summary>
    Images,
}

/// <summary>A model that can be deployed.</summary>
/// <param name="Name">By which deployments name it.</param>
/// <param name="Version">Its version.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Description">For people.</param>
internal sealed record CatalogModel(string Name, string Version, ModelKind Kind, string Description)
{
    /// <summary>The format that deployments of our own models have.</summary>
    public const string Format = "Atrium";

    /// <summary>Stands for the best chat model that is there: a GGUF file's, else the one that quotes.</summary>
    public const string DefaultChat = "default-chat";
}
