namespace Atrium.Inference.Safety.Images;

/// <summary>
/// From probabilities to the published levels 0 to 7. The thresholds are chosen, not measured: no labelled images come with the project. They are high
/// because the model gives harmless party photographs up to 0.36 for pornography. Its class of suggestive images counts for nothing: a harmless photograph
/// of people reached 0.81 in it.
/// </summary>
internal static class ImageSeverityRules
{
    private const float Certain = 0.97f;
    private const float Explicit = 0.9f;
    private const float VeryLikely = 0.8f;
    private const float Likely = 0.7f;
    private const float Probable = 0.6f;
    private const float Possible = 0.5f;
    private const float Faint = 0.4f;

    public static int Sexual(ReadOnlySpan<float> probabilities) => (probabilities[(int)ImageKind.Porn] + probabilities[(int)ImageKind.Hentai]) switch
    {
        >= Certain => 7,
        >= Explicit => 6,
        >= VeryLikely => 5,
        >= Likely => 4,
        >= Probable => 3,
        >= Possible => 2,
        >= Faint => 1,
        _ => 0,
    };
}
