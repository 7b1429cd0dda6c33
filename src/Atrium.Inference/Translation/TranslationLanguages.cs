using System.Collections.Frozen;

namespace Atrium.Inference.Translation;

/// <summary>A language that texts are translated from or to.</summary>
/// <param name="Code">BCP 47, as translators are asked: es, pt-pt, sr-Latn.</param>
/// <param name="Name">In English.</param>
/// <param name="NativeName">In the language itself.</param>
public sealed record TranslationLanguage(string Code, string Name, string NativeName)
{
    private static readonly FrozenSet<string> RightToLeft = new[] { "ar", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi" }.ToFrozenSet();

    /// <summary>Whether it is written from right to left.</summary>
    public bool IsRightToLeft => RightToLeft.Contains(Code);
}

/// <summary>The languages that are known by name. Pure.</summary>
public static class TranslationLanguages
{
    private static readonly FrozenDictionary<string, TranslationLanguage> Known = new TranslationLanguage[]
    {
        new("af", "Afrikaans", "Afrikaans"), new("am", "Amharic", "አማርኛ"), new("an", "Aragonese", "aragonés"), new("ar", "Arabic", "العربية"), new("ast", "Asturian", "asturianu"),
        new("az", "Azerbaijani", "azərbaycan"), new("be", "Belarusian", "беларуская"), new("bg", "Bulgarian", "български"), new("bn", "Bangla", "বাংলা"), new("br", "Breton", "brezhoneg"),
        new("bs", "Bosnian", "bosanski"), new("ca", "Catalan", "català"), new("cs", "Czech", "čeština"), new("cy", "Welsh", "Cymraeg"), new("da", "Danish", "dansk"),
        new("de", "German", "Deutsch"), new("el", "Greek", "Ελληνικά"), new("en", "English", "English"), new("eo", "Esperanto", "esperanto"), new("es", "Spanish", "español"),
        new("et", "Estonian", "eesti"), new("eu", "Basque", "euskara"), new("fa", "Persian", "فارسی"), new("fi", "Finnish", "suomi"), new("fil", "Filipino", "Filipino"),
        new("fr", "French", "français"), new("frp", "Arpitan", "arpetan"), new("ga", "Irish", "Gaeilge"), new("gl", "Galician", "galego"), new("gu", "Gujarati", "ગુજરાતી"),
        new("he", "Hebrew", "עברית"), new("hi", "Hindi", "हिन्दी"), new("hr", "Croatian", "hrvatski"), new("hu", "Hungarian", "magyar"), new("hy", "Armenian", "հայերեն"),
        new("id", "Indonesian", "Indonesia"), new("is", "Icelandic", "íslenska"), new("it", "Italian", "italiano"), new("ja", "Japanese", "日本語"), new("ka", "Georgian", "ქართული"),
        new("kk", "Kazakh", "қазақ"), new("kn", "Kannada", "ಕನ್ನಡ"), new("ko", "Korean", "한국어"), new("ku", "Kurdish (Central)", "کوردیی ناوەندی"), new("lo", "Lao", "ລາວ"),
        new("lt", "Lithuanian", "lietuvių"), new("lv", "Latvian", "latviešu"), new("mk", "Macedonian", "македонски"), new("ml", "Malayalam", "മലയാളം"), new("mr", "Marathi", "मराठी"),
        new("ms", "Malay", "Melayu"), new("mt", "Maltese", "Malti"), new("nb", "Norwegian", "norsk bokmål"), new("nl", "Dutch", "Nederlands"), new("nn", "Norwegian Nynorsk", "norsk nynorsk"),
        new("oc", "Occitan", "occitan"), new("or", "Odia", "ଓଡ଼ିଆ"), new("pa", "Punjabi", "ਪੰਜਾਬੀ"), new("pl", "Polish", "polski"), new("pt", "Portuguese (Brazil)", "português (Brasil)"),
        new("pt-pt", "Portuguese (Portugal)", "português (Portugal)"), new("ro", "Romanian", "română"), new("ru", "Russian", "русский"), new("sc", "Sardinian", "sardu"), new("sk", "Slovak", "slovenčina"),
        new("sl", "Slovenian", "slovenščina"), new("sq", "Albanian", "shqip"), new("sr-Cyrl", "Serbian (Cyrillic)", "српски (ћирилица)"), new("sr-Latn", "Serbian (Latin)", "srpski (latinica)"), new("sv", "Swedish", "svenska"),
        new("sw", "Swahili", "Kiswahili"), new("szl", "Silesian", "ślōnski"), new("ta", "Tamil", "தமிழ்"), new("te", "Telugu", "తెలుగు"), new("th", "Thai", "ไทย"),
        new("tr", "Turkish", "Türkçe"), new("tt", "Tatar", "татар"), new("uk", "Ukrainian", "українська"), new("ur", "Urdu", "اردو"), new("vi", "Vietnamese", "Tiếng Việt"),
        new("yo", "Yoruba", "Yorùbá"), new("zh-Hans", "Chinese Simplified", "中文 (简体)"), new("zh-Hant", "Chinese Traditional", "繁體中文 (繁體)"),
    }.ToFrozenDictionary(language => language.Code, StringComparer.OrdinalIgnoreCase);

    /// <summary>Codes that others write for these languages.</summary>
    private static readonly FrozenDictionary<string, string> Others = new Dictionary<string, string>
    {
        ["no"] = "nb", ["pt-br"] = "pt", ["sr"] = "sr-Cyrl", ["tl"] = "fil", ["zh"] = "zh-Hans", ["zh-cn"] = "zh-Hans", ["zh-tw"] = "zh-Hant",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<TranslationLanguage> All => Known.Values;

    /// <summary>By code, in any letter case, also with a region that is no language of its own (en-US); null where it is not known.</summary>
    public static TranslationLanguage? Find(string code) =>
        Known.GetValueOrDefault(Others.GetValueOrDefault(code, code)) ?? (code.IndexOf('-', StringComparison.Ordinal) is > 0 and var region ? Find(code[..region]) : null);
}
