using Atrium.Inference.Language;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Language;

/// <summary>What texts can be analyzed for.</summary>
/// <param name="Name">As the request's <c>kind</c> names it.</param>
/// <param name="Model">What does it.</param>
/// <param name="MostDocuments">In one request, as published.</param>
/// <param name="IsEnglishOnly">Whether documents in other languages are refused.</param>
internal sealed record AnalysisKind(string Name, string Model, int MostDocuments, bool IsEnglishOnly)
{
    public const string Languages = "LanguageDetection";
    public const string Sentiment = "SentimentAnalysis";
    public const string Phrases = "KeyPhraseExtraction";
    public const string PersonalData = "PiiEntityRecognition";

    private static readonly AnalysisKind[] Here =
    [
        new(Languages, LanguageDetector.Name, 1000, false),
        new(Sentiment, SentimentAnalyzer.Name, 10, true),
        new(Phrases, KeyPhrases.Name, 10, true),
        new(PersonalData, Atrium.Inference.Language.PersonalData.Name, 5, false),
    ];

    /// <summary>Published kinds that nothing here does; the first of them are answered at once, and so by a connection.</summary>
    private static readonly string[] AtOnce = ["EntityRecognition", "EntityLinking", "DynamicClassification"];

    private static readonly string[] InJobs =
    [
        "Healthcare", "ExtractiveSummarization", "AbstractiveSummarization", "CustomEntityRecognition", "CustomSingleLabelClassification", "CustomMultiLabelClassification",
        "CustomHealthcare", "CustomSentimentAnalysis", "CustomAbstractiveSummarization",
    ];

    /// <summary>As the answer's <c>kind</c> names it.</summary>
    public string Results => $"{Name}Results";

    /// <summary>The names of those that are done here. Languages are told at once only, as published.</summary>
    public static string Names(bool isJob) => string.Join(", ", Here.Where(kind => !isJob || kind.Name != Languages).Select(kind => kind.Name));

    /// <summary>The kind of that name; null for a name that is none.</summary>
    /// <param name="name">As the caller wrote it.</param>
    /// <param name="isJob">Whether it is a task of a job.</param>
    /// <exception cref="ApiException">501: it is published, and nothing here does it.</exception>
    public static AnalysisKind? Find(string? name, bool isJob)
    {
        if (AtOnce.Contains(name) && !isJob)
        {
            throw ApiException.NoModel($"Nothing here does the kind '{name}' of text analysis. {LanguageUpstream.HowTo(name!)}.");
        }

        if (AtOnce.Contains(name) || InJobs.Contains(name))
        {
            throw ApiException.NoModel($"Nothing here does the kind '{name}' of text analysis{(isJob ? " in a job" : "")}. Kinds here: {Names(isJob)}.");
        }

        return isJob && name == Languages ? null : Array.Find(Here, kind => kind.Name == name);
    }
}
