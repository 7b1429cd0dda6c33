namespace Atrium.Inference.Llama;

/// <summary>What a GGUF file takes when it runs, before it does: its weights, what is kept of every token of every conversation, and room to work in. Pure.</summary>
public static class LlamaMemory
{
    /// <summary>Buffers of llama.cpp and the vocabulary, for any model.</summary>
    private const long Fixed = 32_000_000;

    /// <summary>An estimate: rather too much than too little.</summary>
    public static long BytesOf(GgufEntry file, LlamaOptions options, IEnumerable<GgufEntry> adapters)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        var tokens = (long)Math.Min(file.ContextTokens, options.MaxContextTokens) * options.Slots;
        return checked(file.Bytes + adapters.Sum(adapter => adapter.Bytes) + (tokens * file.CacheBytesPerToken) + (LlamaSession.BatchTokens * file.WorkBytesPerToken) + Fixed);
    }
}
