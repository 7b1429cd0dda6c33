using Atrium.Contracts;

namespace Atrium.Server.AiServices;

/// <summary>Which model answers for a deployment. Pure.</summary>
/// <param name="Model">Its name here, or upstream.</param>
/// <param name="Kind">What it does; null when only the upstream knows.</param>
/// <param name="Reason">embedded, substitute or connection, as <c>properties.servedBy</c> shows it.</param>
/// <param name="Connection">The connection it is reached by.</param>
internal sealed record ServedModel(string Model, ModelKind? Kind, string Reason, ResourceId? Connection)
{
    /// <summary>Parts of names that tell what a model does; the first that is in a name counts. Null where nothing here can stand in for it.</summary>
    private static readonly (string Part, ModelKind? Kind)[] Kinds =
    [
        ("whisper", ModelKind.Transcription), ("transcribe", ModelKind.Transcription),
        ("tts", ModelKind.Speech), ("dall-e", null), ("image", null), ("sora", null), ("realtime", null), ("audio", null), ("speech", ModelKind.Speech), ("rerank", null),
        ("embed", ModelKind.Embeddings), ("", ModelKind.Chat),
    ];

    /// <summary>Null when no model here is of that kind.</summary>
    public static ServedModel? Resolve(string name, string? source, IModelCatalog catalog)
    {
        if (source is not null && ResourceId.TryParse(source, out var connection, out _))
        {
            return new(name, null, "connection", connection);
        }

        if (catalog.Models.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return new(known.Name, known.Kind, "embedded", null);
        }

        return Array.Find(Kinds, k => name.Contains(k.Part, StringComparison.OrdinalIgnoreCase)).Kind is { } kind && catalog.Models.FirstOrDefault(m => m.Kind == kind) is { } substitute
            ? new(substitute.Name, kind, "substitute", null)
            : null;
    }
}
