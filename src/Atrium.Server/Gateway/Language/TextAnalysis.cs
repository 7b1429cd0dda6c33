using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference.Language;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Language;

/// <summary><c>/language/:analyze-text</c> (published api-versions since 2022-05-01): languages, sentiment, key phrases and personal data of texts.</summary>
internal sealed class TextAnalysis(EmbeddedEngines engines, LanguageUpstream upstream, Metering metering)
{
    public static readonly GatewayOperation Operation = new(
        "language:analyze-text", "language/:analyze-text", "Microsoft.CognitiveServices/accounts/Language/analyze-text/action", null);

    /// <summary>Names the categories of personal data that were looked for, where the caller left the choice: there are more that nothing here finds.</summary>
    public const string LookedForHeader = "x-atrium-categories-analyzed";

    public async Task AnalyzeAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        if (await upstream.TryAnswerAsync(call, body.RootElement, cancellationToken))
        {
            return;
        }

        var problems = new List<Problem>();
        UnknownMembers.Refuse(call.Http.Request.Query, ["api-version", "showStats"], problems);
        var hasStatistics = TextQuery.Flag(call.Http.Request.Query, "showStats", problems) ?? false;
        AnalyzeTextRequest.Refuse(problems);
        var request = AnalyzeTextRequest.Read(body.RootElement, TextDialect.Language, isJob: false);
        var results = await ResultsAsync(call, request, hasStatistics, cancellationToken);
        var answer = new JsonObject { ["kind"] = request.Kind.Results, ["results"] = results };
        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }

    /// <summary>The same for a call that is answered at once: counted, and with what was looked for.</summary>
    public async Task<JsonObject> ResultsAsync(GatewayCall call, AnalyzeTextRequest request, bool hasStatistics, CancellationToken cancellationToken)
    {
        (call.ModelName, call.TokensIn) = (request.Kind.Model, request.Documents.Count);
        if (request.Kind.Name == AnalysisKind.PersonalData && request.Parameters.Pii.IsOurChoice)
        {
            call.Http.Response.Headers[LookedForHeader] = string.Join(", ", request.Parameters.Pii.Categories.Order(StringComparer.Ordinal));
        }

        return await ResultsAsync(request, hasStatistics, cancellationToken);
    }

    /// <summary>What came of each document, and of those that were refused the reason.</summary>
    public async Task<JsonObject> ResultsAsync(AnalyzeTextRequest request, bool hasStatistics, CancellationToken cancellationToken)
    {
        using var analyzer = await engines.TextsAsync(cancellationToken);
        var (documents, errors, transactions) = (new JsonArray(), new JsonArray(), 0);
        foreach (var given in request.Documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var document = Told(given, analyzer.Model);
            var length = new TextIndex(document.Text, TextIndex.TextElements).Count;
            if (DocumentErrors.Of(document, length, request) is { } error)
            {
                errors.Add(error);
                continue;
            }

            var result = ResultOf(document, request, analyzer.Model);
            result.Insert(0, "id", document.Id);
            result["warnings"] = new JsonArray();
            _ = document.Found is { } found ? result["detectedLanguage"] = Language(found) : null;
            var ofDocument = TextStatistics.Of(length);
            transactions += (int)ofDocument["transactionsCount"]!;
            _ = hasStatistics ? result["statistics"] = ofDocument : null;
            documents.Add(result);
        }

        var results = new JsonObject { ["documents"] = documents, ["errors"] = errors, ["modelVersion"] = request.Kind.Model };
        if (hasStatistics)
        {
            results["statistics"] = TextStatistics.Of(request.Documents.Count, errors.Count, transactions);
        }

        return results;
    }

    /// <summary>With its language, where that is to be told from the text; English where it cannot be.</summary>
    private static TextDocument Told(TextDocument document, TextAnalyzer analyzer)
    {
        if (!document.Language.Equals(TextDocument.Auto, StringComparison.OrdinalIgnoreCase))
        {
            return document;
        }

        var found = analyzer.Languages.Detect(document.Text, []);
        return document with { Language = found?.Code ?? TextDocument.English, Found = found };
    }

    private static JsonObject ResultOf(TextDocument document, AnalyzeTextRequest request, TextAnalyzer analyzer) => request.Kind.Name switch
    {
        AnalysisKind.Languages => new() { ["detectedLanguage"] = Language(analyzer.Languages.Detect(document.Text, CountryLanguages.Of(document.CountryHint) ?? [])) },
        AnalysisKind.Phrases => new() { ["keyPhrases"] = new JsonArray([.. KeyPhrases.Of(document.Text).Select(phrase => JsonValue.Create(phrase))]) },
        AnalysisKind.PersonalData => Redactor.Redact(document, request.Parameters),
        _ => Sentiment(document, request, analyzer.Sentiment),
    };

    private static JsonObject Language(DetectedLanguage? found) => new()
    {
        ["name"] = found?.Name ?? "(Unknown)",
        ["iso6391Name"] = found?.Code ?? "(Unknown)",
        ["confidenceScore"] = found?.Confidence ?? 0,
    };

    private static JsonObject Sentiment(TextDocument document, AnalyzeTextRequest request, SentimentAnalyzer analyzer)
    {
        var index = new TextIndex(document.Text, request.Parameters.IndexType);
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
        (sentence["offset"], sentence["length"]) = index.Of(span);
        sentence["text"] = text.Substring(span.Start, span.Length);
        return sentence;
    }

    /// <summary>As published: both praise and blame is mixed; either of them outweighs the neutral.</summary>
    private static string Together(HashSet<string> labels) =>
        labels.Contains("positive") ? labels.Contains("negative") ? "mixed" : "positive" : labels.Contains("negative") ? "negative" : "neutral";

    private static JsonObject Scores(SentimentScores scores) =>
        new() { ["positive"] = Math.Round(scores.Positive, 2), ["neutral"] = Math.Round(scores.Neutral, 2), ["negative"] = Math.Round(scores.Negative, 2) };
}
