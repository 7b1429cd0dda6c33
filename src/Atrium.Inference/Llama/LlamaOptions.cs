namespace Atrium.Inference.Llama;

/// <summary>How a local model is run.</summary>
public sealed record LlamaOptions
{
    /// <summary>The folder with the llama.cpp libraries.</summary>
    public required string LibraryFolder { get; init; }

    /// <summary>Conversations answered at the same time, each with its own share of memory.</summary>
    public int Slots { get; init; } = 4;

    /// <summary>Conversations that may wait for a slot. One more is refused.</summary>
    public int QueueLength { get; init; } = 64;

    /// <summary>Tokens a conversation may have, at most what the model was trained for. Memory is reserved for every slot's full length.</summary>
    public int MaxContextTokens { get; init; } = 4096;

    /// <summary>
    /// Processor threads for the model; one processor is left to the rest of the program. The threads of llama.cpp wait for each other by
    /// spinning, so more threads than idle processors make it many times slower.
    /// </summary>
    public int Threads { get; init; } = Math.Clamp(Environment.ProcessorCount - 1, 1, 16);

    /// <summary>LoRA adapters (GGUF files) that answers may be written with.</summary>
    public IReadOnlyList<string> Adapters { get; init; } = [];

    /// <summary>What chat templates that write today's date read.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where the libraries are in the folder of the package that brings them.</summary>
    public static string LibraryFolderIn(string packageFolder) => Path.Combine(packageFolder, "bins", "linux-x64");
}
