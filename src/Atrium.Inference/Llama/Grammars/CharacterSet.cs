using System.Globalization;
using System.Text;

namespace Atrium.Inference.Llama.Grammars;

/// <summary>A set of Unicode characters, as ranges of code points.</summary>
internal sealed class CharacterSet(params (int First, int Last)[] ranges)
{
    private const int Highest = 0x10FFFF;

    public static readonly CharacterSet Digits = new(('0', '9'));
    public static readonly CharacterSet Word = new(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    /// <summary>White space and the ends of lines of ECMA-262.</summary>
    public static readonly CharacterSet Space = new(('\t', '\r'), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    public static readonly CharacterSet LineEnds = new(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029));

    /// <summary>What a JSON string cannot hold as it is, and halves of surrogate pairs, which are no characters.</summary>
    private static readonly CharacterSet NeverPlain = new((0, 0x1F), ('"', '"'), ('\\', '\\'), (0x7F, 0x7F), (0xD800, 0xDFFF));

    /// <summary>What is written with an escape instead: as the grammar spells it.</summary>
    private static readonly (int Character, string Spelling)[] Escapes = [('"', "\"\\\\\\\"\""), ('\\', "\"\\\\\\\\\""), ('\n', "\"\\\\n\""), ('\r', "\"\\\\r\""), ('\t', "\"\\\\t\"")];

    private readonly (int First, int Last)[] _ranges = ranges;

    public static CharacterSet Union(IEnumerable<CharacterSet> sets) => new([.. sets.SelectMany(set => set._ranges)]);

    public CharacterSet Complement()
    {
        var (left, next) = (new List<(int, int)>(), 0);
        foreach (var (first, last) in _ranges.OrderBy(range => range.First))
        {
            if (first > next)
            {
                left.Add((next, first - 1));
            }

            next = Math.Max(next, last + 1);
        }

        if (next <= Highest)
        {
            left.Add((next, Highest));
        }

        return new([.. left]);
    }

    /// <summary>The set as it stands in a JSON string, in the notation of llama.cpp; null where it has no character that can.</summary>
    public string? Write()
    {
        var outside = Complement();
        var plain = Union([outside, NeverPlain]).Complement()._ranges;
        var choices = new List<string>();
        if (plain.Length > 0)
        {
            choices.Add(plain.Aggregate(new StringBuilder("["), (text, range) => Append(text, range)).Append(']').ToString());
        }

        choices.AddRange(Escapes.Where(escape => Holds(escape.Character)).Select(escape => escape.Spelling));
        return choices.Count == 0 ? null : string.Join(" | ", choices);
    }

    private bool Holds(int character) => Array.Exists(_ranges, range => range.First <= character && character <= range.Last);

    private static StringBuilder Append(StringBuilder text, (int First, int Last) range)
    {
        text.Append(CultureInfo.InvariantCulture, $"\\U{range.First:X8}");
        return range.Last == range.First ? text : text.Append(CultureInfo.InvariantCulture, $"-\\U{range.Last:X8}");
    }
}
