using Atrium.Inference.Heads;

namespace Atrium.Inference.Safety;

/// <summary>
/// What the text safety learns: for each category, how likely a text has at least severity 2, 4 and 6. The features are the
/// sentence's vector, its words, and what the word list says.
/// </summary>
internal static class SafetyHead
{
    public const int Features = VectorLength + WordFeatures.Count + OffensiveWords.FeatureCount;

    private const int VectorLength = 512;

    /// <summary>The severities of the published four-level scale above "safe".</summary>
    public static readonly int[] Levels = [2, 4, 6];

    /// <summary>The categories with their label in the seed files.</summary>
    public static readonly (HarmCategory Category, string Label)[] Categories =
    [
        (HarmCategory.Hate, "hate"),
        (HarmCategory.SelfHarm, "selfharm"),
        (HarmCategory.Sexual, "sexual"),
        (HarmCategory.Violence, "violence"),
    ];

    public static int Output(int category, int level) => (category * Levels.Length) + level;

    public static float[] FeaturesOf(string text, ReadOnlySpan<float> vector, OffensiveWords words)
    {
        var features = new float[Features];
        vector.CopyTo(features);
        WordFeatures.Write(text, features.AsSpan(VectorLength));
        words.Features(text, features.AsSpan(VectorLength + WordFeatures.Count));
        return features;
    }

    public static async Task<LinearHead> TrainAsync(
        IReadOnlyList<LabelledText> seeds, ITextEmbedder embedder, OffensiveWords words, CancellationToken cancellationToken)
    {
        var embeddings = await embedder.EmbedAsync([.. seeds.Select(seed => seed.Text)], cancellationToken);
        var features = seeds.Select((seed, i) => FeaturesOf(seed.Text, embeddings[i].Vector, words)).ToArray();
        return HeadTrainer.Train(new(features, [.. seeds.Select(Targets)]), new());
    }

    private static bool[] Targets(LabelledText seed) =>
        [.. Categories.SelectMany(category => Levels.Select(level => seed.LevelOf(category.Label) >= level))];
}
