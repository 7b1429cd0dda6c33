namespace Atrium.Inference.Llama.Gguf;

/// <summary>Which files can answer. Pure.</summary>
internal static class GgufRules
{
    private static readonly string[] OtherKinds = ["bert", "clip", "t5", "wavtokenizer", "mmproj"];

    /// <summary>Why the file cannot answer, or null.</summary>
    public static string? Problem(GgufMetadata metadata) => metadata switch
    {
        { Architecture: "" } => "it does not say its architecture (general.architecture)",
        { Architecture: var kind } when OtherKinds.Any(other => kind.Contains(other, StringComparison.Ordinal)) =>
            $"its architecture is '{kind}', which does not write answers",
        { Tensors: 0 } => "it holds no weights",
        { VocabularySize: 0 } => "it holds no vocabulary (tokenizer.ggml.tokens)",
        { ContextLength: <= 0 } => $"it does not say its context length ({metadata.Architecture}.context_length)",
        _ => null,
    };

    /// <exception cref="ModelFileException">The file cannot answer.</exception>
    public static void Require(GgufMetadata metadata, string file)
    {
        if (Problem(metadata) is { } problem)
        {
            throw new ModelFileException(file, problem);
        }
    }
}
