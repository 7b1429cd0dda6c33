using System.Text.Json;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Language;

/// <summary>A request of <c>:analyze-text</c>, or a task of a job as one. Pure.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Documents">Of which texts.</param>
/// <param name="Parameters">How.</param>
/// <param name="Longest">Of one document, in text elements.</param>
internal sealed partial record AnalyzeTextRequest(AnalysisKind Kind, IReadOnlyList<TextDocument> Documents, TextParameters Parameters, int Longest)
{
    public const string WrongBody = "InvalidRequestBodyFormat";
    private const string TooMany = "InvalidDocumentBatch";
    private const string NoDocuments = "MissingInputDocuments";
    private const string WrongDocument = "InvalidDocument";

    /// <summary>As published for calls that are answered at once and for jobs.</summary>
    private const int LongestNow = 5120;
    private const int LongestInJob = 125_000;
    private const int MostInJob = 25;

    /// <exception cref="ApiException">400: the field and what would be right; 501: what is published and not built.</exception>
    /// <param name="body">As it came.</param>
    /// <param name="dialect">What the caller calls things.</param>
    /// <param name="isJob">Whether it is answered later, for which there is more room.</param>
    public static AnalyzeTextRequest Read(JsonElement body, TextDialect dialect, bool isJob)
    {
        var problems = new List<Problem>();
        UnknownMembers.Refuse(body, "", ["kind", "analysisInput", "parameters"], problems);
        var name = body.Text("kind", problems);
        var kind = AnalysisKind.Find(name, isJob);
        if (kind is null && !problems.Exists(p => p.Target == "kind"))
        {
            problems.Add(new("kind", $"'kind' must be one of {AnalysisKind.Names(isJob)}."));
        }

        var documents = ReadDocuments(body, kind, dialect, isJob, problems);
        var parameters = TextParameters.Read(body, kind, dialect, problems);
        Refuse(problems);
        return new(kind!, documents, parameters, isJob ? LongestInJob : LongestNow);
    }

    /// <summary>Refuses as the published service does: one code, that of the first mistake, and all of them in the message.</summary>
    public static void Refuse(List<Problem> problems)
    {
        if (problems is [var first, ..])
        {
            var code = first.Code is ProblemCodes.InvalidValue or ProblemCodes.Required ? WrongBody : first.Code;
            throw ApiException.BadRequest(code, string.Join(' ', problems.Select(p => p.Message)), first.Target);
        }
    }

    private static List<TextDocument> ReadDocuments(JsonElement body, AnalysisKind? kind, TextDialect dialect, bool isJob, List<Problem> problems)
    {
        var field = $"{dialect.Input}documents";
        if (!body.TryGetProperty("analysisInput", out var input) || input.ValueKind is not JsonValueKind.Object
            || !input.TryGetProperty("documents", out var list) || list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            problems.Add(new(field, $"'{field}' must be a list of one document or more, each with an id and a text.", NoDocuments));
            return [];
        }

        UnknownMembers.Refuse(input, dialect.Input, ["documents"], problems);
        var most = isJob ? MostInJob : kind?.MostDocuments ?? int.MaxValue;
        if (list.GetArrayLength() > most)
        {
            problems.Add(new(field, $"'{field}' may have at most {most} documents for {kind?.Name}; it has {list.GetArrayLength()}.", TooMany));
            return [];
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        return [.. list.EnumerateArray().Select((item, at) => ReadDocument(item, $"{field}[{at}]", kind, ids, problems))];
    }

    private static TextDocument ReadDocument(JsonElement item, string place, AnalysisKind? kind, HashSet<string> ids, List<Problem> problems)
    {
        if (item.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new(place, $"'{place}' must be an object with an id and a text."));
            return new("", "", "", "");
        }

        var found = new List<Problem>();
        var isDetection = kind?.Name == AnalysisKind.Languages;
        UnknownMembers.Refuse(item, "", isDetection ? ["id", "text", "countryHint"] : ["id", "text", "language"], found);
        var id = item.Text("id", found) ?? "";
        var text = item.Text("text", found);
        if (text is null && !found.Exists(p => p.Target == "text"))
        {
            found.Add(new("text", "'text' is required.", WrongDocument));
        }

        if (id.Length == 0 && !found.Exists(p => p.Target == "id"))
        {
            found.Add(new("id", "'id' is required.", WrongDocument));
        }
        else if (!ids.Add(id))
        {
            found.Add(new("id", "'id' is that of another document of the request; each needs its own.", WrongDocument));
        }

        problems.AddRange(found.Select(p => p with { Target = $"{place}.{p.Target}", Message = $"{place}: {p.Message}" }));
        var hint = isDetection ? item.Text("countryHint", problems) ?? "" : "";
        return new(id, text ?? "", isDetection ? "" : item.Text("language", []) is { Length: > 0 } language ? language : TextDocument.English, hint.Equals("none", StringComparison.OrdinalIgnoreCase) ? "" : hint);
    }

    /// <summary>Whether a document's language has the form of one.</summary>
    [GeneratedRegex("^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")]
    public static partial Regex LanguageCode();
}
