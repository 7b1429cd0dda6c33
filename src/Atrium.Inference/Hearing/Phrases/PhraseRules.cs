namespace Atrium.Inference.Hearing.Phrases;

/// <summary>How strongly phrases are preferred, and how much is spent on them. <c>bench/run phrases tune</c> tries others, on speech that <c>bench/run phrases</c> does not report on.</summary>
internal sealed record PhraseRules
{
    public static PhraseRules Usual { get; } = new();

    /// <summary>What a piece of a phrase is worth at weight 1, in natural logarithms of probability.</summary>
    public float Worth { get; init; } = 3;

    /// <summary>Pieces of a word that are worth it. Once a rare word has begun the model knows how it ends, so more of them would be for nothing that was heard.</summary>
    public int MostPieces { get; init; } = 3;

    /// <summary>A way is given up where all that its phrase is worth would leave it so far behind the best.</summary>
    public double Slack { get; init; } = 4;

    /// <summary>A piece that is less likely than this (a logarithm) was not said, whatever the phrase is worth.</summary>
    public double LeastLikely { get; init; } = -8;

    /// <summary>Ways through the audio that are followed at once.</summary>
    public int MostWays { get; init; } = 4;

    /// <summary>After so many tokens in no phrase ways are compared, and only the best goes on.</summary>
    public int Settles { get; init; } = 5;
}
