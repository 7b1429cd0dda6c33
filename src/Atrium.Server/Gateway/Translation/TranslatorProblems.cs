using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Translation;

/// <summary>Refuses requests of the Translator, whose errors have one code and no details: the first's, with all that is wrong in the message.</summary>
internal static class TranslatorProblems
{
    /// <summary>One of the options is not valid.</summary>
    public const string WrongOption = "400042";

    public static void Demand(IReadOnlyList<Problem> problems)
    {
        if (problems is [var first, ..])
        {
            throw ApiException.BadRequest(first.Code, string.Join(' ', problems.Select(problem => problem.Message)), first.Target);
        }
    }

    /// <summary>Refuses options that the operation does not have: they would change nothing.</summary>
    public static void DemandQuery(IQueryCollection query, params string[] known)
    {
        var problems = new List<Problem>();
        UnknownMembers.Refuse(query, ["api-version", "ClientTraceId", .. known], problems);
        Demand(problems.ConvertAll(problem => problem with { Code = WrongOption }));
    }

    public static void CheckLengths(IReadOnlyList<string> texts, TranslatorLimits limits, List<Problem> problems)
    {
        if (texts.Any(text => text.Length > limits.MostCharacters))
        {
            problems.Add(new("text", $"A text has more than {limits.MostCharacters} characters.", "400050"));
        }
        else if (texts.Sum(text => text.Length) is var all && all > limits.MostCharacters)
        {
            problems.Add(new("text", $"The texts have {all} characters together; the most are {limits.MostCharacters}.", "400077"));
        }
    }
}
