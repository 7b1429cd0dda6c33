namespace Atrium.Inference.Language;

/// <summary>How a sentence feels.</summary>
/// <param name="Positive">From 0 to 1; with the other two 1.</param>
/// <param name="Neutral">From 0 to 1.</param>
/// <param name="Negative">From 0 to 1.</param>
public sealed record SentimentScores(double Positive, double Neutral, double Negative)
{
    /// <summary>The greatest of the three: positive, neutral or negative.</summary>
    public string Label => Neutral >= Positive && Neutral >= Negative ? "neutral" : Positive > Negative ? "positive" : "negative";

    /// <summary>Of VADER's compound, from -1 to 1. By its square root one plain word of praise or blame (compound 0.4) outweighs the neutral.</summary>
    internal static SentimentScores Of(double compound)
    {
        var strength = Math.Round(Math.Sqrt(Math.Abs(compound)), 2);
        return new(compound > 0 ? strength : 0, Math.Round(1 - strength, 2), compound < 0 ? strength : 0);
    }
}
