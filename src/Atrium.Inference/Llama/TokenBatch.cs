using System.Runtime.InteropServices;
using Atrium.Inference.Llama.Native;

namespace Atrium.Inference.Llama;

/// <summary>Tokens of several conversations for one call of the model, in native memory.</summary>
internal sealed unsafe class TokenBatch : IDisposable
{
    private readonly int _capacity;
    private LlamaBatch _batch;
    private int* _sequenceIds;

    public TokenBatch(int capacity)
    {
        _capacity = capacity;
        _sequenceIds = Allocate<int>(capacity);
        _batch.Tokens = Allocate<int>(capacity);
        _batch.Positions = Allocate<int>(capacity);
        _batch.SequenceCounts = Allocate<int>(capacity);
        _batch.Sequences = (int**)Allocate<nint>(capacity);
        _batch.Outputs = Allocate<sbyte>(capacity);
        for (var i = 0; i < capacity; i++)
        {
            _batch.SequenceCounts[i] = 1;
            _batch.Sequences[i] = _sequenceIds + i;
        }
    }

    /// <summary>The batch as llama.cpp takes it.</summary>
    public LlamaBatch Native => _batch;

    /// <summary>Tokens in the batch.</summary>
    public int Count => _batch.Count;

    /// <summary>Tokens that still fit.</summary>
    public int Room => _capacity - _batch.Count;

    /// <summary>Empties the batch.</summary>
    public void Clear() => _batch.Count = 0;

    /// <summary>Adds a token and tells its index. <paramref name="output"/> asks for the logits after it.</summary>
    public int Add(int token, int position, int sequence, bool output)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Room);
        var index = _batch.Count++;
        _batch.Tokens[index] = token;
        _batch.Positions[index] = position;
        _sequenceIds[index] = sequence;
        _batch.Outputs[index] = output ? (sbyte)1 : (sbyte)0;
        return index;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_sequenceIds);
        NativeMemory.Free(_batch.Tokens);
        NativeMemory.Free(_batch.Positions);
        NativeMemory.Free(_batch.SequenceCounts);
        NativeMemory.Free(_batch.Sequences);
        NativeMemory.Free(_batch.Outputs);
        _batch = default;
        _sequenceIds = null;
    }

    private static T* Allocate<T>(int count)
        where T : unmanaged => (T*)NativeMemory.Alloc((nuint)count, (nuint)sizeof(T));
}
