using System.Collections.Frozen;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>Names of locales for people. Pure.</summary>
internal static class LocaleNames
{
    private static readonly FrozenDictionary<string, string> Languages = Read(
        "af Afrikaans,am Amharic,an Aragonese,ar Arabic,as Assamese,az Azerbaijani,ba Bashkir,be Belarusian,bg Bulgarian,bn Bangla,bs Bosnian,ca Catalan,cmn Chinese (Mandarin),cs Czech,cy Welsh,da Danish,de German,el Greek,en English,eo Esperanto,es Spanish,et Estonian,eu Basque,fa Persian,fi Finnish,fr French,ga Irish,gd Scottish Gaelic,gl Galician,gu Gujarati,he Hebrew,hi Hindi,hr Croatian,ht Haitian Creole,hu Hungarian,hy Armenian,id Indonesian,is Icelandic,it Italian,ja Japanese,ka Georgian,kk Kazakh,kn Kannada,ko Korean,ku Kurdish,ky Kyrgyz,la Latin,lb Luxembourgish,lt Lithuanian,lv Latvian,mi Maori,mk Macedonian,ml Malayalam,mr Marathi,ms Malay,mt Maltese,my Burmese,nb Norwegian Bokmål,ne Nepali,nl Dutch,or Odia,pa Punjabi,pl Polish,pt Portuguese,ro Romanian,ru Russian,si Sinhala,sk Slovak,sl Slovenian,sq Albanian,sr Serbian,sv Swedish,sw Swahili,ta Tamil,te Telugu,th Thai,tk Turkmen,tn Tswana,tr Turkish,tt Tatar,ug Uyghur,uk Ukrainian,ur Urdu,uz Uzbek,vi Vietnamese,yue Chinese (Cantonese),zh Chinese");

    private static readonly FrozenDictionary<string, string> Regions = Read(
        "AL Albania,AT Austria,AU Australia,BE Belgium,BG Bulgaria,BR Brazil,CA Canada,CH Switzerland,CN Mainland,CZ Czechia,DE Germany,DK Denmark,EE Estonia,EG Egypt,ES Spain,FI Finland,FR France,GB United Kingdom,GR Greece,HK Hong Kong,HR Croatia,HU Hungary,ID Indonesia,IE Ireland,IL Israel,IN India,IR Iran,IS Iceland,IT Italy,JP Japan,KE Kenya,KR Korea,LT Lithuania,LV Latvia,MK North Macedonia,MX Mexico,MY Malaysia,NG Nigeria,NL Netherlands,NO Norway,NZ New Zealand,PH Philippines,PL Poland,PT Portugal,RO Romania,RS Serbia,RU Russia,SA Saudi Arabia,SE Sweden,SG Singapore,SI Slovenia,SK Slovakia,TR Türkiye,TW Taiwan,TZ Tanzania,UA Ukraine,US United States,VN Vietnam,ZA South Africa");

    /// <summary>As in English (United States).</summary>
    public static string Of(string locale)
    {
        var parts = locale.Split('-');
        var language = Languages.GetValueOrDefault(parts[0], parts[0]);
        return parts.Length > 1 ? $"{language} ({Regions.GetValueOrDefault(parts[1].ToUpperInvariant(), parts[1])})" : language;
    }

    private static FrozenDictionary<string, string> Read(string names) => names.Split(',').Select(pair => pair.Split(' ', 2)).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
}
