using System.Text.Json;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;

namespace Atrium.Server.Gateway.Safety;

/// <summary>Texts as Content Safety reads and measures them: in Unicode code points.</summary>
internal static class SafetyText
{
    /// <summary>As published.</summary>
    public const int Longest = 10_000;

    public static int Length(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                count--;
            }
        }

        return count;
    }

    /// <summary>A text that must be there; null where there is a problem.</summary>
    public static string? Read(JsonElement body, string name, List<Problem> problems, bool mayBeEmpty = false)
    {
        var text = body.Text(name, problems);
        if (text is null && !problems.Exists(p => p.Target == name))
        {
            problems.Add(new(name, $"'{name}' is required.", ProblemCodes.Required));
        }
        else if (text is not null && (Length(text) > Longest || (text.Length == 0 && !mayBeEmpty)))
        {
            problems.Add(new(name, $"'{name}' must have 1 to {Longest} characters; it has {Length(text)}."));
        }

        return text;
    }
}
