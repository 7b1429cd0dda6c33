using System.Net;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Language;

/// <summary>Personal data that has a form of its own, found by patterns and checksums in texts of any language. Names and places have none and are not found.</summary>
public static partial class PersonalData
{
    /// <summary>As answers name it.</summary>
    public const string Name = "patterns";

    /// <summary>In the order in which they are looked for: what one has found is not given to a later one.</summary>
    private static readonly (string Category, Func<Regex> Pattern, Func<string, bool> Holds, double Confidence)[] Kinds =
    [
        ("Email", Email, _ => true, 0.95),
        ("URL", Url, _ => true, 0.9),
        ("InternationalBankingAccountNumber", Iban, PersonalNumbers.IsIban, 0.99),
        ("CreditCardNumber", Card, PersonalNumbers.IsCard, 0.95),
        ("USSocialSecurityNumber", SocialSecurity, PersonalNumbers.IsSocialSecurity, 0.85),
        ("IPAddress", Address, text => IPAddress.TryParse(text, out _), 0.9),
        ("PhoneNumber", Phone, PersonalNumbers.IsPhone, 0.8),
    ];

    /// <summary>The categories that can be found.</summary>
    public static IReadOnlyList<string> Categories { get; } = [.. Kinds.Select(kind => kind.Category)];

    /// <summary>What is found, in the order of the text; parts never overlap.</summary>
    public static IReadOnlyList<PersonalDatum> Find(string text)
    {
        var found = new List<PersonalDatum>();
        foreach (var (category, pattern, holds, confidence) in Kinds)
        {
            foreach (Match match in pattern().Matches(text))
            {
                if (holds(match.Value) && !found.Exists(other => other.Span.Start < match.Index + match.Length && match.Index < other.Span.Start + other.Span.Length))
                {
                    found.Add(new(category, new(match.Index, match.Length), confidence));
                }
            }
        }

        return [.. found.OrderBy(datum => datum.Span.Start)];
    }

    [GeneratedRegex(@"(?<![\w.+-])[\w.+-]{1,64}@(?:[\p{L}\p{Nd}-]{1,63}\.){1,8}\p{L}{2,24}(?![\w-])", RegexOptions.CultureInvariant)]
    private static partial Regex Email();

    [GeneratedRegex("""(?<!\w)(?:https?://|www\.)[^\s<>"'`{}|\\^]*[^\s<>"'`{}|\\^.,;:!?)\]]""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Url();

    [GeneratedRegex(@"(?<!\w)[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)", RegexOptions.CultureInvariant)]
    private static partial Regex Iban();

    [GeneratedRegex(@"(?<![\w.-])[0-9](?:[ -]?[0-9]){12,18}(?![\w-])", RegexOptions.CultureInvariant)]
    private static partial Regex Card();

    [GeneratedRegex(@"(?<![\w-])[0-9]{3}([- ])[0-9]{2}\1[0-9]{4}(?![\w-])", RegexOptions.CultureInvariant)]
    private static partial Regex SocialSecurity();

    [GeneratedRegex(@"(?<![\w.:])(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(?:\.(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})){3}(?!\.?[0-9])|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    /// <summary>With a country's code, or in groups of three, three and four.</summary>
    [GeneratedRegex(@"(?<![\w.+-])(?:\+[0-9](?:[ ().-]{0,2}[0-9]){6,14}|\(?[0-9]{3}\)?[ .-]{1,2}[0-9]{3}[ .-][0-9]{4})(?![\w-])", RegexOptions.CultureInvariant)]
    private static partial Regex Phone();
}
