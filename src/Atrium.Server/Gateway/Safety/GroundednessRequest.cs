using System.Text.Json;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Safety;

/// <summary>A body of <c>text:detectGroundedness</c>. Pure.</summary>
/// <param name="Text">What is claimed.</param>
/// <param name="Sources">What it should follow from.</param>
/// <param name="Question">What the text answers; null for a summary.</param>
/// <param name="IsMedical">Whether it is of medicine.</param>
/// <param name="WantsReasons">Whether the answer says why.</param>
internal sealed record GroundednessRequest(string Text, IReadOnlyList<string> Sources, string? Question, bool IsMedical, bool WantsReasons)
{
    /// <summary>As published.</summary>
    private const int LongestText = 7_500;
    private const int LongestSources = 55_000;
    private static readonly string[] Domains = ["Generic", "Medical"];
    private static readonly string[] Tasks = ["Summarization", "QnA"];

    /// <exception cref="ApiException">400 with every mistake; 501 for a correction.</exception>
    public static GroundednessRequest Read(JsonElement body)
    {
        var problems = new List<Problem>();
        UnknownMembers.Refuse(body, "", ["domain", "task", "qna", "text", "groundingSources", "reasoning", "llmResource", "correction"], problems);
        var text = SafetyText.Read(body, "text", problems);
        if (text is not null && SafetyText.Length(text) > LongestText)
        {
            problems.Add(new("text", $"'text' may have {LongestText} characters; it has {SafetyText.Length(text)}."));
        }

        var sources = ReadSources(body, problems);
        var domain = Check(body, "domain", Domains, problems);
        var task = Check(body, "task", Tasks, problems);
        var question = Part(body, "qna", ["query"], problems) is { } qna ? qna.Text("query", problems) : null;
        if (question is not null && task != "QnA")
        {
            problems.Add(new("qna", "'qna' is for the task QnA. Give 'task' QnA, or leave it out."));
        }

        var resource = Part(body, "llmResource", ["resourceType", "azureOpenAIEndpoint", "azureOpenAIDeploymentName"], problems);
        if (resource?.Text("resourceType", problems) is { } type && !type.Equals("AzureOpenAI", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(new("llmResource.resourceType", $"'llmResource.resourceType' must be AzureOpenAI; found '{type}'."));
        }

        if (task == "QnA" && string.IsNullOrWhiteSpace(question))
        {
            problems.Add(new("qna.query", "'qna.query' is required for the task QnA: the question that the text answers.", ProblemCodes.Required));
        }

        var reasons = body.Flag("reasoning", problems) ?? false;
        var corrects = body.Flag("correction", problems) ?? false;
        SafetyProblems.Refuse(problems);
        return corrects ? throw ApiException.NotBuilt("A corrected text ('correction')") : new(text!, sources, task == "QnA" ? question : null, domain == Domains[1], reasons);
    }

    /// <summary>An object of the body; null where it has none.</summary>
    private static JsonElement? Part(JsonElement body, string name, string[] known, List<Problem> problems)
    {
        if (!body.TryGetProperty(name, out var part) || part.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (part.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new(name, $"'{name}' must be an object with {string.Join(", ", known)}."));
            return null;
        }

        UnknownMembers.Refuse(part, $"{name}.", known, problems);
        return part;
    }

    /// <summary>The chat deployment that is to judge; null where the caller leaves the choice.</summary>
    public static string? DeploymentOf(JsonElement body) =>
        body.TryGetProperty("llmResource", out var resource) && resource.ValueKind is JsonValueKind.Object && resource.TryGetProperty("azureOpenAIDeploymentName", out var name) && name.ValueKind is JsonValueKind.String
            ? name.GetString()
            : null;

    private static List<string> ReadSources(JsonElement body, List<Problem> problems)
    {
        if (body.TryGetProperty("groundingSources", out var sources) && sources.ValueKind is JsonValueKind.Array && sources.GetArrayLength() > 0
            && sources.EnumerateArray().All(source => source.ValueKind is JsonValueKind.String) && sources.EnumerateArray().Sum(source => SafetyText.Length(source.GetString()!)) <= LongestSources)
        {
            return [.. sources.EnumerateArray().Select(source => source.GetString()!)];
        }

        problems.Add(new("groundingSources", $"'groundingSources' must be a list of one string or more, with at most {LongestSources} characters together."));
        return [];
    }

    private static string? Check(JsonElement body, string name, string[] known, List<Problem> problems)
    {
        var word = body.Text(name, problems);
        if (word is not null && !known.Contains(word, StringComparer.OrdinalIgnoreCase))
        {
            problems.Add(new(name, $"'{name}' must be one of {string.Join(", ", known)}."));
        }

        return Array.Find(known, one => one.Equals(word, StringComparison.OrdinalIgnoreCase));
    }
}
