using System.Text.RegularExpressions;

namespace Atrium.Server.Gateway.Translation;

/// <summary>Compares the tags of HTML. Pure.</summary>
internal static partial class HtmlTags
{
    /// <summary>Whether two texts have the same tags in the same order.</summary>
    public static bool Same(string one, string other) => Tag().Matches(one).Select(tag => tag.Value).SequenceEqual(Tag().Matches(other).Select(tag => tag.Value));

    [GeneratedRegex("""</?[A-Za-z](?:[^<>"']|"[^"]*"|'[^']*')*>""", RegexOptions.NonBacktracking)]
    private static partial Regex Tag();
}
