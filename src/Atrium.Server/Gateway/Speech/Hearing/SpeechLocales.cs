using System.Text.RegularExpressions;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>Locales of spoken language. Pure.</summary>
internal static partial class SpeechLocales
{
    /// <summary>Those of the embedded recognizer. It does not tell them apart: it hears English.</summary>
    public static IReadOnlyList<string> Embedded { get; } = ["en-AU", "en-CA", "en-GB", "en-IE", "en-IN", "en-NZ", "en-US", "en-ZA"];

    /// <summary>Whether it has the form of one: language, perhaps script and region.</summary>
    public static bool IsLocale(string text) => Locale().IsMatch(text);

    [GeneratedRegex("^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$")]
    private static partial Regex Locale();
}
