using Atrium.Inference.Heads;

namespace Atrium.Inference.Shield;

/// <summary>
/// What the shield knows about a text: the sentence vector and the words, the signs of known attacks, and the opinion of the two
/// published models. What each is worth is learned from the seeds.
/// </summary>
internal sealed class ShieldVotes(TermWeights injection, TermWeights jailbreak)
{
    private const int VectorLength = 512;
    private const int SignsAt = VectorLength + WordFeatures.Count;
    private const int ModelsAt = SignsAt + AttackSigns.Count;

    public static ShieldVotes Read(string packageFolder) => new(
        TermWeights.Read(Path.Combine(packageFolder, "model", "prompt_injection_model.json")),
        TermWeights.Read(Path.Combine(packageFolder, "model", "jailbreak_model.json")));

    public float[] FeaturesOf(string text, ReadOnlySpan<float> vector)
    {
        var features = new float[ModelsAt + 2];
        vector.CopyTo(features);
        WordFeatures.Write(text, features.AsSpan(VectorLength));
        AttackSigns.Write(text, features.AsSpan(SignsAt));
        features[ModelsAt] = injection.Probability(text);
        features[ModelsAt + 1] = jailbreak.Probability(text);
        return features;
    }

    /// <summary>Trains the head for prompts of users, or the one for documents.</summary>
    public async Task<LinearHead> TrainAsync(IReadOnlyList<LabelledText> seeds, bool documents, ITextEmbedder embedder, CancellationToken cancellationToken)
    {
        // A document that speaks to the model as an attacking user does attacks too; a user may well tell the model what a document may not.
        var used = seeds.Where(seed => documents || seed.LevelOf("docattack") == 0).ToList();
        var embeddings = await embedder.EmbedAsync([.. used.Select(seed => seed.Text)], cancellationToken);
        var features = used.Select((seed, i) => FeaturesOf(seed.Text, embeddings[i].Vector)).ToArray();
        return HeadTrainer.Train(new(features, [.. used.Select(seed => new[] { seed.LevelOf("benign") == 0 })]), new());
    }
}
