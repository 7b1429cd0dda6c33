using System.Text;

namespace Atrium.Persistence.Sql;

/// <summary>
/// The keys from a lower to an upper bound, in the order of their UTF-8 bytes, which is the order of both databases. Pure.
/// </summary>
/// <param name="Lower">The first key; itself in the range unless <paramref name="LowerExcluded"/>.</param>
/// <param name="LowerExcluded">Whether the range begins behind the lower bound.</param>
/// <param name="Upper">The first key behind the range; null where it has no end.</param>
internal readonly record struct KeyRange(string Lower, bool LowerExcluded, string? Upper)
{
    /// <summary>The keys that begin with the prefix and are greater than <paramref name="after"/>.</summary>
    public static KeyRange Of(string prefix, string? after) =>
        after is not null && Compare(after, prefix) >= 0
            ? new(after, true, Next(prefix))
            : new(prefix, false, Next(prefix));

    /// <summary>The smallest text that is greater than all that begin with the prefix: its last character counted up. Null where there is none.</summary>
    public static string? Next(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToArray();
        for (var last = runes.Length - 1; last >= 0; last--)
        {
            if (runes[last].Value < 0x10FFFF)
            {
                // Behind U+D7FF come the surrogates, which are no characters.
                var next = runes[last].Value == 0xD7FF ? 0xE000 : runes[last].Value + 1;
                return string.Concat(runes.Take(last).Append(new Rune(next)));
            }
        }

        return null;
    }

    private static int Compare(string left, string right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
}
