using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Hearing;

/// <summary>What the model says after some tokens: how likely each token is the next, and what it remembers. The first one goes with its <see cref="MoonshineRun"/>.</summary>
/// <param name="outputs">Of the model.</param>
/// <param name="caches">Which of them are what it remembers of the tokens.</param>
/// <param name="attentionAt">From which on they are where it looks.</param>
internal sealed class MoonshineStep(IDisposableReadOnlyCollection<OrtValue> outputs, int[] caches, int attentionAt) : IDisposable
{
    public IDisposableReadOnlyCollection<OrtValue> Outputs => outputs;

    public int AttentionAt => attentionAt;

    public ReadOnlySpan<float> Logits => outputs[0].GetTensorDataAsSpan<float>();

    public OrtValue Cache(int i) => outputs[caches[i]];

    public void Dispose() => outputs.Dispose();

    /// <summary>The likeliest token.</summary>
    /// <param name="goesOn">Whether it is none that ends, be that likelier.</param>
    public int Best(bool goesOn)
    {
        var best = TensorPrimitives.IndexOfMax(Logits);

        // The first tokens of the vocabulary are marks and no text.
        return goesOn && best == MoonshineModel.End ? MoonshineModel.End + 1 + TensorPrimitives.IndexOfMax(Logits[(MoonshineModel.End + 1)..]) : best;
    }

    /// <summary>What is taken from a token's number to have the logarithm of its probability.</summary>
    public double LogSum()
    {
        var logits = Logits;
        var top = TensorPrimitives.Max(logits);
        var sum = 0.0;
        foreach (var logit in logits)
        {
            // Beyond this nothing is left of it in the sum.
            if (logit > top - 20)
            {
                sum += Math.Exp(logit - top);
            }
        }

        return top + Math.Log(sum);
    }
}
