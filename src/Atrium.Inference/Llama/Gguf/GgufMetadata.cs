namespace Atrium.Inference.Llama.Gguf;

/// <summary>An array of a GGUF file, without its elements.</summary>
/// <param name="Element">What each of them is.</param>
/// <param name="Length">How many.</param>
internal readonly record struct GgufArray(GgufValueType Element, long Length);

/// <summary>What a GGUF file says of itself. Scalars are kept as long, double, bool or string; the elements of the long arrays are not kept.</summary>
internal sealed record GgufMetadata(IReadOnlyDictionary<string, object> Values, IReadOnlyDictionary<string, GgufArray> Arrays, long Tensors)
{
    /// <summary>The texts of the vocabulary, in the order of the tokens.</summary>
    public const string Vocabulary = "tokenizer.ggml.tokens";

    private const long MaxDimension = 10_000_000;
    private const double MaxBytes = 1e12;

    /// <summary>The architecture, such as "llama".</summary>
    public string Architecture => Text("general.architecture") ?? "";

    /// <summary>Whether it holds no model but changes to one.</summary>
    public bool IsAdapter => Text("general.type") == "adapter";

    /// <summary>The name that the maker gave the model.</summary>
    public string? Name => Text("general.name");

    /// <summary>The tokens that the model was trained to read together.</summary>
    public long ContextLength => Number(Architecture + ".context_length") ?? 0;

    /// <summary>The number of its layers.</summary>
    public long Blocks => Number(Architecture + ".block_count") ?? 0;

    /// <summary>Bytes of the keys and values (16 bits each) that all layers keep of a token. What the file does not say counts as in a plain transformer, which keeps the most.</summary>
    public long CacheBytesPerToken
    {
        get
        {
            var width = Positive("embedding_length") ?? 0;
            var heads = Positive("attention.head_count") ?? 1;
            var kept = Positive("attention.head_count_kv") ?? heads;
            var keys = Positive("attention.key_length") ?? width / heads;
            var values = Positive("attention.value_length") ?? width / heads;
            return (long)Math.Min(2.0 * Blocks * kept * (keys + values), MaxBytes);
        }
    }

    /// <summary>Bytes of the widest rows that a token has on its way: the vocabulary's and the inner layer's, 32 bits each.</summary>
    public long WorkBytesPerToken => 4 * (VocabularySize + (2 * (Positive("feed_forward_length") ?? 0)) + (4 * (Positive("embedding_length") ?? 0)));

    /// <summary>The model's chat template in Jinja, if it has one.</summary>
    public string? ChatTemplate => Text("tokenizer.chat_template");

    /// <summary>The kind of its tokenizer, such as "llama" or "gpt2".</summary>
    public string? Tokenizer => Text("tokenizer.ggml.model");

    /// <summary>The number of tokens in its vocabulary.</summary>
    public long VocabularySize => Arrays.GetValueOrDefault(Vocabulary).Length;

    /// <summary>A token that stands in the vocabulary twice; null where each is there once.</summary>
    public string? RepeatedToken { get; init; }

    /// <summary>A byte that no token stands for, neither by its number (<c>&lt;0x0A&gt;</c>) nor by itself; null where each has one.</summary>
    public byte? MissingByte { get; init; }

    /// <summary>The experts of each layer; 0 for a model without.</summary>
    public long Experts => Number(Architecture + ".expert_count") ?? 0;

    /// <summary>Those of them that are asked for each token.</summary>
    public long UsedExperts => Number(Architecture + ".expert_used_count") ?? 0;

    /// <summary>Groups that the experts stand in; 0 or 1 for none.</summary>
    public long ExpertGroups => Number(Architecture + ".expert_group_count") ?? 0;

    /// <summary>Those of them that experts are chosen from for each token.</summary>
    public long UsedExpertGroups => Number(Architecture + ".expert_group_used_count") ?? 0;

    /// <summary>A text of the file, or null.</summary>
    public string? Text(string key) => Values.GetValueOrDefault(key) as string;

    /// <summary>A whole number of the file, or null.</summary>
    public long? Number(string key) => Values.GetValueOrDefault(key) as long?;

    /// <summary>One of the architecture's dimensions. A made-up file may say anything: beyond these bounds it says nothing.</summary>
    private long? Positive(string key) => Number($"{Architecture}.{key}") is > 0 and <= MaxDimension and var value ? value : null;
}
