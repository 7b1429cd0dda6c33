namespace Atrium.Inference.Safety.Images;

/// <summary>
/// From probabilities to the published levels 0, 2, 4, 6. The thresholds are chosen, not measured: no labelled images come with the project. They are high
/// because the model gives harmless party photographs up to 0.36 for pornography. Its class of suggestive images counts for nothing: a harmless photograph
/// of people reached 0.81 in it.
/// </summary>
internal static class ImageSeverityRules
{
    private const float Explicit = 0.9f;
    private const float Likely = 0.7f;
    private const float Possible = 0.5f;

    public static int Sexual(ReadOnlySpan<float> probabilities) => (probabilities[(int)ImageKind.Porn] + probabilities[(int)ImageKind.Hentai]) switch
    {
        >= Explicit => 6,
        >= Likely => 4,
        >= Possible => 2,
        _ => 0,
    };
}
