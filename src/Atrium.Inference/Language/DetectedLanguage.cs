namespace Atrium.Inference.Language;

/// <summary>The language a text is written in.</summary>
/// <param name="Code">ISO 639-1.</param>
/// <param name="Name">In English.</param>
/// <param name="Confidence">From 0 to 1: the score over the mean score of that language's texts where it is right; at most 0.5 where too little was read to tell.</param>
public sealed record DetectedLanguage(string Code, string Name, double Confidence);
