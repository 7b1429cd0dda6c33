namespace Atrium.Inference.Llama.Gguf;

/// <summary>Which files can answer. Pure.</summary>
internal static class GgufRules
{
    /// <summary>llama.cpp ends the whole process on a file with none or more.</summary>
    private const int MaxBlocks = 512;

    private static readonly string[] OtherKinds = ["bert", "clip", "t5", "wavtokenizer", "mmproj"];

    private static readonly string[] PerToken = ["tokenizer.ggml.scores", "tokenizer.ggml.token_type"];

    /// <summary>Why the file cannot answer, or null.</summary>
    public static string? Problem(GgufMetadata metadata) => metadata switch
    {
        { Architecture: "" } => "it does not say its architecture (general.architecture)",
        { Architecture: var kind } when OtherKinds.Any(other => kind.Contains(other, StringComparison.Ordinal)) =>
            $"its architecture is '{kind}', which does not write answers",
        { Tensors: 0 } => "it holds no weights",
        { VocabularySize: 0 } => "it holds no vocabulary (tokenizer.ggml.tokens)",
        { ContextLength: <= 0 } => $"it does not say its context length ({metadata.Architecture}.context_length)",
        _ when metadata.Blocks is < 1 or > MaxBlocks => $"it has {metadata.Blocks} layers ({metadata.Architecture}.block_count); 1 to {MaxBlocks} are possible",
        _ when PerToken.FirstOrDefault(key => metadata.ArrayLengths.TryGetValue(key, out var length) && length != metadata.VocabularySize) is { } key =>
            $"its vocabulary has {metadata.VocabularySize} tokens, but '{key}' {metadata.ArrayLengths[key]}",
        _ => null,
    };

    /// <summary>Why the file cannot be used as an adapter, or null. Whether it fits a model is seen when both are loaded.</summary>
    public static string? AdapterProblem(GgufMetadata metadata) => metadata switch
    {
        { Architecture: "" } => "it does not say the architecture of its model (general.architecture)",
        _ when metadata.Text("adapter.type") is not "lora" => $"it is an adapter of type '{metadata.Text("adapter.type")}' (adapter.type); only lora is read",
        { Tensors: 0 } => "it holds no weights",
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
