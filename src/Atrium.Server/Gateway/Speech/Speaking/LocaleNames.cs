using System.Collections.Frozen;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>Names of locales for people. Pure.</summary>
internal static class LocaleNames
{
    private static readonly FrozenDictionary<string, string> Languages = Read(
        "af Afrikaans,am Amharic,an Aragonese,ar Arabic,as Assamese,az Azerbaijani,ba Bashkir,be Belarusian,bg Bulgarian,bn Bangla,bs Bosnian,ca Catalan,cmn Chinese (Mandarin),cs Czech,cv Chuvash,cy Welsh,da Danish,de German,el Greek,en English,eo Esperanto,es Spanish,et Estonian,eu Basque,fa Persian,fi Finnish,fr French,ga Irish,gd Scottish Gaelic,gl Galician,gn Guarani,gu Gujarati,haw Hawaiian,he Hebrew,hi Hindi,hr Croatian,ht Haitian Creole,hu Hungarian,hy Armenian,ia Interlingua,id Indonesian,io Ido,is Icelandic,it Italian,ja Japanese,ka Georgian,kk Kazakh,kl Greenlandic,kn Kannada,kok Konkani,ko Korean,ku Kurdish,ky Kyrgyz,la Latin,lb Luxembourgish,lt Lithuanian,lv Latvian,mi Maori,mk Macedonian,ml Malayalam,mr Marathi,ms Malay,mt Maltese,my Burmese,nb Norwegian Bokmål,ne Nepali,nl Dutch,om Oromo,or Odia,pa Punjabi,pl Polish,pt Portuguese,qu Quechua,ro Romanian,ru Russian,sd Sindhi,si Sinhala,sk Slovak,sl Slovenian,sq Albanian,sr Serbian,sv Swedish,sw Swahili,ta Tamil,te Telugu,th Thai,tk Turkmen,tn Tswana,tr Turkish,tt Tatar,ug Uyghur,uk Ukrainian,ur Urdu,uz Uzbek,vi Vietnamese,yue Chinese (Cantonese),zh Chinese");

    private static readonly FrozenDictionary<string, string> Regions = Read(
        "001 World,AL Albania,AM Armenia,AT Austria,AU Australia,AZ Azerbaijan,BA Bosnia and Herzegovina,BE Belgium,BG Bulgaria,BR Brazil,BY Belarus,CA Canada,CH Switzerland,CN Mainland,CZ Czechia,DE Germany,DK Denmark,EE Estonia,EG Egypt,ES Spain,ET Ethiopia,FI Finland,FR France,GB United Kingdom,GE Georgia,GL Greenland,GR Greece,HK Hong Kong,HR Croatia,HT Haiti,HU Hungary,ID Indonesia,IE Ireland,IL Israel,IN India,IR Iran,IS Iceland,IT Italy,JP Japan,KE Kenya,KG Kyrgyzstan,KR Korea,KZ Kazakhstan,LK Sri Lanka,LT Lithuania,LU Luxembourg,LV Latvia,MK North Macedonia,MT Malta,MX Mexico,MY Malaysia,NG Nigeria,NL Netherlands,NO Norway,NP Nepal,NZ New Zealand,PE Peru,PH Philippines,PK Pakistan,PL Poland,PT Portugal,PY Paraguay,RO Romania,RS Serbia,RU Russia,SA Saudi Arabia,SE Sweden,SG Singapore,SI Slovenia,SK Slovakia,TH Thailand,TM Turkmenistan,TR Türkiye,TW Taiwan,TZ Tanzania,UA Ukraine,US United States,UZ Uzbekistan,VA Vatican City,VN Vietnam,ZA South Africa");

    /// <summary>The code of a language by its name in English, in any letter case; null for none that is known.</summary>
    public static string? CodeOf(string name) => Languages.FirstOrDefault(language => language.Value.Equals(name, StringComparison.OrdinalIgnoreCase)).Key;

    /// <summary>As in English (United States).</summary>
    public static string Of(string locale)
    {
        var parts = locale.Split('-');
        var language = Languages.GetValueOrDefault(parts[0], parts[0]);
        return parts.Length > 1 ? $"{language} ({Regions.GetValueOrDefault(parts[1].ToUpperInvariant(), parts[1])})" : language;
    }

    private static FrozenDictionary<string, string> Read(string names) => names.Split(',').Select(pair => pair.Split(' ', 2)).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
}
