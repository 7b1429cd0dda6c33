using System.Text.RegularExpressions;

namespace Atrium.Inference.Language;

/// <summary>Where the sentences of a text stand in it.</summary>
public static partial class SentenceSpans
{
    /// <summary>The sentences in order; white space between them belongs to none.</summary>
    public static IReadOnlyList<TextSpan> Of(string text) => [.. Sentence().Matches(text).Select(match => new TextSpan(match.Index, match.Length))];

    /// <summary>Up to marks that end a sentence before white space, or to the line's end.</summary>
    [GeneratedRegex("""[^\s](?:[^\r\n.!?。！？]|[.!?]+(?!["'”’)\]]*(?:\s|$)))*(?:[.!?。！？]+["'”’)\]]*)?""", RegexOptions.CultureInvariant)]
    private static partial Regex Sentence();
}
