using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Embeddings;

/// <summary>The model in ONNX Runtime. Runs may overlap; each stays on the thread that asked for it.</summary>
internal sealed class UseLiteSession : IDisposable
{
    private static readonly string[] Inputs = [UseLiteModel.PositionsInput, UseLiteModel.TokensInput];
    private static readonly string[] Outputs = [UseLiteModel.Output];

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    public UseLiteSession(string modelFile)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new(modelFile, options);
    }

    /// <summary>Runs a batch. Buffers belong to the calling worker and are reused.</summary>
    /// <returns>One vector per item.</returns>
    public float[][] Run(List<BatchItem> batch, BatchBuffers buffers)
    {
        var tokens = buffers.Fill(batch);
        using var positions = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffers.Positions.AsMemory(0, tokens * 2), [tokens, 2]);
        using var values = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffers.Tokens.AsMemory(0, tokens), [tokens]);
        using var results = _session.Run(_options, Inputs, [positions, values], Outputs);

        var flat = results[0].GetTensorDataAsSpan<float>();
        var vectors = new float[batch.Count][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = flat.Slice(i * UseLiteModel.Dimensions, UseLiteModel.Dimensions).ToArray();
        }

        return vectors;
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}

/// <summary>A worker's input tensors: every token with its sentence and its place there.</summary>
internal sealed class BatchBuffers(int maxTokens)
{
    public long[] Positions { get; } = new long[maxTokens * 2];

    public long[] Tokens { get; } = new long[maxTokens];

    /// <summary>Lays out a batch and answers its number of tokens.</summary>
    public int Fill(List<BatchItem> batch)
    {
        var count = 0;
        var items = CollectionsMarshal.AsSpan(batch);
        for (var sentence = 0; sentence < items.Length; sentence++)
        {
            var tokens = items[sentence].Call.TokensOf(items[sentence].Window);
            for (var place = 0; place < tokens.Length; place++)
            {
                Positions[count * 2] = sentence;
                Positions[(count * 2) + 1] = place;
                Tokens[count++] = tokens[place];
            }
        }

        return count;
    }
}
