using System.Globalization;

namespace Atrium.Inference.Speaking.Saying;

/// <summary>Dates in English words. Pure.</summary>
internal static class EnglishDates
{
    private static readonly string[] Months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    /// <summary>The orders that are known. Without one, figures are month, day, year, or year first where it has four figures.</summary>
    public static IReadOnlyList<string> Orders { get; } = ["dmy", "mdy", "ymd", "ydm", "ym", "my", "md", "dm", "d", "m", "y"];

    /// <summary>As in "October nineteenth twenty ten"; null where the text is no such date.</summary>
    public static string? Say(string text, string order)
    {
        var parts = text.Split(['-', '/', '.', ' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var wanted = order.Length > 0 ? order : Guess(parts);
        if (parts is [{ Length: 8 } whole] && EnglishNumbers.AreFigures(whole) && wanted.Length == 3)
        {
            parts = Cut(whole, wanted);
        }

        if (parts.Length != wanted.Length)
        {
            return null;
        }

        var (day, month, year) = (-1, -1, -1);
        for (var i = 0; i < parts.Length; i++)
        {
            var isRead = wanted[i] switch
            {
                'd' => TryDay(parts[i], out day),
                'm' => TryMonth(parts[i], out month),
                _ => TryYear(parts[i], out year),
            };
            if (!isRead)
            {
                return null;
            }
        }

        return string.Join(' ', ((string?[])[month < 0 ? null : Months[month - 1], day < 0 ? null : EnglishNumbers.Ordinal($"{day}"), year < 0 ? null : EnglishNumbers.Year(year)]).OfType<string>());
    }

    private static string Guess(string[] parts) => parts switch
    {
        [{ Length: 8 } whole] when EnglishNumbers.AreFigures(whole) => "ymd",
        [{ Length: 4 }] => "y",
        [{ Length: 4 } year, _, _] when EnglishNumbers.AreFigures(year) => "ymd",
        [{ Length: 4 } year, _] when EnglishNumbers.AreFigures(year) => "ym",
        [_, { Length: 4 } year] when EnglishNumbers.AreFigures(year) => "my",
        [var first, _, _] when TryMonth(first, out _) => "mdy",
        [_, _, _] => "dmy",
        [var first, _] when TryMonth(first, out _) => "md",
        [_, _] => "dm",
        [_] => "d",
        _ => "mdy",
    };

    private static string[] Cut(string figures, string order)
    {
        var year = order.IndexOf('y', StringComparison.Ordinal);
        return [.. order.Select((part, i) => figures.Substring((i * 2) + (i > year ? 2 : 0), part == 'y' ? 4 : 2))];
    }

    private static bool TryDay(string text, out int day)
    {
        var figures = text.TrimEnd('s', 't', 'n', 'd', 'r', 'h');
        return int.TryParse(figures, NumberStyles.None, CultureInfo.InvariantCulture, out day) && day is >= 1 and <= 31;
    }

    private static bool TryMonth(string text, out int month)
    {
        month = text.Length >= 3 && char.IsLetter(text[0]) ? Array.FindIndex(Months, name => name.StartsWith(text.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)) + 1 : 0;
        return month > 0 || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out month) && month is >= 1 and <= 12);
    }

    /// <summary>Two figures are of the century that they are nearest to in use: 69 and above of the last one.</summary>
    private static bool TryYear(string text, out int year)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out year) || text.Length is not (2 or 4))
        {
            return false;
        }

        year = text.Length == 4 ? year : year >= 69 ? 1900 + year : 2000 + year;
        return true;
    }
}
