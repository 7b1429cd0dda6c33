using System.Globalization;
using System.Text;

namespace Atrium.Server.Gateway.Language;

/// <summary>
/// Text elements as Unicode 8.0 has them, which the API names as its measure. Later versions, and .NET with them, join emoji that a zero width joiner ties together
/// and put skin tones to what is before them; an index by those would not be what callers are told. Pure.
/// </summary>
internal static class TextElements
{
    /// <summary>What belongs to the one before it without being a mark: joiners, halfwidth sound marks, the vowel am of Thai and Lao.</summary>
    private static readonly int[] Joined = [0x200C, 0x200D, 0xFF9E, 0xFF9F, 0x0E33, 0x0EB3];

    /// <summary>Where elements begin.</summary>
    public static IEnumerable<int> Starts(string text)
    {
        var later = StringInfo.ParseCombiningCharacters(text).ToHashSet();
        var (before, at) = (default(Rune), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var isFlag = at > 0 && IsRegional(before) && IsRegional(rune);
            if (!isFlag && (later.Contains(at) || !Continues(rune)))
            {
                yield return at;
            }

            (before, at) = (rune, at + rune.Utf16SequenceLength);
        }
    }

    /// <summary>Whether it did in Unicode 8.0 too what it does now: goes on with the element before it.</summary>
    private static bool Continues(Rune rune) => rune.Value is '\n' || Joined.Contains(rune.Value) || IsHangul(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>A letter of which two make a flag; a row of them was one element.</summary>
    private static bool IsRegional(Rune rune) => rune.Value is >= 0x1F1E6 and <= 0x1F1FF;

    private static bool IsHangul(Rune rune) => rune.Value is (>= 0x1100 and <= 0x11FF) or (>= 0xA960 and <= 0xA97F) or (>= 0xAC00 and <= 0xD7FB);
}
