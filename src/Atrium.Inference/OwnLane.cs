namespace Atrium.Inference;

/// <summary>Calls on the installation's own account, such as training: in a lane of its own.</summary>
public static class OwnLane
{
    private const string Lane = "";

    /// <inheritdoc cref="ITextEmbedder.EmbedAsync"/>
    public static ValueTask<IReadOnlyList<Embedding>> EmbedAsync(this ITextEmbedder embedder, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        return embedder.EmbedAsync(texts, Lane, cancellationToken);
    }

    /// <inheritdoc cref="ITextSafety.AnalyzeAsync"/>
    public static ValueTask<IReadOnlyDictionary<HarmCategory, int>> AnalyzeAsync(this ITextSafety safety, string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(safety);
        return safety.AnalyzeAsync(text, Lane, cancellationToken);
    }

    /// <inheritdoc cref="IPromptShield.InspectAsync"/>
    public static ValueTask<PromptVerdict> InspectAsync(this IPromptShield shield, string text, bool isDocument, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shield);
        return shield.InspectAsync(text, isDocument, Lane, cancellationToken);
    }
}
