using Atrium.Inference.Heads;
using Atrium.Inference.Shelf;

namespace Atrium.Inference.Safety;

/// <summary>
/// Judges texts by the vectors of their sentences. The severity of a text is that of its worst sentence; a short text is also judged as a whole.
/// English only, as the model is.
/// </summary>
internal sealed class TextSafety(ShelvedModel<ITextEmbedder> embedder, LinearHead head, OffensiveWords words) : ITextSafety
{
    /// <summary>A slur is contempt, whatever stands around it.</summary>
    private const int SlurSeverity = 4;

    public async ValueTask<IReadOnlyDictionary<HarmCategory, int>> AnalyzeAsync(string text, string lane, CancellationToken cancellationToken)
    {
        var pieces = SentenceSplitter.PiecesOf(text);
        using var vectors = await embedder.RentAsync(cancellationToken);
        var embeddings = await vectors.Model.EmbedAsync(pieces, lane, cancellationToken);
        var severities = SafetyHead.Categories.ToDictionary(category => category.Category, _ => 0);
        for (var i = 0; i < pieces.Count; i++)
        {
            foreach (var (category, severity) in Judge(SafetyHead.FeaturesOf(pieces[i], embeddings[i].Vector, words)))
            {
                severities[category] = Math.Max(severities[category], severity);
            }

            if (words.HasSlur(pieces[i]))
            {
                severities[HarmCategory.Hate] = Math.Max(severities[HarmCategory.Hate], SlurSeverity);
            }
        }

        return severities;
    }

    private Dictionary<HarmCategory, int> Judge(float[] features)
    {
        var likelihoods = SafetyHead.Categories.Select((category, i) => (category.Category, Levels: SeverityRules.Ordered(
            head.Probability(features, SafetyHead.Output(i, 0)),
            head.Probability(features, SafetyHead.Output(i, 1)),
            head.Probability(features, SafetyHead.Output(i, 2))))).ToDictionary(row => row.Category, row => row.Levels);
        var severities = likelihoods.ToDictionary(row => row.Key, row => SeverityRules.Severity(row.Value));

        // The words of violence against oneself are those of violence. What is self-harm first of all is not violence against others as well.
        if (severities[HarmCategory.SelfHarm] >= SafetyHead.Levels[0] && likelihoods[HarmCategory.SelfHarm].Low >= likelihoods[HarmCategory.Violence].Low)
        {
            severities[HarmCategory.Violence] = 0;
        }

        return severities;
    }
}
