using System.Globalization;
using Atrium.Inference.Embeddings;

namespace Atrium.Inference;

/// <summary>
/// A text as words are compared in: compatibility forms and case folded, white space as one space, characters that cannot be seen left out. So neither
/// full-width letters nor zero-width spaces hide a word.
/// </summary>
internal static class FoldedText
{
    public static string Of(string text) => TextFolding.Fold(text).ToLowerInvariant();

    /// <summary>Whether a phrase may begin or end between these two: not inside a word.</summary>
    public static bool IsBoundary(char before, char after) => !(IsOfWord(before) && IsOfWord(after));

    private static bool IsOfWord(char c) => (char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark) && !IsUnspaced(c);

    /// <summary>Scripts written without spaces between words: Thai to Lao, Myanmar, Khmer, kana and ideographs.</summary>
    public static bool IsUnspaced(char c) => c is (>= '\u0E00' and <= '\u0EFF') or (>= '\u1000' and <= '\u109F') or (>= '\u1780' and <= '\u17FF') or (>= '\u2E80' and <= '\uA4CF') or (>= '\uF900' and <= '\uFAFF');
}
