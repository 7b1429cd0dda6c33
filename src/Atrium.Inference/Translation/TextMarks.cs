using System.Globalization;
using System.Text;

namespace Atrium.Inference.Translation;

/// <summary>
/// A text in the form that Apertium's programs pass on: what must not be translated stands in brackets, as a number, and comes back where the translation has it.
/// </summary>
internal sealed class TextMarks
{
    private const string Reserved = "^$@{}<>\\/[]~";

    /// <summary>Makes the programs take the place for the end of a sentence; it is taken out again.</summary>
    private const string SentenceEnd = ".[]";

    private readonly List<string> _kept = [];
    private readonly bool _isHtml;
    private readonly bool _beginsWithBlank;

    public TextMarks(IReadOnlyList<TextPart> parts, bool isHtml)
    {
        (_isHtml, _beginsWithBlank) = (isHtml, parts is [{ Text: [' ', ..] }, ..]);
        var marked = new StringBuilder();
        foreach (var part in parts)
        {
            if (part.EndsSentence)
            {
                marked.Append(SentenceEnd);
            }

            if (part.IsKept)
            {
                marked.Append(CultureInfo.InvariantCulture, $"[{_kept.Count}]");
                _kept.Add(part.Text);
                continue;
            }

            foreach (var character in part.Text)
            {
                marked.Append(Reserved.Contains(character, StringComparison.Ordinal) ? "\\" : "").Append(character);
            }
        }

        Marked = marked.Append(SentenceEnd).ToString();
    }

    /// <summary>What is given to the engine.</summary>
    public string Marked { get; }

    /// <summary>The translation with what was kept in its places; null where the engine lost, doubled or moved some of it.</summary>
    public string? Restore(string translated)
    {
        var text = new StringBuilder(translated.Length);
        var seen = 0;
        for (var at = 0; at < translated.Length; at++)
        {
            if (string.CompareOrdinal(translated, at, SentenceEnd, 0, SentenceEnd.Length) == 0)
            {
                at += SentenceEnd.Length - 1;
            }
            else if (translated[at] is '[')
            {
                var end = translated.IndexOf(']', at);

                // In order and each once: tags that change places would no longer enclose what they did.
                if (end < 0 || !int.TryParse(translated.AsSpan((at + 1)..end), NumberStyles.None, CultureInfo.InvariantCulture, out var kept) || kept != seen || seen == _kept.Count)
                {
                    return null;
                }

                text.Append(_kept[seen++]);
                at = end;
            }
            else
            {
                at += translated[at] is '\\' && at + 1 < translated.Length ? 1 : 0;
                Write(text, translated[at]);
            }
        }

        return seen == _kept.Count ? text.ToString() : null;
    }

    /// <summary>A word that is left out leaves its blank, which would stand beside another: those of the text's own are kept apart.</summary>
    private void Write(StringBuilder text, char character) => _ = (_isHtml, character) switch
    {
        (_, ' ') when (text.Length == 0 ? !_beginsWithBlank : char.IsWhiteSpace(text[^1])) => text,
        (true, '&') => text.Append("&amp;"),
        (true, '<') => text.Append("&lt;"),
        (true, '>') => text.Append("&gt;"),
        _ => text.Append(character),
    };
}
