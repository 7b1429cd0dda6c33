using System.Globalization;
using System.Numerics;

namespace Atrium.Inference.Llama.Grammars;

/// <summary>Grammars of the whole numbers from one to another, digit by digit.</summary>
internal static class WholeNumbers
{
    /// <summary>More digits than this are of no use to a reader of JSON, who holds 64-bit floating point.</summary>
    private const int MostDigits = 16;

    /// <summary>Alternatives for all whole numbers from least to most, as far as <see cref="Largest"/>; null leaves that side open.</summary>
    public static string Between(BigInteger? least, BigInteger? most)
    {
        var parts = new List<string>();
        var (low, high) = (BigInteger.Max(least ?? -Largest, -Largest), BigInteger.Min(most ?? Largest, Largest));
        if (low < 0)
        {
            var nearest = high < 0 ? -high : BigInteger.One;
            parts.AddRange(Digits(nearest, -low).Select(part => $"\"-\" {part}"));
        }

        if (high >= 0)
        {
            parts.AddRange(Digits(BigInteger.Max(low, 0), high));
        }

        return string.Join(" | ", parts);
    }

    /// <summary>The largest number that is written, and with a minus the least.</summary>
    public static BigInteger Largest => BigInteger.Pow(10, MostDigits) - 1;

    /// <summary>For numbers that are not negative: one range of digits for each length.</summary>
    private static IEnumerable<string> Digits(BigInteger low, BigInteger high)
    {
        for (var length = Text(low).Length; length <= Text(high).Length; length++)
        {
            var first = BigInteger.Max(low, length == 1 ? 0 : BigInteger.Pow(10, length - 1));
            var last = BigInteger.Min(high, BigInteger.Pow(10, length) - 1);
            if (first <= last)
            {
                foreach (var part in SameLength(Text(first), Text(last)))
                {
                    yield return part;
                }
            }
        }
    }

    /// <summary>Numbers of the same length: what lies above the lower bound with its first digit, whole tens in between, what lies below the upper bound with its own.</summary>
    public static IEnumerable<string> SameLength(string low, string high)
    {
        if (low.Length == 0)
        {
            yield return "";
            yield break;
        }

        if (low[0] == high[0])
        {
            foreach (var rest in SameLength(low[1..], high[1..]))
            {
                yield return Join($"\"{low[0]}\"", rest);
            }

            yield break;
        }

        var length = low.Length - 1;
        var (from, to) = (low[0], high[0]);
        if (low[1..] != new string('0', length))
        {
            foreach (var rest in SameLength(low[1..], new string('9', length)))
            {
                yield return Join($"\"{low[0]}\"", rest);
            }

            from++;
        }

        var isWholeAtEnd = high[1..] == new string('9', length);
        if (!isWholeAtEnd)
        {
            to--;
        }

        if (from <= to)
        {
            yield return Join(from == to ? $"\"{from}\"" : $"[{from}-{to}]", length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"[0-9]{{{length}}}"));
        }

        if (!isWholeAtEnd)
        {
            foreach (var rest in SameLength(new string('0', length), high[1..]))
            {
                yield return Join($"\"{high[0]}\"", rest);
            }
        }
    }

    private static string Join(string first, string rest) => rest.Length == 0 ? first : $"{first} {rest}";

    private static string Text(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);
}
