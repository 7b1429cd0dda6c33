using Atrium.Inference.Language;
using Atrium.Inference.Translation;

namespace Atrium.Server.Gateway.Translation;

/// <summary>The language that a text was found to be in.</summary>
/// <param name="Code">As translators name it.</param>
/// <param name="Score">From 0 to 1.</param>
internal readonly record struct FoundLanguage(string Code, double Score);

/// <summary>Names what the language detector finds as translators do. Pure.</summary>
internal static class TextLanguages
{
    /// <summary>What is assumed of a text without words, which is the same in every language.</summary>
    private static readonly FoundLanguage Nothing = new("en", 0);

    public static FoundLanguage Of(string text, LanguageDetector detector) => detector.Detect(text) switch
    {
        null => Nothing,
        { Code: "sr" } serbian => new(text.Any(character => character is >= '\u0400' and <= '\u04ff') ? "sr-Cyrl" : "sr-Latn", serbian.Confidence),
        var found => new(TranslationLanguages.Find(found.Code)?.Code ?? found.Code, found.Confidence),
    };
}
