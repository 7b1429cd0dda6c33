namespace Atrium.Inference.Llama;

/// <summary>A GGUF file of a models folder: what it says of itself, or why it cannot be used.</summary>
public sealed record GgufEntry
{
    /// <summary>The file's name without its ending, under which the model is offered.</summary>
    public required string Name { get; init; }

    /// <summary>The file; of a model in several files the first.</summary>
    public required string Path { get; init; }

    /// <summary>Its size; of a model in several files their sum.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it was last written. A file that was replaced is another model.</summary>
    public required DateTime Written { get; init; }

    /// <summary>Whether it is a LoRA adapter: weights that change a model of the same architecture.</summary>
    public bool IsAdapter { get; init; }

    /// <summary>Why it cannot answer, or null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>The architecture, such as "llama".</summary>
    public string? Architecture { get; init; }

    /// <summary>The name that its maker gave it.</summary>
    public string? Title { get; init; }

    /// <summary>The tokens that it was trained to read together.</summary>
    public int ContextTokens { get; init; }

    /// <summary>What is kept in memory of each token of a conversation.</summary>
    public long CacheBytesPerToken { get; init; }

    /// <summary>What the work on each token of a batch takes at its widest.</summary>
    public long WorkBytesPerToken { get; init; }

    /// <summary>Whether it brings a chat template. Without one it continues text.</summary>
    public bool HasChatTemplate { get; init; }
}
