using Atrium.Inference.Heads;
using Atrium.Inference.Shelf;

namespace Atrium.Inference.Shield;

/// <summary>Judges every sentence and, if short, the text as a whole; the worst decides. English only, as the model is.</summary>
internal sealed class PromptShield(ShelvedModel<ITextEmbedder> embedder, ShieldVotes votes, LinearHead users, LinearHead documents) : IPromptShield
{
    private const double Threshold = 0.5;

    public async ValueTask<PromptVerdict> InspectAsync(string text, bool isDocument, string lane, CancellationToken cancellationToken)
    {
        var pieces = SentenceSplitter.PiecesOf(text);
        using var vectors = await embedder.RentAsync(cancellationToken);
        var embeddings = await vectors.Model.EmbedAsync(pieces, lane, cancellationToken);
        var head = isDocument ? documents : users;
        double score = 0;
        for (var i = 0; i < pieces.Count; i++)
        {
            score = Math.Max(score, head.Probability(votes.FeaturesOf(pieces[i], embeddings[i].Vector), 0));
        }

        return new(score >= Threshold, score);
    }
}
