namespace Atrium.Inference.Llama.Gguf;

/// <summary>What a GGUF file says of itself. Scalars are kept as long, double, bool or string; the elements of the long arrays are not kept.</summary>
internal sealed record GgufMetadata(IReadOnlyDictionary<string, object> Values, IReadOnlyDictionary<string, long> ArrayLengths, long Tensors)
{
    /// <summary>The architecture, such as "llama".</summary>
    public string Architecture => Text("general.architecture") ?? "";

    /// <summary>The name that the maker gave the model.</summary>
    public string? Name => Text("general.name");

    /// <summary>The tokens that the model was trained to read together.</summary>
    public long ContextLength => Number(Architecture + ".context_length") ?? 0;

    /// <summary>The number of its layers.</summary>
    public long Blocks => Number(Architecture + ".block_count") ?? 0;

    /// <summary>The model's chat template in Jinja, if it has one.</summary>
    public string? ChatTemplate => Text("tokenizer.chat_template");

    /// <summary>The kind of its tokenizer, such as "llama" or "gpt2".</summary>
    public string? Tokenizer => Text("tokenizer.ggml.model");

    /// <summary>The number of tokens in its vocabulary.</summary>
    public long VocabularySize => ArrayLengths.GetValueOrDefault("tokenizer.ggml.tokens");

    /// <summary>A text of the file, or null.</summary>
    public string? Text(string key) => Values.GetValueOrDefault(key) as string;

    /// <summary>A whole number of the file, or null.</summary>
    public long? Number(string key) => Values.GetValueOrDefault(key) as long?;
}
