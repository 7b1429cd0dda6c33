using Atrium.Contracts;

namespace Atrium.Server.AiServices;

/// <summary>Which model answers for a deployment. Pure.</summary>
/// <param name="Model">Its name here, or upstream.</param>
/// <param name="Kind">What it does; null when only the upstream knows.</param>
/// <param name="Reason">embedded, substitute or connection, as <c>properties.servedBy</c> shows it.</param>
/// <param name="Connection">The connection it is reached by.</param>
internal sealed record ServedModel(string Model, ModelKind? Kind, string Reason, ResourceId? Connection)
{
    /// <summary>Parts of names of models that do neither chat nor embeddings; nothing here can stand in for them.</summary>
    private static readonly string[] OtherKinds = ["whisper", "tts", "dall-e", "image", "sora", "realtime", "audio", "speech", "transcribe", "rerank"];

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

        if (OtherKinds.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        var kind = name.Contains("embed", StringComparison.OrdinalIgnoreCase) ? ModelKind.Embeddings : ModelKind.Chat;
        return catalog.Models.FirstOrDefault(m => m.Kind == kind) is { } substitute ? new(substitute.Name, kind, "substitute", null) : null;
    }
}
