using System.Globalization;
using System.Numerics;

namespace Atrium.Inference.Llama.Grammars;

/// <summary>Grammars of the decimal numbers from one to another, digit by digit, without exponents.</summary>
internal static class DecimalNumbers
{
    /// <summary>Digits behind the point. With those before it in a bound these are 15, which a 64-bit floating-point number keeps.</summary>
    private const int Places = 5;

    /// <summary>The largest bound.</summary>
    public const decimal MostBound = 9_999_999_999m;

    private static readonly BigInteger One = BigInteger.Pow(10, Places);

    /// <summary>Whether a bound can be kept exactly.</summary>
    public static bool CanBound(decimal bound) => Math.Abs(bound) <= MostBound && bound * (decimal)One == decimal.Truncate(bound * (decimal)One);

    /// <summary>Alternatives for the numbers between; null leaves that side open. Null where there are none.</summary>
    public static string? Between((decimal Value, bool Inclusive)? least, (decimal Value, bool Inclusive)? most)
    {
        var low = least is { } from ? Scaled(from.Value) + (from.Inclusive ? 0 : 1) : -(WholeNumbers.Largest * One);
        var high = most is { } to ? Scaled(to.Value) - (to.Inclusive ? 0 : 1) : WholeNumbers.Largest * One;
        var parts = new List<string>();
        if (low < 0 && low <= high)
        {
            parts.AddRange(Sizes(high < 0 ? -high : BigInteger.One, -low).Select(part => $"\"-\" {part}"));
        }

        if (high >= 0 && low <= high)
        {
            parts.AddRange(Sizes(BigInteger.Max(low, 0), high));
        }

        return parts.Count == 0 ? null : string.Join(" | ", parts);
    }

    private static BigInteger Scaled(decimal bound) => new(bound * (decimal)One);

    /// <summary>For numbers that are not negative, in units of the last place: at the lower whole number, at those between, at the upper one.</summary>
    private static IEnumerable<string> Sizes(BigInteger low, BigInteger high)
    {
        var (first, last) = (low / One, high / One);
        if (first == last)
        {
            return At(first, low % One, high % One);
        }

        var between = first + 1 < last ? [$"( {WholeNumbers.Between(first + 1, last - 1)} ) {AnyFraction}"] : Array.Empty<string>();
        return [.. At(first, low % One, One - 1), .. between, .. At(last, 0, high % One)];
    }

    private static string AnyFraction => string.Create(CultureInfo.InvariantCulture, $"( \".\" [0-9]{{1,{Places}}} )?");

    /// <summary>A whole number with a fraction of each length that lies between.</summary>
    private static IEnumerable<string> At(BigInteger whole, BigInteger low, BigInteger high)
    {
        var number = whole.ToString(CultureInfo.InvariantCulture);
        if (low.IsZero)
        {
            yield return $"\"{number}\"";
        }

        for (var length = 1; length <= Places; length++)
        {
            var unit = BigInteger.Pow(10, Places - length);
            var (from, to) = ((low + unit - 1) / unit, high / unit);
            foreach (var digits in from <= to ? WholeNumbers.SameLength(Padded(from, length), Padded(to, length)) : [])
            {
                yield return $"\"{number}.\" {digits}";
            }
        }
    }

    private static string Padded(BigInteger digits, int length) => digits.ToString(CultureInfo.InvariantCulture).PadLeft(length, '0');
}
