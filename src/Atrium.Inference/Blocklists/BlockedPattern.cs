using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Blocklists;

/// <summary>Regular expressions of callers: run by an automaton in time that grows with the text and no faster, whatever the expression.</summary>
public static class BlockedPattern
{
    /// <summary>States of the largest automaton: what decides the time for each character.</summary>
    private const int MostStates = 1000;

    /// <summary>All patterns of a list together may take this long for a text; one more may begin just before.</summary>
    internal static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(1);

    /// <summary>The runtime knows this limit only as a switch of the process. Nothing else here uses automata.</summary>
    static BlockedPattern() => AppContext.SetData("REGEX_NONBACKTRACKING_MAX_AUTOMATA_SIZE", MostStates);

    /// <summary>Whether a pattern is taken.</summary>
    /// <param name="pattern">In the .NET dialect.</param>
    /// <param name="problem">What is wrong with it, for the one who wrote it.</param>
    public static bool IsTaken(string pattern, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            problem = Compile(pattern).IsMatch("") ? "It matches the empty text, and so every text." : null;
        }
        catch (RegexParseException wrong)
        {
            problem = $"It is no regular expression: {wrong.Error} at character {wrong.Offset + 1}.";
        }
        catch (NotSupportedException)
        {
            problem = "It is too large (such as a{1000}), or needs what is not taken: look-ahead, look-behind, back references, atomic groups.";
        }

        return problem is null;
    }

    internal static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LongestSearch);
}
