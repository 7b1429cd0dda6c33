using System.Text.RegularExpressions;
using Atrium.Server.Gateway.Speech.Speaking;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>Locales of spoken language. Pure.</summary>
internal static partial class SpeechLocales
{
    /// <summary>Those of the embedded recognizer. It does not tell them apart: it hears English.</summary>
    public static IReadOnlyList<string> Embedded { get; } = ["en-AU", "en-CA", "en-GB", "en-IE", "en-IN", "en-NZ", "en-US", "en-ZA"];

    /// <summary>Which of some locales a language is that a recognizer names, by locale (de-DE), code (de) or name (german): exactly, else the first of that language. Null for none. Where there are no locales to choose from, the code of the language.</summary>
    public static string? Among(IReadOnlyList<string> locales, string? told)
    {
        if (locales is [var only])
        {
            return only;
        }

        var language = told is null ? null : IsLocale(told) && LocaleNames.CodeOf(told) is null ? told.Split('-', '_')[0] : LocaleNames.CodeOf(told);
        return locales.Count == 0 ? language?.ToLowerInvariant() : locales.FirstOrDefault(locale => locale.Equals(told, StringComparison.OrdinalIgnoreCase))
            ?? locales.FirstOrDefault(locale => locale.Split('-', '_')[0].Equals(language, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether it has the form of one: language, perhaps script and region.</summary>
    public static bool IsLocale(string text) => Locale().IsMatch(text);

    [GeneratedRegex("^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$")]
    private static partial Regex Locale();
}
