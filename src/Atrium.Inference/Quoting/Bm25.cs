namespace Atrium.Inference.Quoting;

/// <summary>The BM25 score of each sentence for a question, as a share (0 to about 1) of what a sentence with all its words would get. Pure.</summary>
internal static class Bm25
{
    private const double Saturation = 1.2;
    private const double LengthWeight = 0.75;

    public static double[] Score(string question, IReadOnlyList<string> sentences)
    {
        var wanted = Words.Of(question).Distinct().ToArray();
        var words = sentences.Select(Words.Of).ToArray();
        if (wanted.Length == 0 || words.Length == 0)
        {
            return new double[sentences.Count];
        }

        var meanLength = Math.Max(1, words.Average(list => list.Count));
        var rarity = wanted.ToDictionary(word => word, word =>
        {
            var having = words.Count(list => list.Contains(word));
            return Math.Log(1 + ((words.Length - having + 0.5) / (having + 0.5)));
        });
        var best = rarity.Values.Sum();
        return [.. words.Select(list => wanted.Sum(word => rarity[word] * Weight(list.Count(other => other == word), list.Count / meanLength)) / best)];
    }

    private static double Weight(int count, double relativeLength) =>
        count * (Saturation + 1) / (count + (Saturation * (1 - LengthWeight + (LengthWeight * relativeLength))));
}
