using System.Numerics.Tensors;
using Atrium.Inference.Heads;

namespace Atrium.Inference.Hearing.Languages;

/// <summary>
/// Trains the identifier: logistic regression by gradient descent over all pieces at once, with momentum. English and the rest weigh the same, however many pieces there
/// are of each. The same speech gives the same numbers, to the bit, on the same machine.
/// </summary>
internal static class EnglishTrainer
{
    private const int Steps = 400;
    private const float Rate = 0.05f, Momentum = 0.9f;

    /// <summary>How strongly large weights are pulled back.</summary>
    private const float Decay = 0.1f;

    /// <param name="speech">What <see cref="EnglishIdentifier.Pool"/> makes of pieces of speech, and whether each is English.</param>
    public static LinearHead Train(IReadOnlyList<(float[] Features, bool IsEnglish)> speech)
    {
        var (means, deviations) = Scale(speech);
        float[][] scaled = [.. speech.Select(piece => piece.Features.Select((value, i) => (value - means[i]) / deviations[i]).ToArray())];
        var ofEnglish = 0.5f / speech.Count(piece => piece.IsEnglish);
        var ofOthers = 0.5f / speech.Count(piece => !piece.IsEnglish);
        var (weights, speed, gradient) = (new float[means.Length], new float[means.Length], new float[means.Length]);
        var (intercept, interceptSpeed) = (0f, 0f);
        for (var step = 0; step < Steps; step++)
        {
            TensorPrimitives.Multiply(weights, Decay, gradient);
            var interceptGradient = 0f;
            for (var i = 0; i < scaled.Length; i++)
            {
                var isEnglish = speech[i].IsEnglish;
                var error = (isEnglish ? ofEnglish : ofOthers) * (LinearHead.Sigmoid(TensorPrimitives.Dot<float>(scaled[i], weights) + intercept) - (isEnglish ? 1 : 0));
                TensorPrimitives.MultiplyAdd(scaled[i], error, gradient, gradient);
                interceptGradient += error;
            }

            TensorPrimitives.Multiply(speed, Momentum, speed);
            TensorPrimitives.MultiplyAdd(gradient, -Rate, speed, speed);
            TensorPrimitives.Add(weights, speed, weights);
            interceptSpeed = (Momentum * interceptSpeed) - (Rate * interceptGradient);
            intercept += interceptSpeed;
        }

        // The scale goes into the weights, so that whoever judges needs to know nothing of it.
        TensorPrimitives.Divide(weights, deviations, weights);
        return new(weights.Length, weights, [intercept - TensorPrimitives.Dot<float>(weights, means)]);
    }

    private static (float[] Means, float[] Deviations) Scale(IReadOnlyList<(float[] Features, bool IsEnglish)> speech)
    {
        var (means, deviations) = (new float[EnglishIdentifier.Features], new float[EnglishIdentifier.Features]);
        for (var i = 0; i < means.Length; i++)
        {
            var mean = speech.Average(piece => (double)piece.Features[i]);
            means[i] = (float)mean;
            deviations[i] = (float)Math.Sqrt(speech.Average(piece => Math.Pow(piece.Features[i] - mean, 2))) + 1e-4f;
        }

        return (means, deviations);
    }
}
