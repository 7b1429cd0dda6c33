using System.Text.Json;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Language;

/// <summary>How texts are to be analyzed: <c>parameters</c> of a request or a task. Pure.</summary>
/// <param name="IndexType">How places are counted.</param>
/// <param name="Pii">Which personal data is looked for, and what stands in its place.</param>
internal sealed record TextParameters(string IndexType, PiiOptions Pii)
{
    private const string WrongValue = "InvalidParameterValue";
    private const string WrongModel = "ModelVersionIncorrect";
    private const string Latest = "latest";
    private static readonly string[] IndexTypes = [TextIndex.TextElements, TextIndex.CodePoints, TextIndex.CodeUnits];

    /// <summary>Those of every kind. Places are told by some kinds only; for the others each way of counting comes to the same.</summary>
    private static readonly string[] Common = ["loggingOptOut", "stringIndexType"];

    public static TextParameters Read(JsonElement body, AnalysisKind? kind, TextDialect dialect, List<Problem> problems)
    {
        if (!body.TryGetProperty("parameters", out var parameters) || parameters.ValueKind is JsonValueKind.Null)
        {
            return new(TextIndex.TextElements, PiiOptions.Usual);
        }

        if (parameters.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new("parameters", "'parameters' must be an object."));
            return new(TextIndex.TextElements, PiiOptions.Usual);
        }

        var found = new List<Problem>();
        string[] own = kind?.Name switch { AnalysisKind.Sentiment => ["opinionMining"], AnalysisKind.PersonalData => PiiOptions.Names, _ => [] };
        if (kind is not null)
        {
            UnknownMembers.Refuse(parameters, "", [dialect.ModelVersion, .. Common, .. own], found);
        }

        // Texts of calls are never logged, so that opting out of it is granted to everybody.
        parameters.Flag("loggingOptOut", found);
        if (parameters.Text(dialect.ModelVersion, found) is { } version && kind is not null && version != Latest && version != kind.Model)
        {
            found.Add(new(dialect.ModelVersion, $"'{dialect.ModelVersion}' must be {Latest} or {kind.Model} for {kind.Name}; found '{version}'.", WrongModel));
        }

        var index = parameters.Text("stringIndexType", found) ?? TextIndex.TextElements;
        if (!IndexTypes.Contains(index))
        {
            found.Add(new("stringIndexType", $"'stringIndexType' must be one of {string.Join(", ", IndexTypes)}; found '{index}'."));
        }

        if (parameters.Flag("opinionMining", found) is true && kind?.Name == AnalysisKind.Sentiment)
        {
            throw ApiException.NoModel($"Nothing here mines opinions ('{dialect.Parameters}opinionMining'). {LanguageUpstream.HowTo(AnalysisKind.Sentiment)}.");
        }

        var pii = kind?.Name == AnalysisKind.PersonalData ? PiiOptions.Read(parameters, dialect.Parameters, found) : PiiOptions.Usual;
        problems.AddRange(found.Select(p => p with { Target = dialect.Parameters + p.Target, Code = p.Code is ProblemCodes.InvalidValue or ProblemCodes.Required ? WrongValue : p.Code }));
        return new(index, pii);
    }
}
