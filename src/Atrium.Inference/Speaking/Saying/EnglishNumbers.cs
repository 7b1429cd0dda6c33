using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;

namespace Atrium.Inference.Speaking.Saying;

/// <summary>Numbers in English words. Pure.</summary>
internal static class EnglishNumbers
{
    /// <summary>A longer number is said figure by figure.</summary>
    private const int MostFigures = 66;

    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
        "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly string[] Thousands =
    [
        "", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion", "septillion", "octillion", "nonillion", "decillion", "undecillion", "duodecillion",
        "tredecillion", "quattuordecillion", "quindecillion", "sexdecillion", "septendecillion", "octodecillion", "novemdecillion", "vigintillion",
    ];

    private static readonly FrozenDictionary<string, string> Ordinals = new Dictionary<string, string>
    {
        ["one"] = "first", ["two"] = "second", ["three"] = "third", ["five"] = "fifth", ["eight"] = "eighth", ["nine"] = "ninth", ["twelve"] = "twelfth",
    }.ToFrozenDictionary();

    /// <summary>As in "minus twelve point five".</summary>
    /// <param name="figures">Figures, with a sign before, commas between thousands and a decimal point if there is one.</param>
    public static string? Cardinal(string figures)
    {
        var text = figures.Replace(",", "", StringComparison.Ordinal);
        var sign = text.StartsWith('-') ? "minus " : "";
        var parts = text.TrimStart('-', '+').Split('.');
        return parts is [var whole, ..] && parts.Length <= 2 && (whole.Length > 0 || parts.Length == 2) && parts.All(AreFigures) && (parts.Length == 1 || parts[1].Length > 0)
            ? sign + Whole(whole.Length == 0 ? "0" : whole) + (parts.Length == 2 ? $" point {Digits(parts[1])}" : "")
            : null;
    }

    /// <summary>As in "twenty first".</summary>
    public static string? Ordinal(string figures)
    {
        var text = figures.Replace(",", "", StringComparison.Ordinal);
        return text.Length > 0 && AreFigures(text) ? Ordered(Whole(text)) : null;
    }

    /// <summary>Figure by figure.</summary>
    public static string Digits(IEnumerable<char> figures) => string.Join(' ', figures.Where(char.IsAsciiDigit).Select(figure => Small[figure - '0']));

    /// <summary>As in "nineteen eighty four".</summary>
    public static string Year(int year) => year switch
    {
        < 0 or > 9999 => Of(year),
        _ when year < 1000 || year is >= 2000 and < 2010 || year % 1000 == 0 => Of(year),
        _ when year % 100 == 0 => $"{Of(year / 100)} hundred",
        _ when year % 100 < 10 => $"{Of(year / 100)} oh {Of(year % 100)}",
        _ => $"{Of(year / 100)} {Of(year % 100)}",
    };

    /// <summary>As in "three eighths".</summary>
    public static string Fraction(BigInteger above, BigInteger below) => below == 2
        ? $"{Of(above)} {(above == 1 ? "half" : "halves")}"
        : below == 4 ? $"{Of(above)} {(above == 1 ? "quarter" : "quarters")}"
        : below == 1 ? $"{Of(above)} over one"
        : $"{Of(above)} {Ordered(Of(below))}{(above == 1 ? "" : "s")}";

    public static string Of(BigInteger number) => number < 0 ? "minus " + Of(-number) : Whole(number.ToString(CultureInfo.InvariantCulture));

    public static bool AreFigures(string text) => text.All(char.IsAsciiDigit);

    private static string Whole(string figures)
    {
        if (figures.Length > MostFigures)
        {
            return Digits(figures);
        }

        var text = figures.TrimStart('0');
        if (text.Length == 0)
        {
            return Small[0];
        }

        var words = new List<string>();
        for (var group = (text.Length - 1) / 3; group >= 0; group--)
        {
            var end = text.Length - (group * 3);
            var value = int.Parse(text.AsSpan(Math.Max(0, end - 3), end - Math.Max(0, end - 3)), NumberStyles.None, CultureInfo.InvariantCulture);
            if (value > 0)
            {
                words.Add(group == 0 ? Hundreds(value) : $"{Hundreds(value)} {Thousands[group]}");
            }
        }

        return string.Join(' ', words);
    }

    private static string Hundreds(int value) => value >= 100
        ? $"{Small[value / 100]} hundred{(value % 100 == 0 ? "" : " " + Hundreds(value % 100))}"
        : value < 20 ? Small[value]
        : Tens[value / 10] + (value % 10 == 0 ? "" : " " + Small[value % 10]);

    private static string Ordered(string words)
    {
        var last = words.LastIndexOf(' ') + 1;
        var word = words[last..];
        return words[..last] + (Ordinals.TryGetValue(word, out var irregular) ? irregular : word.EndsWith('y') ? word[..^1] + "ieth" : word + "th");
    }
}
