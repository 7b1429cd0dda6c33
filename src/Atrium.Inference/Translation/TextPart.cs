using System.Text.RegularExpressions;

namespace Atrium.Inference.Translation;

/// <summary>A part of a text that is to be translated, or that is kept as it is.</summary>
/// <param name="Text">As it is read: without entities where it is translated.</param>
/// <param name="IsKept">Whether it stays as it is.</param>
/// <param name="EndsSentence">Whether no sentence goes on across it.</param>
internal readonly partial record struct TextPart(string Text, bool IsKept, bool EndsSentence = false)
{
    /// <summary>The parts in order; together they are the whole text.</summary>
    public static IReadOnlyList<TextPart> Of(string text, bool isHtml)
    {
        var parts = new List<TextPart>();
        foreach (var part in isHtml ? HtmlParts.Of(text) : GivenParts(text))
        {
            if (part.Kind is HtmlPartKind.Text)
            {
                AddText(part.Text, parts);
            }
            else
            {
                parts.Add(new(part.Text, true, part.Kind is HtmlPartKind.Block));
            }
        }

        return parts;
    }

    /// <summary>A plain text with translations given in it: <c>&lt;mstrans:dictionary translation="x"&gt;y&lt;/mstrans:dictionary&gt;</c>.</summary>
    private static IEnumerable<HtmlPart> GivenParts(string text)
    {
        var at = 0;
        foreach (Match given in GivenTranslation().Matches(text))
        {
            yield return new(text[at..given.Index], HtmlPartKind.Text);
            yield return new(given.Groups["translation"].Value, HtmlPartKind.Inline);
            at = given.Index + given.Length;
        }

        yield return new(text[at..], HtmlPartKind.Text);
    }

    /// <summary>White space of more than one blank is kept as it is.</summary>
    private static void AddText(string text, List<TextPart> parts)
    {
        var at = 0;
        foreach (var blanks in Blanks().EnumerateMatches(text))
        {
            if (blanks.Length == 1 && text[blanks.Index] is ' ')
            {
                continue;
            }

            Add(text[at..blanks.Index]);
            var kept = text.Substring(blanks.Index, blanks.Length);
            parts.Add(new(kept, true, kept.Count(c => c is '\n') > 1));
            at = blanks.Index + blanks.Length;
        }

        Add(text[at..]);

        void Add(string words)
        {
            if (words.Length > 0)
            {
                parts.Add(new(words, words is " "));
            }
        }
    }

    /// <summary>What the programs would change or stop at, and no other space: a no-break space belongs to the words beside it.</summary>
    [GeneratedRegex(@"[ \p{Cc}\u2028\u2029]+")]
    private static partial Regex Blanks();

    /// <summary>A translation that the caller gives.</summary>
    [GeneratedRegex("""<mstrans:dictionary\s+translation\s*=\s*"(?<translation>[^"]*)"\s*>[^<]*</mstrans:dictionary>""", RegexOptions.IgnoreCase)]
    internal static partial Regex GivenTranslation();
}
