using System.Text;
using System.Text.RegularExpressions;

namespace Atrium.Server.Registry.Images;

/// <summary>Names of tags. They differ by case, and stored keys do not: a capital letter is kept as a colon and the small one, which keeps the order of bytes.</summary>
internal static partial class TagName
{
    public const string RuleInWords = "1 to 128 letters, digits, '_', '.' or '-', not beginning with '.' or '-'";

    public static bool IsTag(string text) => Form().IsMatch(text);

    public static string ToSegment(string tag)
    {
        var segment = new StringBuilder(tag.Length + 4);
        foreach (var letter in tag)
        {
            if (char.IsAsciiLetterUpper(letter))
            {
                segment.Append(':').Append(char.ToLowerInvariant(letter));
            }
            else
            {
                segment.Append(letter);
            }
        }

        return segment.ToString();
    }

    public static string OfSegment(string segment)
    {
        var tag = new StringBuilder(segment.Length);
        for (var i = 0; i < segment.Length; i++)
        {
            tag.Append(segment[i] == ':' ? char.ToUpperInvariant(segment[++i]) : segment[i]);
        }

        return tag.ToString();
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex Form();
}
