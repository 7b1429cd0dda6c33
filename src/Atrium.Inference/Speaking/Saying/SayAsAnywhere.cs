using System.Text;

namespace Atrium.Inference.Speaking.Saying;

/// <summary>
/// What a text is when it is to be said as something (SSML <c>say-as</c>) in a language whose numbers only its voice knows: letters and figures are said each for
/// itself; numbers, dates and the like are left to the voice. Pure.
/// </summary>
internal static class SayAsAnywhere
{
    /// <param name="text">As it is written.</param>
    /// <param name="what">What it is: <c>interpret-as</c>.</param>
    public static string InWords(string text, string what) => what switch
    {
        "characters" or "spell-out" or "letters" or "verbatim" => string.Join(", ", text.EnumerateRunes().Where(rune => !Rune.IsWhiteSpace(rune)).Select(Rune.ToUpperInvariant)),
        "number_digit" or "digits" or "telephone" => string.Join(", ", Groups(text).Select(group => string.Join(' ', group.AsEnumerable()))),
        _ => text.Trim(),
    };

    private static string[] Groups(string text) =>
        new string([.. text.Select(c => char.IsAsciiDigit(c) || c == '+' ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } groups ? groups : [text.Trim()];
}
