namespace Atrium.Inference.Llama.Gguf;

/// <summary>Which files can answer. Pure.</summary>
internal static class GgufRules
{
    /// <summary>llama.cpp ends the whole process on a file with none or more.</summary>
    private const int MaxBlocks = 512;

    /// <summary>llama.cpp ends the process on another.</summary>
    private static readonly string[] Scalings = ["none", "linear", "yarn", "longrope"];

    private const string Merges = "tokenizer.ggml.merges";

    private static readonly string[] OtherKinds = ["bert", "clip", "t5", "wavtokenizer", "mmproj"];

    /// <summary>llama.cpp ends the process on more.</summary>
    private const int MaxExperts = 512;

    /// <summary>What the processor's instructions want; llama.cpp ends the process on less.</summary>
    private const int Alignment = 32;
    private const int MaxAlignment = 1 << 16;

    /// <summary>Arrays with an element for each token. llama.cpp takes their elements for these without a look.</summary>
    private static readonly (string Key, GgufValueType Element)[] PerToken =
        [(GgufMetadata.Vocabulary, GgufValueType.String), ("tokenizer.ggml.scores", GgufValueType.Float32), ("tokenizer.ggml.token_type", GgufValueType.Int32)];

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
        _ when metadata.Text(metadata.Architecture + ".rope.scaling.type") is { } scaling && !Scalings.Contains(scaling) =>
            $"its positions are scaled by '{scaling}' ({metadata.Architecture}.rope.scaling.type); known are {string.Join(", ", Scalings)}",
        _ when metadata.Values.FirstOrDefault(value => value.Key.EndsWith("epsilon", StringComparison.Ordinal) && value.Value is double and not (>= 0 and <= 1)).Key is { } key =>
            $"'{key}' is {metadata.Values[key]}; 0 to 1 is possible",
        _ when metadata.Number("general.alignment") is { } alignment && (alignment is < Alignment or > MaxAlignment || !long.IsPow2(alignment)) =>
            $"its tensors are aligned to {alignment} bytes (general.alignment); powers of two from {Alignment} to {MaxAlignment} are possible",
        { Tokenizer: "llama", MissingByte: { } missing } => $"no token of its vocabulary stands for the byte {missing}",
        { RepeatedToken: { } token } => $"its vocabulary has the token '{token}' twice",
        _ when metadata.Experts is < 0 or > MaxExperts => $"it has {metadata.Experts} experts ({metadata.Architecture}.expert_count); 0 to {MaxExperts} are possible",
        _ when metadata.UsedExperts < Math.Min(1, metadata.Experts) || metadata.UsedExperts > metadata.Experts =>
            $"it asks {metadata.UsedExperts} of {metadata.Experts} experts ({metadata.Architecture}.expert_used_count)",
        { ExpertGroups: > 0 and var groups } when metadata.Experts == 0 || (groups > 1 && (metadata.Experts % groups != 0 || metadata.UsedExpertGroups < 1 || metadata.UsedExpertGroups >= groups)) =>
            $"it asks {metadata.UsedExpertGroups} of {groups} groups of {metadata.Experts} experts ({metadata.Architecture}.expert_group_count)",
        _ => ArrayProblem(metadata),
    };

    private static string? ArrayProblem(GgufMetadata metadata)
    {
        foreach (var (key, element) in PerToken)
        {
            if (metadata.Arrays.TryGetValue(key, out var array) && array.Element != element)
            {
                return $"the elements of '{key}' are of type {array.Element}; {element} is right";
            }

            if (metadata.Arrays.ContainsKey(key) && array.Length != metadata.VocabularySize)
            {
                return $"its vocabulary has {metadata.VocabularySize} tokens, but '{key}' {array.Length}";
            }
        }

        return metadata.Arrays.TryGetValue(Merges, out var merges) && merges.Element is not GgufValueType.String ? $"the elements of '{Merges}' are of type {merges.Element}; String is right" : null;
    }

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
