using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference.Language;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Language;

/// <summary><c>/language/:analyze-text</c> (published api-versions 2022-05-01 and 2023-04-01): languages, sentiment, key phrases and personal data of texts.</summary>
internal sealed class TextAnalysis(EmbeddedEngines engines, LanguageUpstream upstream, Metering metering)
{
    public static readonly GatewayOperation Operation = new(
        "language:analyze-text", "language/:analyze-text", "Microsoft.CognitiveServices/accounts/Language/analyze-text/action", null);

    public async Task AnalyzeAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        if (await upstream.TryAnswerAsync(call, body.RootElement, cancellationToken))
        {
            return;
        }

        var request = AnalyzeTextRequest.Read(body.RootElement);
        call.ModelName = request.Kind.Model;
        var results = await ResultsAsync(request, call.Http.Request.Query["showStats"] == "true", cancellationToken);
        call.TokensIn = request.Documents.Count;
        var answer = new JsonObject { ["kind"] = request.Kind.Results, ["results"] = results };
        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }

    /// <summary>What came of each document, and of those that were refused the reason.</summary>
    public async Task<JsonObject> ResultsAsync(AnalyzeTextRequest request, bool hasStatistics, CancellationToken cancellationToken)
    {
        using var analyzer = await engines.TextsAsync(cancellationToken);
        var (documents, errors) = (new JsonArray(), new JsonArray());
        foreach (var document in request.Documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ErrorOf(document, request) is { } error)
            {
                errors.Add(error);
            }
            else
            {
                documents.Add(ResultOf(document, request, analyzer.Model));
            }
        }

        var results = new JsonObject { ["documents"] = documents, ["errors"] = errors, ["modelVersion"] = request.Kind.Model };
        if (hasStatistics)
        {
            results["statistics"] = StatisticsOf(request, errors.Count);
        }

        return results;
    }

    private static JsonObject ResultOf(TextDocument document, AnalyzeTextRequest request, TextAnalyzer analyzer)
    {
        var result = request.Kind.Name switch
        {
            "LanguageDetection" => new() { ["detectedLanguage"] = Language(analyzer.Languages.Detect(document.Text)) },
            "KeyPhraseExtraction" => new() { ["keyPhrases"] = new JsonArray([.. KeyPhrases.Of(document.Text).Select(phrase => JsonValue.Create(phrase))]) },
            "PiiEntityRecognition" => Redacted(document, request),
            _ => Sentiment(document, request, analyzer.Sentiment),
        };
        result.Insert(0, "id", document.Id);
        result["warnings"] = new JsonArray();
        return result;
    }

    private static JsonObject Language(DetectedLanguage? found) => new()
    {
        ["name"] = found?.Name ?? "(Unknown)",
        ["iso6391Name"] = found?.Code ?? "(Unknown)",
        ["confidenceScore"] = found?.Confidence ?? 0,
    };

    private static JsonObject Redacted(TextDocument document, AnalyzeTextRequest request)
    {
        var index = new TextIndex(document.Text, request.IndexType);
        var redacted = new StringBuilder(document.Text);
        var entities = new JsonArray();
        foreach (var datum in PersonalData.Find(document.Text).Where(datum => request.Categories.Contains(datum.Category)))
        {
            var (start, length) = (datum.Span.Start, datum.Span.Length);
            redacted.Remove(start, length).Insert(start, new string('*', length));
            var entity = new JsonObject { ["text"] = document.Text.Substring(start, length), ["category"] = datum.Category };
            Place(entity, index, datum.Span);
            entity["confidenceScore"] = datum.Confidence;
            entities.Add(entity);
        }

        return new() { ["redactedText"] = redacted.ToString(), ["entities"] = entities };
    }

    private static JsonObject Sentiment(TextDocument document, AnalyzeTextRequest request, SentimentAnalyzer analyzer)
    {
        var index = new TextIndex(document.Text, request.IndexType);
        var sentences = SentenceSpans.Of(document.Text).Select(span => (Span: span, Scores: analyzer.Analyze(document.Text.Substring(span.Start, span.Length)))).ToList();
        return new()
        {
            ["sentiment"] = Together(sentences.Select(s => s.Scores.Label).ToHashSet()),
            ["confidenceScores"] = Scores(new(sentences.Average(s => s.Scores.Positive), sentences.Average(s => s.Scores.Neutral), sentences.Average(s => s.Scores.Negative))),
            ["sentences"] = new JsonArray([.. sentences.Select(s => Sentence(document.Text, index, s.Span, s.Scores))]),
        };
    }

    private static JsonObject Sentence(string text, TextIndex index, TextSpan span, SentimentScores scores)
    {
        var sentence = new JsonObject { ["sentiment"] = scores.Label, ["confidenceScores"] = Scores(scores) };
        Place(sentence, index, span);
        sentence["text"] = text.Substring(span.Start, span.Length);
        return sentence;
    }

    /// <summary>As published: both praise and blame is mixed; either of them outweighs the neutral.</summary>
    private static string Together(HashSet<string> labels) =>
        labels.Contains("positive") ? labels.Contains("negative") ? "mixed" : "positive" : labels.Contains("negative") ? "negative" : "neutral";

    private static JsonObject Scores(SentimentScores scores) =>
        new() { ["positive"] = Math.Round(scores.Positive, 2), ["neutral"] = Math.Round(scores.Neutral, 2), ["negative"] = Math.Round(scores.Negative, 2) };

    private static void Place(JsonObject part, TextIndex index, TextSpan span) => (part["offset"], part["length"]) = index.Of(span);

    private static JsonObject? ErrorOf(TextDocument document, AnalyzeTextRequest request)
    {
        var (kind, longest) = (request.Kind, request.Longest);
        var length = new TextIndex(document.Text, TextIndex.TextElements).Count;
        return (string.IsNullOrWhiteSpace(document.Text), length > longest, kind.IsEnglishOnly && !IsEnglish(document.Language)) switch
        {
            (true, _, _) => Error(document, "InvalidDocument", "The document's text is empty."),
            (_, true, _) => Error(document, "InvalidDocument", $"The document's text has {length} text elements; the most are {longest}."),
            (_, _, true) => Error(document, "UnsupportedLanguageCode", $"{kind.Name} is done for English (en) only; the document's language is '{document.Language}'."),
            _ => null,
        };
    }

    private static bool IsEnglish(string language) => language.Equals("en", StringComparison.OrdinalIgnoreCase) || language.StartsWith("en-", StringComparison.OrdinalIgnoreCase);

    private static JsonObject Error(TextDocument document, string code, string message) => new()
    {
        ["id"] = document.Id,
        ["error"] = new JsonObject { ["code"] = "InvalidArgument", ["message"] = message, ["innererror"] = new JsonObject { ["code"] = code, ["message"] = message } },
    };

    private static JsonObject StatisticsOf(AnalyzeTextRequest request, int errors) => new()
    {
        ["documentsCount"] = request.Documents.Count,
        ["validDocumentsCount"] = request.Documents.Count - errors,
        ["erroneousDocumentsCount"] = errors,
        ["transactionsCount"] = request.Documents.Count - errors,
    };
}
