using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Speaking.Saying;

/// <summary>Amounts of money in English words. Pure.</summary>
internal static partial class EnglishMoney
{
    private static readonly FrozenDictionary<string, Currency> Currencies = new Dictionary<string, Currency>(StringComparer.OrdinalIgnoreCase)
    {
        ["$"] = new("dollar", "dollars", "cent", "cents"),
        ["USD"] = new("US dollar", "US dollars", "cent", "cents"),
        ["€"] = new("euro", "euros", "cent", "cents"),
        ["EUR"] = new("euro", "euros", "cent", "cents"),
        ["£"] = new("pound", "pounds", "penny", "pence"),
        ["GBP"] = new("British pound", "British pounds", "penny", "pence"),
        ["¥"] = new("yen", "yen", "sen", "sen"),
        ["JPY"] = new("Japanese yen", "Japanese yen", "sen", "sen"),
        ["CNY"] = new("Chinese yuan", "Chinese yuan", "fen", "fen"),
        ["₹"] = new("rupee", "rupees", "paisa", "paise"),
        ["INR"] = new("Indian rupee", "Indian rupees", "paisa", "paise"),
        ["CHF"] = new("Swiss franc", "Swiss francs", "rappen", "rappen"),
        ["CAD"] = new("Canadian dollar", "Canadian dollars", "cent", "cents"),
        ["AUD"] = new("Australian dollar", "Australian dollars", "cent", "cents"),
        ["NZD"] = new("New Zealand dollar", "New Zealand dollars", "cent", "cents"),
        ["MXN"] = new("Mexican peso", "Mexican pesos", "centavo", "centavos"),
        ["BRL"] = new("Brazilian real", "Brazilian reais", "centavo", "centavos"),
        ["SEK"] = new("Swedish krona", "Swedish kronor", "ore", "ore"),
        ["NOK"] = new("Norwegian krone", "Norwegian kroner", "ore", "ore"),
        ["DKK"] = new("Danish krone", "Danish kroner", "ore", "ore"),
        ["PLN"] = new("Polish zloty", "Polish zlotys", "grosz", "groszy"),
        ["KRW"] = new("South Korean won", "South Korean won", "jeon", "jeon"),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>As in "ninety nine US dollars and ninety cents"; null where the text is no amount of a known currency.</summary>
    public static string? Say(string text)
    {
        var match = Amount().Match(text.Trim());
        var name = match.Groups["before"].Value + match.Groups["behind"].Value;
        if (!match.Success || !Currencies.TryGetValue(name, out var currency))
        {
            return null;
        }

        var whole = match.Groups["whole"].Value.Replace(",", "", StringComparison.Ordinal);
        var part = match.Groups["part"].Value;
        if (part.Length > 2)
        {
            return $"{EnglishNumbers.Cardinal($"{whole}.{part}")} {currency.Many}";
        }

        var cents = part.Length == 0 ? 0 : int.Parse(part.PadRight(2, '0'), System.Globalization.CultureInfo.InvariantCulture);
        var (wholeText, isNone) = (EnglishNumbers.Cardinal(whole), whole.Trim('0').Length == 0);
        var minus = match.Groups["sign"].Value == "-" ? "minus " : "";
        var said = $"{wholeText} {(whole.TrimStart('0') == "1" ? currency.One : currency.Many)}";
        var small = $"{EnglishNumbers.Of(cents)} {(cents == 1 ? currency.OnePart : currency.Parts)}";
        return minus + (cents == 0 ? said : isNone ? small : $"{said} and {small}");
    }

    [GeneratedRegex(@"^(?<sign>-)?(?<before>[$€£¥₹]|[a-z]{3})?\s*(?<whole>[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,30})(\.(?<part>[0-9]{1,9}))?\s*(?<behind>[$€£¥₹]|[a-z]{3})?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Amount();

    private sealed record Currency(string One, string Many, string OnePart, string Parts);
}
