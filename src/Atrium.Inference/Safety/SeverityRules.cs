namespace Atrium.Inference.Safety;

/// <summary>From probabilities to the published scale. Pure.</summary>
internal static class SeverityRules
{
    /// <summary>From here on a text counts as having a level.</summary>
    public const float Likely = 0.5f;

    /// <summary>A level that is not reached but this likely makes the odd step between two levels (eight-level scale).</summary>
    public const float Possible = 0.3f;

    /// <summary>From here on the highest level is as high as it can be.</summary>
    public const float Certain = 0.9f;

    /// <summary>
    /// The likelihoods of having at least severity 2, 4 and 6. They are learned apart, so a higher one may come out likelier than a lower one;
    /// having the higher means having the lower.
    /// </summary>
    public static LevelLikelihoods Ordered(float low, float medium, float high)
    {
        medium = Math.Max(medium, high);
        return new(Math.Max(low, medium), medium, high);
    }

    /// <summary>Severity 0 to 7.</summary>
    public static int Severity(LevelLikelihoods likelihoods) => likelihoods switch
    {
        { High: > Certain } => 7,
        { High: >= Likely } => 6,
        { Medium: >= Likely, High: >= Possible } => 5,
        { Medium: >= Likely } => 4,
        { Low: >= Likely, Medium: >= Possible } => 3,
        { Low: >= Likely } => 2,
        { Low: >= Possible } => 1,
        _ => 0,
    };
}

/// <summary>How likely a text has at least severity 2, 4 and 6; never rising.</summary>
internal readonly record struct LevelLikelihoods(float Low, float Medium, float High);
