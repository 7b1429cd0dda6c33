using System.Runtime.InteropServices;

namespace Atrium.Inference.Llama.Native;

/// <summary>A token with its logit, as samplers of llama.cpp take it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LlamaTokenData
{
    public int Token;
    public float Logit;
    public float Probability;
}

/// <summary>Tokens to choose from.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaTokenArray
{
    public LlamaTokenData* Data;
    public nuint Size;
    public long Selected;
    public byte IsSorted;
}
