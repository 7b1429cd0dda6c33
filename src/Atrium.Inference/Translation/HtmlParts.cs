using System.Collections.Frozen;
using System.Net;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Translation;

/// <summary>What a part of HTML is.</summary>
internal enum HtmlPartKind
{
    /// <summary>To be translated; its entities are read.</summary>
    Text,

    /// <summary>Kept, inside a sentence: a tag such as b.</summary>
    Inline,

    /// <summary>Kept, between sentences: a tag such as p.</summary>
    Block,
}

/// <summary>A part of HTML.</summary>
internal readonly record struct HtmlPart(string Text, HtmlPartKind Kind);

/// <summary>Cuts HTML into what is translated and what is kept: tags, comments, scripts, and elements that ask for it (<c>class="notranslate"</c>, <c>translate="no"</c>). Pure.</summary>
internal static partial class HtmlParts
{
    private static readonly FrozenSet<string> Inline = new[]
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small",
        "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> NeverText = new[] { "script", "style", "textarea", "template", "svg", "math" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    private static readonly FrozenSet<string> WithoutEnd = new[] { "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The parts in order; together they are the whole text, but for entities that are written another way.</summary>
    public static IEnumerable<HtmlPart> Of(string html)
    {
        var at = 0;
        for (var tag = Tag().Match(html); tag.Success; tag = Tag().Match(html, at))
        {
            if (tag.Index > at)
            {
                yield return new(WebUtility.HtmlDecode(html[at..tag.Index]), HtmlPartKind.Text);
            }

            if (tag.Groups["name"].Value.Equals("mstrans:dictionary", StringComparison.OrdinalIgnoreCase) && TextPart.GivenTranslation().Match(html, tag.Index) is { Success: true } given && given.Index == tag.Index)
            {
                at = given.Index + given.Length;
                yield return new(given.Groups["translation"].Value, HtmlPartKind.Inline);
                continue;
            }

            at = EndOfKept(html, tag);
            yield return new(html[tag.Index..at], Inline.Contains(tag.Groups["name"].Value) || tag.Value.StartsWith("<!--", StringComparison.Ordinal) ? HtmlPartKind.Inline : HtmlPartKind.Block);
        }

        if (at < html.Length)
        {
            yield return new(WebUtility.HtmlDecode(html[at..]), HtmlPartKind.Text);
        }
    }

    /// <summary>Behind the tag, or behind the element that is kept whole.</summary>
    private static int EndOfKept(string html, Match tag)
    {
        var (name, end) = (tag.Groups["name"].Value, tag.Index + tag.Length);
        if (name.Length == 0 || tag.Groups["closes"].Length > 0 || WithoutEnd.Contains(name) || tag.Value.EndsWith("/>", StringComparison.Ordinal) || !(NeverText.Contains(name) || IsKept().IsMatch(tag.Value)))
        {
            return end;
        }

        var depth = 1;
        for (var next = Tag().Match(html, end); next.Success && depth > 0; next = next.NextMatch())
        {
            if (next.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase) && !next.Value.EndsWith("/>", StringComparison.Ordinal))
            {
                depth += next.Groups["closes"].Length > 0 ? -1 : 1;
                end = next.Index + next.Length;
            }
        }

        return depth == 0 ? end : html.Length;
    }

    [GeneratedRegex("""<!--.*?(?:-->|$)|<(?<closes>/?)(?<name>[A-Za-z][A-Za-z0-9:-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>|<[!?][^>]*>""", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    [GeneratedRegex("""\s(?:translate\s*=\s*["']?no\b|class\s*=\s*(?:"[^"]*\bnotranslate\b|'[^']*\bnotranslate\b|notranslate\b))""", RegexOptions.IgnoreCase)]
    private static partial Regex IsKept();
}
