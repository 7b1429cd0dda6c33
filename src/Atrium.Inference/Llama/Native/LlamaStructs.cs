using System.Runtime.InteropServices;

namespace Atrium.Inference.Llama.Native;

// The layouts of llama.cpp release v0.5.0 (npm package @node-llama-cpp/linux-x64 3.22.1). Another release may move any field:
// LlamaLibrary checks the version and the default values before it trusts them. Values always start from the *_default_params calls.

/// <summary>How a model is loaded. Only fields that we read or check are named.</summary>
[StructLayout(LayoutKind.Explicit, Size = 80)]
internal struct LlamaModelParams
{
    [FieldOffset(0x10)]
    public int GpuLayers;

    [FieldOffset(0x14)]
    public int SplitMode;

    [FieldOffset(0x18)]
    public int LoadMode;

    [FieldOffset(0x48)]
    public byte VocabularyOnly;

    [FieldOffset(0x49)]
    public byte CheckTensors;

    [FieldOffset(0x4a)]
    public byte UseExtraBuffers;
}

/// <summary>How a context is made. Only fields that we set or check are named.</summary>
[StructLayout(LayoutKind.Explicit, Size = 160)]
internal unsafe struct LlamaContextParams
{
    [FieldOffset(0x00)]
    public uint ContextTokens;

    [FieldOffset(0x04)]
    public uint BatchTokens;

    [FieldOffset(0x08)]
    public uint MicroBatchTokens;

    [FieldOffset(0x0c)]
    public uint Sequences;

    [FieldOffset(0x18)]
    public uint OutputsPerSequence;

    [FieldOffset(0x1c)]
    public int Threads;

    [FieldOffset(0x20)]
    public int BatchThreads;

    [FieldOffset(0x28)]
    public int RopeScaling;

    [FieldOffset(0x34)]
    public int FlashAttention;

    [FieldOffset(0x54)]
    public float DefragThreshold;

    [FieldOffset(0x68)]
    public int KeyType;

    [FieldOffset(0x6c)]
    public int ValueType;

    [FieldOffset(0x70)]
    public delegate* unmanaged[Cdecl]<nint, byte> AbortCallback;

    [FieldOffset(0x78)]
    public nint AbortData;

    [FieldOffset(0x80)]
    public byte Embeddings;

    [FieldOffset(0x81)]
    public byte OffloadKeysAndValues;

    [FieldOffset(0x85)]
    public byte UnifiedCache;
}

/// <summary>Tokens to decode: parallel arrays of <see cref="Count"/> elements.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaBatch
{
    public int Count;
    public int* Tokens;
    public float* Embeddings;
    public int* Positions;
    public int* SequenceCounts;
    public int** Sequences;
    public sbyte* Outputs;
}
