using System.Collections.Frozen;

namespace Atrium.Inference.Language;

/// <summary>The English names of the languages that are told apart, by ISO 639-1 code.</summary>
public static class LanguageNames
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["am"] = "Amharic", ["ar"] = "Arabic", ["az"] = "Azerbaijani", ["be"] = "Belarusian", ["bg"] = "Bulgarian",
        ["bn"] = "Bengali", ["ca"] = "Catalan", ["cs"] = "Czech", ["da"] = "Danish", ["de"] = "German",
        ["el"] = "Greek", ["en"] = "English", ["es"] = "Spanish", ["et"] = "Estonian", ["eu"] = "Basque",
        ["fa"] = "Persian", ["fi"] = "Finnish", ["fr"] = "French", ["gu"] = "Gujarati", ["he"] = "Hebrew",
        ["hi"] = "Hindi", ["hr"] = "Croatian", ["hu"] = "Hungarian", ["hy"] = "Armenian", ["is"] = "Icelandic",
        ["it"] = "Italian", ["ja"] = "Japanese", ["ka"] = "Georgian", ["kn"] = "Kannada", ["ko"] = "Korean",
        ["ku"] = "Kurdish", ["lo"] = "Lao", ["lt"] = "Lithuanian", ["lv"] = "Latvian", ["ml"] = "Malayalam",
        ["mr"] = "Marathi", ["ms"] = "Malay", ["nl"] = "Dutch", ["no"] = "Norwegian", ["or"] = "Oriya",
        ["pa"] = "Punjabi", ["pl"] = "Polish", ["pt"] = "Portuguese", ["ro"] = "Romanian", ["ru"] = "Russian",
        ["sk"] = "Slovak", ["sl"] = "Slovene", ["sq"] = "Albanian", ["sr"] = "Serbian", ["sv"] = "Swedish",
        ["ta"] = "Tamil", ["te"] = "Telugu", ["th"] = "Thai", ["tl"] = "Tagalog", ["tr"] = "Turkish",
        ["uk"] = "Ukrainian", ["ur"] = "Urdu", ["vi"] = "Vietnamese", ["yo"] = "Yoruba", ["zh"] = "Chinese",
    }.ToFrozenDictionary();

    /// <summary>The name; the code itself where it is not known.</summary>
    public static string Of(string code) => Names.GetValueOrDefault(code, code);
}
