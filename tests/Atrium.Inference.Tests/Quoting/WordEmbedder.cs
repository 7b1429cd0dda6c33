namespace Atrium.Inference.Tests.Quoting;

/// <summary>An embedder that a test can foresee: one dimension a word, synonyms share one, a token a word.</summary>
internal sealed class WordEmbedder : ITextEmbedder
{
    private static readonly Dictionary<string, string> Synonyms = new() { ["automobile"] = "car", ["vehicle"] = "car", ["hound"] = "dog", ["expenses"] = "cost", ["price"] = "cost" };

    public string Name => "words";

    public int Dimensions => 4096;

    public int MaxTokens { get; init; } = 64;

    /// <summary>How many texts it was given.</summary>
    public int Embedded { get; private set; }

    public int CountTokens(string text) => Words(text).Length;

    public ValueTask<IReadOnlyList<Embedding>> EmbedAsync(IReadOnlyList<string> texts, string lane, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Embedded += texts.Count;
        return new([.. texts.Select((text, at) => CountTokens(text) <= MaxTokens ? Embed(text) : throw new TextTooLongException(at, CountTokens(text), MaxTokens))]);
    }

    private Embedding Embed(string text)
    {
        var vector = new float[Dimensions];
        foreach (var word in Words(text))
        {
            vector[Place(Synonyms.GetValueOrDefault(word, word))]++;
        }

        var length = MathF.Max(1e-6f, MathF.Sqrt(vector.Sum(value => value * value)));
        return new([.. vector.Select(value => value / length)], CountTokens(text));
    }

    private int Place(string word) => (int)(word.Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619u) % (uint)Dimensions);

    private static string[] Words(string text) => text.ToLowerInvariant().Split([' ', '.', ',', '?', '!', ':', '>', '\n', '`', ';', '"'], StringSplitOptions.RemoveEmptyEntries);
}
