namespace Atrium.Inference.Hearing.Phrases;

/// <summary>The ways in which the model may write a phrase. Pure.</summary>
internal static class PhraseForms
{
    /// <summary>All in capitals and longer than this is a word that was shouted, not letters that are spelled.</summary>
    private const int LongestAcronym = 5;

    /// <summary>As it is given, without punctuation round it and with single spaces; as a sentence begins with it; a name that was given in small letters, or in capitals, also as names are written.</summary>
    public static IEnumerable<string> Of(string phrase)
    {
        string[] words = [.. phrase.Replace('\u2019', '\'').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        var given = string.Join(' ', words);
        var first = 0;
        var end = given.Length;
        while (first < end && !char.IsLetterOrDigit(given[first]))
        {
            first++;
        }

        while (end > first && !IsOfWord(given[end - 1]))
        {
            end--;
        }

        given = given[first..end];
        if (given.Length == 0)
        {
            return [];
        }

        var isSmall = !given.Any(char.IsUpper);
        var isShouted = !given.Any(char.IsLower) && given.Split(' ').Any(word => word.Length > LongestAcronym);
        string[] forms = [given, Capital(given), .. isSmall ? [Title(given)] : isShouted ? [Title(given.ToLowerInvariant()), given.ToLowerInvariant()] : (string[])[]];
        return forms.Distinct(StringComparer.Ordinal);
    }

    /// <summary>A letter or digit, and what is part of a name at its end: C++, C#.</summary>
    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c is '+' or '#';

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Title(string text) => string.Join(' ', text.Split(' ').Select(Capital));
}
