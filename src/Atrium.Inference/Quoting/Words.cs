using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Quoting;

/// <summary>The words of a sentence that carry its matter, in lower case and without plural endings.</summary>
internal static partial class Words
{
    private static readonly FrozenSet<string> Empty = (
        "a an the and or but if of in on at to for from by with as is are was were be been do does did done has have had can could will would shall should may might must "
        + "i me my you your he him his she her it its we us our they them their this that these those there here what which who whom whose when where why how much many "
        + "please tell give show about any some no not so than then too very just only also into out up down over under again more most other own same s t d ll re ve m").Split(' ').ToFrozenSet();

    public static IReadOnlyList<string> Of(string text) => [.. Word().Matches(text.ToLowerInvariant()).Select(match => Stem(match.Value)).Where(word => !Empty.Contains(word))];

    private static string Stem(string word) => word switch
    {
        { Length: > 4 } when word.EndsWith("ies", StringComparison.Ordinal) => word[..^3] + "y",
        { Length: > 3 } when word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) => word[..^1],
        _ => word,
    };

    [GeneratedRegex(@"[\p{L}\p{Nd}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
