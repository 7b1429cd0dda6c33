using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Language;

/// <summary><c>/text/analytics/v3.1</c>, the published form before <c>/language</c>: an address for each kind of analysis, parameters in the query. The engines are the same.</summary>
internal sealed class TextAnalyticsCalls(TextAnalysis analysis, LanguageUpstream upstream, Metering metering)
{
    /// <summary>Of <c>/language</c>, which a connection is asked by.</summary>
    private const string UpstreamVersion = "2023-04-01";

    private static readonly string[] Common = ["showStats", "model-version", "loggingOptOut"];

    /// <summary>A call of one kind of analysis.</summary>
    public Func<GatewayCall, CancellationToken, Task> Analyze(string kind) => async (call, cancellationToken) =>
    {
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var (query, problems) = (call.Http.Request.Query, new List<Problem>());
        UnknownMembers.Refuse(query, [.. Common, .. Own(kind)], problems);
        var hasStatistics = TextQuery.Flag(query, "showStats", problems) ?? false;
        var parameters = Parameters(query, kind, problems);
        AnalyzeTextRequest.Refuse(problems);
        var asked = JsonSerializer.SerializeToElement(new JsonObject { ["kind"] = kind, ["analysisInput"] = JsonObject.Create(body.RootElement), ["parameters"] = parameters });
        var results = await AskAsync(call, asked, hasStatistics, cancellationToken)
            ?? await analysis.ResultsAsync(call, AnalyzeTextRequest.Read(asked, TextDialect.Analytics, isJob: false), hasStatistics, cancellationToken);
        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(results), cancellationToken);
    };

    /// <summary>The results of a connection that serves the kind; null where there is none.</summary>
    private async Task<JsonObject?> AskAsync(GatewayCall call, JsonElement asked, bool hasStatistics, CancellationToken cancellationToken)
    {
        var body = JsonObject.Create(asked)!;
        if (body["parameters"]!.AsObject() is var parameters && parameters.Remove("model-version", out var version))
        {
            parameters["modelVersion"] = version;
        }

        var query = QueryString.Create("api-version", UpstreamVersion).Add("showStats", hasStatistics ? "true" : "false");
        if (await upstream.TryAskAsync(call, JsonSerializer.SerializeToElement(body), query, cancellationToken) is not { } answer)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(answer.Body)?["results"] as JsonObject ?? throw new JsonException();
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", "What the service behind the connection answered is no result of text analysis.");
        }
    }

    private static string[] Own(string kind) => kind switch
    {
        AnalysisKind.PersonalData => ["stringIndexType", "domain", "piiCategories"],
        AnalysisKind.Sentiment => ["stringIndexType", "opinionMining"],
        AnalysisKind.Languages or AnalysisKind.Phrases => [],
        _ => ["stringIndexType"],
    };

    private static JsonObject Parameters(IQueryCollection query, string kind, List<Problem> problems)
    {
        var parameters = new JsonObject();
        foreach (var name in (string[])["model-version", "stringIndexType", "domain"])
        {
            _ = query[name].ToString() is { Length: > 0 } text ? parameters[name] = text : null;
        }

        foreach (var name in (string[])["loggingOptOut", "opinionMining"])
        {
            _ = TextQuery.Flag(query, name, problems) is { } flag ? parameters[name] = flag : null;
        }

        if (kind == AnalysisKind.PersonalData && query["piiCategories"].Count > 0)
        {
            // Given several times, or with commas.
            parameters["piiCategories"] = new JsonArray([.. query["piiCategories"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(name => JsonValue.Create(name))]);
        }

        return parameters;
    }
}
