using System.Numerics.Tensors;
using Atrium.Inference.Heads;

namespace Atrium.Inference.Hearing.Languages;

/// <summary>
/// Tells English from any other language by ear: a logistic regression over mean and deviation, along the time, of what the recognizer's encoder makes of the speech.
/// It was trained on speech of espeak-ng only; <c>bench/run languages</c> measures it on recordings of people and trains it anew.
/// </summary>
internal sealed class EnglishIdentifier(LinearHead head)
{
    /// <summary>From which likelihood on it is English.</summary>
    public const float Even = 0.5f;

    /// <summary>Means, then deviations.</summary>
    public const int Features = 2 * MoonshineModel.States;

    public const string Resource = "Hearing/english.head";

    /// <summary>As it comes with the program.</summary>
    public static EnglishIdentifier Trained()
    {
        using var stream = typeof(EnglishIdentifier).Assembly.GetManifestResourceStream(Resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new(LinearHead.FromBytes(bytes) is { Features: Features, Outputs: 1 } read ? read : throw new InvalidOperationException($"'{Resource}' is no head of {Features} features."));
    }

    /// <summary>The logarithm of the odds that it is English: 0 for even, above for English.</summary>
    public float Odds(EncodedSpeech speech) => head.Logit(Pool(speech), 0);

    public static float Likelihood(float odds) => LinearHead.Sigmoid(odds);

    /// <summary>What is looked at of speech.</summary>
    public static float[] Pool(EncodedSpeech speech)
    {
        var states = speech.States;
        var features = new float[Features];
        var means = features.AsSpan(0, MoonshineModel.States);
        var deviations = features.AsSpan(MoonshineModel.States);
        for (var at = 0; at < states.Length; at += MoonshineModel.States)
        {
            var row = states.Slice(at, MoonshineModel.States);
            TensorPrimitives.Add(means, row, means);
            TensorPrimitives.MultiplyAdd(row, row, deviations, deviations);
        }

        for (var i = 0; i < means.Length; i++)
        {
            means[i] /= speech.Frames;
            deviations[i] = MathF.Sqrt(Math.Max(0, (deviations[i] / speech.Frames) - (means[i] * means[i])));
        }

        return features;
    }
}
