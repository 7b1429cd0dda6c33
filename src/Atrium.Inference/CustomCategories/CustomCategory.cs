using Atrium.Inference.Heads;

namespace Atrium.Inference.CustomCategories;

/// <summary>
/// A category of texts that was learned from examples: a regression over sentence vectors and words. English only, as the vectors are. A text belongs to it when one of
/// its sentences does, or a short text as a whole.
/// </summary>
public sealed class CustomCategory
{
    private const float Threshold = 0.5f;

    /// <summary>Texts that are embedded together while a category is learned.</summary>
    private const int BatchSize = 32;
    private const int MostVectorValues = 4096;
    private readonly LinearHead _head;

    private CustomCategory(LinearHead head) => _head = head;

    /// <summary>
    /// Learns a category. Where there are fewer examples of what does not belong than of what does, harmless sentences of our own stand beside them: a category that
    /// has seen nothing else would find itself everywhere.
    /// </summary>
    /// <param name="samples">The examples; one of them at least belongs to the category.</param>
    /// <param name="embedder">What makes vectors of texts.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<CustomCategory> LearnAsync(IReadOnlyList<CategorySample> samples, ITextEmbedder embedder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(embedder);
        var lacking = samples.Count(sample => sample.IsPositive) - samples.Count(sample => !sample.IsPositive);
        List<CategorySample> all = [.. samples, .. Harmless().Take(Math.Max(0, lacking))];
        var features = new List<float[]>(all.Count);
        foreach (var batch in all.Chunk(BatchSize))
        {
            var texts = batch.Select(sample => Readable(sample.Text, embedder)).ToArray();
            var vectors = await embedder.EmbedAsync(texts, cancellationToken);
            features.AddRange(texts.Select((text, i) => FeaturesOf(text, vectors[i].Vector)));
        }

        var set = new TrainingSet([.. features], [.. all.Select(sample => new[] { sample.IsPositive })]);
        return new(await Task.Run(() => HeadTrainer.Train(set, new()), cancellationToken));
    }

    /// <summary>Whether a text belongs to the category.</summary>
    /// <param name="text">Which.</param>
    /// <param name="embedder">Reads it.</param>
    /// <param name="lane">On whose account.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<bool> MatchesAsync(string text, ITextEmbedder embedder, string lane, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        var pieces = SentenceSplitter.PiecesOf(text);
        var vectors = await embedder.EmbedAsync(pieces, lane, cancellationToken);
        return pieces.Select((piece, i) => _head.Probability(FeaturesOf(piece, vectors[i].Vector), 0)).Any(probability => probability >= Threshold);
    }

    /// <summary>The category in a form that <see cref="FromBytes"/> reads.</summary>
    public byte[] ToBytes() => _head.ToBytes();

    /// <summary>The category; null if the bytes are not a whole one.</summary>
    public static CustomCategory? FromBytes(ReadOnlySpan<byte> bytes) =>
        LinearHead.FromBytes(bytes) is { Outputs: 1 } head && head.Features is > WordFeatures.Count and <= WordFeatures.Count + MostVectorValues ? new(head) : null;

    private static float[] FeaturesOf(string text, float[] vector)
    {
        var features = new float[vector.Length + WordFeatures.Count];
        vector.CopyTo(features, 0);
        WordFeatures.Write(text, features.AsSpan(vector.Length));
        return features;
    }

    /// <summary>With look-alikes folded away, and no longer than the model reads.</summary>
    private static string Readable(string text, ITextEmbedder embedder)
    {
        var folded = Embeddings.TextFolding.Fold(text);
        while (embedder.CountTokens(folded) > embedder.MaxTokens)
        {
            folded = folded[..(folded.Length / 2)];
        }

        return folded;
    }

    private static IEnumerable<CategorySample> Harmless() => SeedFiles.Read("Safety").Where(seed => seed.Levels.Values.All(level => level == 0) || seed.LevelOf("safe") > 0).Select(seed => new CategorySample(seed.Text, false));
}
