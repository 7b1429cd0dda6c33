using System.Buffers;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Quoting;

/// <summary>Cuts a text into sentences, as they stand in it but for runs of white space, which become one space.</summary>
internal static partial class Sentences
{
    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g", "i.e", "no", "nr", "fig", "sec", "art", "approx", "inc", "ltd", "co", "corp", "dept", "cf", "al",
    };

    private static readonly SearchValues<char> Ends = SearchValues.Create(".!?…。！？");
    private static readonly SearchValues<char> EndsWithoutSpace = SearchValues.Create("。！？");

    /// <summary>The sentences in order. A line that begins a new thought (a heading, a bullet, a capital) is a border too.</summary>
    public static IEnumerable<string> Split(string text) =>
        LineBorder().Split(text).SelectMany(SplitLine).Select(sentence => WhiteSpace().Replace(sentence, " ").Trim()).Where(HasWord);

    private static IEnumerable<string> SplitLine(string line)
    {
        var start = 0;
        for (var at = 0; at < line.Length; at++)
        {
            if (!Ends.Contains(line[at]))
            {
                continue;
            }

            var end = at + 1;
            while (end < line.Length && (Ends.Contains(line[end]) || "\"'”’»)]".Contains(line[end])))
            {
                end++;
            }

            if (EndsWithoutSpace.Contains(line[at]) || (StandsBeforeSentence(line, end) && !IsAbbreviation(line, start, at)))
            {
                yield return line[start..end];
                start = end;
            }

            at = end - 1;
        }

        if (start < line.Length)
        {
            yield return line[start..];
        }
    }

    private static bool StandsBeforeSentence(string line, int end)
    {
        if (end < line.Length && !char.IsWhiteSpace(line[end]))
        {
            return false;
        }

        var next = end;
        while (next < line.Length && char.IsWhiteSpace(line[next]))
        {
            next++;
        }

        return next < line.Length && !char.IsLower(line[next]);
    }

    private static bool IsAbbreviation(string line, int start, int dot)
    {
        if (line[dot] != '.')
        {
            return false;
        }

        var word = dot;
        while (word > start && (char.IsLetter(line[word - 1]) || line[word - 1] == '.'))
        {
            word--;
        }

        var text = line[word..dot];
        return Abbreviations.Contains(text) || (text.Length == 1 && char.IsUpper(text[0]) && text != "I");
    }

    private static bool HasWord(string sentence) => sentence.Any(char.IsLetterOrDigit);

    /// <summary>A line's end, unless the next line goes on in lower case (text wrapped by hand).</summary>
    [GeneratedRegex(@"\r?\n(?![ \t]*\p{Ll})|\r?\n[ \t]*\r?\n", RegexOptions.CultureInvariant)]
    private static partial Regex LineBorder();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex WhiteSpace();
}
