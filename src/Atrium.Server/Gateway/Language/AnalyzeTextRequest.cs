using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference.Language;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Language;

/// <summary>A request of <c>:analyze-text</c>.</summary>
internal sealed record AnalyzeTextRequest(AnalysisKind Kind, IReadOnlyList<TextDocument> Documents, string IndexType, IReadOnlySet<string> Categories, int Longest)
{
    /// <summary>Of one document, in text elements, as published for calls that are answered at once and for jobs.</summary>
    private const int LongestNow = 5120;
    private const int LongestInJob = 125_000;
    private const int MostInJob = 25;

    private static readonly AnalysisKind[] Kinds =
    [
        new("LanguageDetection", "LanguageDetectionResults", LanguageDetector.Name, 1000, false),
        new("SentimentAnalysis", "SentimentAnalysisResults", SentimentAnalyzer.Name, 10, true),
        new("KeyPhraseExtraction", "KeyPhraseExtractionResults", KeyPhrases.Name, 10, true),
        new("PiiEntityRecognition", "PiiEntityRecognitionResults", PersonalData.Name, 5, false),
    ];

    private static readonly string[] Elsewhere = ["EntityRecognition", "EntityLinking"];
    private static readonly string[] IndexTypes = [TextIndex.TextElements, TextIndex.CodePoints, TextIndex.CodeUnits];

    /// <exception cref="ApiException">400: the field and what would be right; 501: a kind that is published and not built.</exception>
    /// <param name="body">As it came.</param>
    /// <param name="isJob">Whether it is answered later, for which there is more room.</param>
    public static AnalyzeTextRequest Read(JsonElement body, bool isJob = false)
    {
        var problems = new List<Problem>();
        var kind = ReadKind(body, problems);
        var parameters = body.TryGetProperty("parameters", out var given) && given.ValueKind is JsonValueKind.Object ? given : default;
        if (given.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
        {
            problems.Add(new("parameters", "'parameters' must be an object."));
        }

        var documents = ReadDocuments(body, kind, isJob, problems);
        var (index, categories) = parameters.ValueKind is JsonValueKind.Object ? ReadParameters(parameters, problems) : (TextIndex.TextElements, PersonalData.Categories.ToHashSet());
        return problems.Count == 0
            ? new(kind!, documents, index, categories, isJob ? LongestInJob : LongestNow)
            : throw ApiException.BadRequest("InvalidRequestBodyFormat", string.Join(' ', problems.Select(p => p.Message)), problems[0].Target);
    }

    private static AnalysisKind? ReadKind(JsonElement body, List<Problem> problems)
    {
        var name = body.Text("kind", problems);
        if (Elsewhere.Contains(name))
        {
            throw ApiException.NoModel($"Nothing here does the kind '{name}' of text analysis. {LanguageUpstream.HowTo(name!)}.");
        }

        var kind = Array.Find(Kinds, k => k.Name == name);
        if (kind is null && !problems.Exists(p => p.Target == "kind"))
        {
            problems.Add(new("kind", $"'kind' must be one of {string.Join(", ", Kinds.Select(k => k.Name))}."));
        }

        return kind;
    }

    private static List<TextDocument> ReadDocuments(JsonElement body, AnalysisKind? kind, bool isJob, List<Problem> problems)
    {
        var documents = new List<TextDocument>();
        if (!body.TryGetProperty("analysisInput", out var input) || input.ValueKind is not JsonValueKind.Object
            || !input.TryGetProperty("documents", out var list) || list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            problems.Add(new("analysisInput.documents", "'analysisInput.documents' must be a list of one document or more, each with an id and a text.", ProblemCodes.Required));
            return documents;
        }

        if (kind is not null && list.GetArrayLength() > (isJob ? MostInJob : kind.MostDocuments))
        {
            problems.Add(new("analysisInput.documents", $"'analysisInput.documents' may have at most {(isJob ? MostInJob : kind.MostDocuments)} documents for {kind.Name}; it has {list.GetArrayLength()}."));
            return documents;
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (at, item) in list.EnumerateArray().Index())
        {
            var place = $"analysisInput.documents[{at}]";
            var found = new List<Problem>();
            if (item.ValueKind is not JsonValueKind.Object)
            {
                problems.Add(new(place, $"'{place}' must be an object with an id and a text."));
                continue;
            }

            var document = new TextDocument(item.Text("id", found) ?? "", item.Text("text", found) ?? "", item.Text("language", found) is { Length: > 0 } language ? language : "en");
            if (document.Id.Length == 0 || !ids.Add(document.Id))
            {
                found.Add(new("id", "'id' is required, and each document has another."));
            }

            problems.AddRange(found.Select(p => new Problem($"{place}.{p.Target}", $"{place}: {p.Message}")));
            documents.Add(document);
        }

        return documents;
    }

    private static (string IndexType, IReadOnlySet<string> Categories) ReadParameters(JsonElement parameters, List<Problem> problems)
    {
        var index = parameters.Text("stringIndexType", problems) ?? TextIndex.TextElements;
        if (!IndexTypes.Contains(index))
        {
            problems.Add(new("parameters.stringIndexType", $"'stringIndexType' must be one of {string.Join(", ", IndexTypes)}."));
        }

        if (parameters.Flag("opinionMining", problems) is true)
        {
            throw ApiException.NoModel($"Nothing here mines opinions ('parameters.opinionMining'). {LanguageUpstream.HowTo("SentimentAnalysis")}.");
        }

        if (parameters.Text("domain", problems) is not (null or "none" or "phi"))
        {
            problems.Add(new("parameters.domain", "'domain' must be none or phi."));
        }

        return (index, ReadCategories(parameters, problems));
    }

    /// <summary>Those asked for that can be found; a category that has no pattern finds nothing.</summary>
    private static HashSet<string> ReadCategories(JsonElement parameters, List<Problem> problems)
    {
        if (!parameters.TryGetProperty("piiCategories", out var list) || list.ValueKind is JsonValueKind.Null)
        {
            return [.. PersonalData.Categories];
        }

        if (list.ValueKind is JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String))
        {
            var wanted = list.EnumerateArray().Select(item => item.GetString()!).ToHashSet(StringComparer.Ordinal);
            return wanted.Count == 0 || wanted.Contains("All") || wanted.Contains("Default") ? [.. PersonalData.Categories] : wanted;
        }

        problems.Add(new("parameters.piiCategories", "'piiCategories' must be a list of names of categories."));
        return [];
    }
}
