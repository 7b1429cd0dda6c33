using System.Collections.Frozen;

namespace Atrium.Inference.Speaking.Espeak;

/// <summary>The voices of espeak-ng that are offered: of each of its languages a man's and a woman's. Pure.</summary>
internal static class EspeakVoices
{
    public const string Engine = "espeak-ng";

    /// <summary>Samples a second of all of them.</summary>
    public const int Rate = 22_050;

    /// <summary>A voice of the program that is of any language and sounds like a woman.</summary>
    private const string Woman = "+f2";

    /// <summary>Names of languages in the program that are not the locale's own.</summary>
    private static readonly FrozenDictionary<string, string> Special = new Dictionary<string, string>
    {
        ["cmn-latn-pinyin"] = "zh-CN", ["yue"] = "zh-HK", ["es-419"] = "es-MX", ["en-gb"] = "en-GB", ["en-us"] = "en-US", ["fr-fr"] = "fr-FR", ["fr-be"] = "fr-BE", ["fr-ch"] = "fr-CH", ["pt-br"] = "pt-BR",
    }.ToFrozenDictionary();

    /// <summary>
    /// Locales as the published service has them, else with the region where most speak the language. Left out are tongues of novels, and languages whose script the
    /// program does not read: Japanese (it knows no Chinese characters) and Burmese.
    /// </summary>
    private static readonly FrozenDictionary<string, string> Locales =
        ("af-ZA am-ET an-ES ar-SA as-IN az-AZ ba-RU be-BY bg-BG bn-IN bs-BA ca-ES cs-CZ cv-RU cy-GB da-DK de-DE el-GR eo-001 es-ES et-EE eu-ES fa-IR fi-FI ga-IE gd-GB gn-PY gu-IN haw-US he-IL hi-IN hr-HR "
        + "ht-HT hu-HU hy-AM ia-001 id-ID io-001 is-IS it-IT ka-GE kk-KZ kl-GL kn-IN ko-KR kok-IN ku-TR ky-KG la-VA lb-LU lt-LT lv-LV mi-NZ mk-MK ml-IN mr-IN ms-MY mt-MT nb-NO ne-NP nl-NL om-ET or-IN pa-IN pl-PL "
        + "pt-PT qu-PE ro-RO ru-RU sd-PK si-LK sk-SK sl-SI sq-AL sr-RS sv-SE sw-KE ta-IN te-IN th-TH tk-TM tn-ZA tr-TR tt-RU ug-CN uk-UA ur-PK uz-UZ vi-VN")
        .Split(' ').ToFrozenDictionary(locale => locale.Split('-')[0]);

    /// <param name="printed">What <c>--voices</c> prints: a line of headings, then one a language whose second word is its name.</param>
    public static IReadOnlyList<SpeechVoice> Read(string printed) =>
    [
        .. printed.Split('\n').Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1)
            .Select(words => (Name: words[1], Locale: Special.GetValueOrDefault(words[1]) ?? Locales.GetValueOrDefault(words[1])))
            .Where(found => found.Locale is not null)
            .DistinctBy(found => found.Locale)
            .OrderBy(found => found.Locale, StringComparer.Ordinal)
            .SelectMany(found => (SpeechVoice[])
            [
                new(found.Name + Woman, found.Locale!, VoiceGender.Female, Engine, Rate),
                new(found.Name, found.Locale!, VoiceGender.Male, Engine, Rate),
            ]),
    ];
}
