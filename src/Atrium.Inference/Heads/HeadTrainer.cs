using System.Numerics.Tensors;

namespace Atrium.Inference.Heads;

/// <summary>What a head is trained on: one row of features and one target (0 or 1) an output for each example.</summary>
internal sealed record TrainingSet(float[][] Features, bool[][] Targets);

/// <summary>How a head is trained.</summary>
internal sealed record TrainingOptions
{
    public int Epochs { get; init; } = 80;

    public float LearningRate { get; init; } = 1.5f;

    /// <summary>How strongly large weights are pulled back.</summary>
    public float Decay { get; init; } = 2e-5f;

    /// <summary>What an example of the rarer side counts, as a share of what would balance both sides.</summary>
    public float Balance { get; init; } = 0.5f;
}

/// <summary>Trains logistic regressions by stochastic gradient descent. The same set gives the same head, to the bit, on the same machine.</summary>
internal static class HeadTrainer
{
    /// <summary>Goes up when the same seeds would give another head, so that cached heads of older programs are not used.</summary>
    public const int Revision = 1;

    private const ulong Seed = 20_240_601;

    public static LinearHead Train(TrainingSet set, TrainingOptions options)
    {
        int features = set.Features[0].Length, outputs = set.Targets[0].Length;
        var weights = new float[features * outputs];
        var intercepts = new float[outputs];
        var positiveWeight = PositiveWeights(set, outputs, options.Balance);
        var order = Enumerable.Range(0, set.Features.Length).ToArray();
        var random = Seed;
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            Shuffle(order, ref random);
            var rate = options.LearningRate * (1 - ((float)epoch / options.Epochs));
            foreach (var example in order)
            {
                var row = set.Features[example];
                for (var output = 0; output < outputs; output++)
                {
                    var target = set.Targets[example][output];
                    var mine = weights.AsSpan(output * features, features);
                    var error = LinearHead.Sigmoid(TensorPrimitives.Dot<float>(row, mine) + intercepts[output]) - (target ? 1 : 0);
                    var step = rate * error * (target ? positiveWeight[output] : 1);
                    TensorPrimitives.Multiply(mine, 1 - (rate * options.Decay), mine);
                    TensorPrimitives.MultiplyAdd(row, -step, mine, mine);
                    intercepts[output] -= step * 0.1f;
                }
            }
        }

        return new(features, weights, intercepts);
    }

    private static float[] PositiveWeights(TrainingSet set, int outputs, float balance) =>
    [
        .. Enumerable.Range(0, outputs).Select(output =>
        {
            var positives = set.Targets.Count(targets => targets[output]);
            return Math.Max(1, balance * (set.Targets.Length - positives) / Math.Max(1, positives));
        }),
    ];

    private static void Shuffle(int[] order, ref ulong random)
    {
        for (var i = order.Length - 1; i > 0; i--)
        {
            // A plain linear congruential generator: the order must be the same everywhere and guard nothing.
            random = (random * 6364136223846793005) + 1442695040888963407;
            var j = (int)((random >> 33) % (ulong)(i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}
