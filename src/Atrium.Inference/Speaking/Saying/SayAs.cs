using System.Globalization;
using System.Numerics;
using System.Text;

namespace Atrium.Inference.Speaking.Saying;

/// <summary>
/// What a text is in English words when it is to be said as something (SSML <c>say-as</c>). A text that is not of that form is said as it stands, as the
/// published service does. Pure.
/// </summary>
public static class SayAs
{
    /// <summary>The text in words.</summary>
    /// <param name="text">As it is written.</param>
    /// <param name="what">What it is: <c>interpret-as</c>.</param>
    /// <param name="form">Of which form: <c>format</c>; empty for none.</param>
    public static string InWords(string text, string what, string form)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        var order = form?.Trim().ToLowerInvariant() ?? "";
        return what switch
        {
            "characters" or "spell-out" or "letters" or "verbatim" => Characters(trimmed),
            "cardinal" or "number" => EnglishNumbers.Cardinal(trimmed) ?? Fraction(trimmed) ?? trimmed,
            "ordinal" => EnglishNumbers.Ordinal(trimmed.TrimEnd('s', 't', 'n', 'd', 'r', 'h', 'S', 'T', 'N', 'D', 'R', 'H')) ?? trimmed,
            "number_digit" or "digits" => trimmed.Any(char.IsAsciiDigit) ? EachFigure(trimmed) : trimmed,
            "fraction" => Fraction(trimmed) ?? trimmed,
            "date" => EnglishDates.Say(trimmed, EnglishDates.Orders.Contains(order) ? order : "") ?? trimmed,
            "time" => EnglishTimes.Say(trimmed, order == "hms24") ?? trimmed,
            "duration" => EnglishTimes.Duration(trimmed, order is "hms" or "hm" or "ms" ? order : "") ?? trimmed,
            "telephone" => Telephone(trimmed),
            "currency" => EnglishMoney.Say(trimmed) ?? trimmed,
            "address" => EnglishAddresses.Say(trimmed),
            "name" => trimmed.Length > 1 && trimmed.All(c => char.IsAsciiLetterUpper(c)) ? trimmed[0] + trimmed[1..].ToLowerInvariant() : trimmed,
            _ => trimmed,
        };
    }

    /// <summary>Letters, figures and the names of other characters, with a comma between, so that each is heard for itself.</summary>
    private static string Characters(string text) => string.Join(", ", text.EnumerateRunes().Where(rune => !Rune.IsWhiteSpace(rune)).Select(Name).Where(name => name.Length > 0));

    private static string Name(Rune rune) => rune.Value switch
    {
        >= '0' and <= '9' => EnglishNumbers.Digits([(char)rune.Value]),
        >= 'a' and <= 'z' or >= 'A' and <= 'Z' => Rune.ToUpperInvariant(rune).ToString(),
        '.' => "dot",
        ',' => "comma",
        '-' => "dash",
        '_' => "underscore",
        '@' => "at",
        '#' => "hash",
        '&' => "ampersand",
        '*' => "asterisk",
        '/' => "slash",
        '\\' => "backslash",
        '+' => "plus",
        '=' => "equals",
        '%' => "percent",
        '$' => "dollar",
        '!' => "exclamation mark",
        '?' => "question mark",
        ':' => "colon",
        ';' => "semicolon",
        '(' => "open parenthesis",
        ')' => "close parenthesis",
        '\'' => "apostrophe",
        '"' => "quote",
        '<' => "less than",
        '>' => "greater than",
        _ => rune.ToString(),
    };

    private static string EachFigure(string text)
    {
        var words = new List<string>();
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                words.Add(EnglishNumbers.Digits([c]));
            }
            else if (c is '.')
            {
                words.Add("point");
            }
            else if (c is '-' && words.Count == 0)
            {
                words.Add("minus");
            }
        }

        return string.Join(' ', words);
    }

    /// <summary>As in "two and three eighths".</summary>
    private static string? Fraction(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return null;
        }

        var before = text[..slash].Trim().Split([' ', '+'], StringSplitOptions.RemoveEmptyEntries);
        if (before.Length is 0 or > 2 || !before.All(part => Number(part) is not null) || Number(text[(slash + 1)..].Trim()) is not { } below || below.IsZero)
        {
            return null;
        }

        var said = EnglishNumbers.Fraction(Number(before[^1])!.Value, below);
        return before.Length == 1 ? said : $"{EnglishNumbers.Of(Number(before[0])!.Value)} and {said}";
    }

    private static BigInteger? Number(string text) =>
        text.Length is > 0 and <= 30 && EnglishNumbers.AreFigures(text) ? BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    /// <summary>Figure by figure in its groups; a group in parentheses before seven figures is the area code.</summary>
    private static string Telephone(string text)
    {
        var groups = new List<string>();
        var group = new StringBuilder();
        foreach (var c in text + " ")
        {
            if (char.IsAsciiDigit(c))
            {
                group.Append(c);
                continue;
            }

            if (group.Length > 0)
            {
                groups.Add((c == ')' ? "area code " : "") + EnglishNumbers.Digits(group.ToString()));
                group.Clear();
            }

            if (c == '+')
            {
                groups.Add("plus");
            }
            else if (char.IsAsciiLetter(c))
            {
                groups.Add(char.ToUpperInvariant(c).ToString());
            }
        }

        return groups.Count == 0 ? text : string.Join(", ", groups).Replace("plus, ", "plus ", StringComparison.Ordinal);
    }
}
