namespace Atrium.Inference.Language;

/// <summary>What is told of texts with the help of packages.</summary>
/// <param name="Languages">Tells languages apart.</param>
/// <param name="Sentiment">How English texts feel.</param>
public sealed record TextAnalyzer(LanguageDetector Languages, SentimentAnalyzer Sentiment);
