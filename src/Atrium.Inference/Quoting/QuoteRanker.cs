namespace Atrium.Inference.Quoting;

/// <summary>Finds the sentences that answer a question best, by meaning (embeddings) and by words (BM25) together.</summary>
internal sealed class QuoteRanker(ITextEmbedder embedder)
{
    /// <summary>Most sentences that are compared by meaning; of more, those with the question's words, then the latest.</summary>
    public const int MaxCompared = 384;

    private const int MaxQuotes = 3;
    private const int Batch = 64;
    private const double MeaningWeight = 0.6;

    /// <summary>Below this a sentence has nothing to do with the question.</summary>
    private const double LeastScore = 0.21;

    /// <summary>A further quote must be nearly as good as the best.</summary>
    private const double LeastShare = 0.7;

    /// <summary>At most three sentences, best first; none if none fits.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(QuoteSources sources, string lane, CancellationToken cancellationToken)
    {
        var sentences = sources.Material.SelectMany(Fit).ToList();
        if (sentences.Count == 0 || sources.Question.Length == 0)
        {
            return [];
        }

        var byWords = Bm25.Score(sources.Question, sentences);
        var compared = Enumerable.Range(0, sentences.Count).OrderByDescending(at => byWords[at]).ThenByDescending(at => at).Take(MaxCompared).Order().ToArray();
        var vectors = await EmbedAsync([Fit(sources.Question).Last(), .. compared.Select(at => sentences[at])], lane, cancellationToken);

        var scored = compared
            .Select((at, place) => (Sentence: sentences[at], Score: (MeaningWeight * Similarity(vectors[0], vectors[place + 1])) + ((1 - MeaningWeight) * Math.Min(1, byWords[at]))))
            .Where(found => found.Score >= LeastScore)
            .OrderByDescending(found => found.Score)
            .ToList();
        return [.. scored.Where(found => found.Score >= LeastShare * scored[0].Score).Take(MaxQuotes).Select(found => found.Sentence)];
    }

    private async Task<List<float[]>> EmbedAsync(List<string> texts, string lane, CancellationToken cancellationToken)
    {
        var vectors = new List<float[]>(texts.Count);
        foreach (var chunk in texts.Chunk(Batch))
        {
            vectors.AddRange((await embedder.EmbedAsync(chunk, lane, cancellationToken)).Select(embedding => embedding.Vector));
        }

        return vectors;
    }

    private static double Similarity(float[] a, float[] b) => Math.Max(0, System.Numerics.Tensors.TensorPrimitives.Dot(a, b));

    /// <summary>A text that the embedder cannot read at once (a table, a list without stops) in halves that it can.</summary>
    private IEnumerable<string> Fit(string text)
    {
        if (embedder.CountTokens(text) <= embedder.MaxTokens || text.Length < 2)
        {
            return [text];
        }

        var middle = text.LastIndexOf(' ', text.Length / 2);
        var cut = middle > 0 ? middle : (text.Length / 2) - (char.IsHighSurrogate(text[(text.Length / 2) - 1]) ? 1 : 0);
        return cut <= 0 ? [text] : Fit(text[..cut].Trim()).Concat(Fit(text[cut..].Trim())).Where(half => half.Length > 0);
    }
}
