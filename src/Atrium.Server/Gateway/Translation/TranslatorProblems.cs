using Atrium.Contracts;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Translation;

/// <summary>Refuses requests of the Translator, whose errors have one code and no details: the first's, with all that is wrong in the message.</summary>
internal static class TranslatorProblems
{
    public static void Demand(IReadOnlyList<Problem> problems)
    {
        if (problems is [var first, ..])
        {
            throw ApiException.BadRequest(first.Code, string.Join(' ', problems.Select(problem => problem.Message)), first.Target);
        }
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
