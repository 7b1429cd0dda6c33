namespace Atrium.Inference.Language;

/// <summary>Whether digits are what they look like.</summary>
internal static class PersonalNumbers
{
    /// <summary>ISO/IEC 7812: 13 to 19 digits whose Luhn sum is a multiple of ten. Nothing but zeros is no card.</summary>
    public static bool IsCard(string text)
    {
        var digits = text.Where(char.IsAsciiDigit).Select(c => c - '0').ToArray();
        var sum = digits.Reverse().Select((digit, at) => at % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2).Sum();
        return digits.Length is >= 13 and <= 19 && digits[0] != 0 && sum % 10 == 0;
    }

    /// <summary>ISO 13616: the first four characters moved to the end and letters read as numbers from 10, the remainder by 97 is 1.</summary>
    public static bool IsIban(string text)
    {
        var compact = text.Replace(" ", "", StringComparison.Ordinal);
        var remainder = 0;
        foreach (var c in compact[4..] + compact[..4])
        {
            remainder = char.IsAsciiDigit(c) ? ((remainder * 10) + c - '0') % 97 : ((remainder * 100) + c - 'A' + 10) % 97;
        }

        return compact.Length is >= 15 and <= 34 && remainder == 1;
    }

    /// <summary>The groups that the administration gives out: not 000, 666 or from 900, no group of zeros.</summary>
    public static bool IsSocialSecurity(string text) =>
        text[..3] is not ("000" or "666") && text[0] != '9' && text[4..6] != "00" && text[7..] != "0000";

    /// <summary>E.164: 7 to 15 digits.</summary>
    public static bool IsPhone(string text) => text.Count(char.IsAsciiDigit) is >= 7 and <= 15;
}
