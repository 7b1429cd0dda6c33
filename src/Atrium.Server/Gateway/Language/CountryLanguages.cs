using System.Collections.Frozen;

namespace Atrium.Server.Gateway.Language;

/// <summary>What is spoken in which country, of the languages that can be told: for the hint where a text was written.</summary>
internal static class CountryLanguages
{
    /// <summary>Countries without one of them, by their code of ISO 3166-1.</summary>
    private const string Without = "AQ BT HM ID KH MK MM MN MV NP TJ TM UZ";

    private static readonly (string Language, string Countries)[] Spoken =
    [
        ("am", "ET"),
        ("ar", "AE BH DJ DZ EG EH ER IQ JO KM KW LB LY MA MR OM PS QA SA SD SO SS SY TD TN YE"),
        ("az", "AZ"),
        ("be", "BY"),
        ("bg", "BG"),
        ("bn", "BD"),
        ("ca", "AD ES"),
        ("cs", "CZ"),
        ("da", "DK FO GL"),
        ("de", "AT BE CH DE IT LI LU"),
        ("el", "CY GR"),
        ("en", "AG AI AS AU BB BM BS BW BZ CA CC CK CM CX DM FJ FK FM GB GD GG GH GI GM GS GU GY HK IE IM IN IO JE JM KE KI KN KY LC LR LS MH MP MS MT MU MW MY NA NF NG NR NU NZ PG PH PK PN PR PW RW SB SC SG SH SL SS SX SZ TC TK TO TT TV TZ UG UM US VC VG VI VU WS ZA ZM ZW"),
        ("es", "AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PH PR PY SV US UY VE"),
        ("et", "EE"),
        ("eu", "ES"),
        ("fa", "AF IR"),
        ("fi", "FI"),
        ("fr", "BE BF BI BJ BL CA CD CF CG CH CI CM DJ DZ FR GA GF GN GP GQ HT KM LU MC MF MG ML MQ MU NC NE PF PM RE RW SC SN TD TF TG VU WF YT"),
        ("gu", "IN"),
        ("he", "IL"),
        ("hi", "IN"),
        ("hr", "BA HR"),
        ("hu", "HU"),
        ("hy", "AM"),
        ("is", "IS"),
        ("it", "CH IT SM VA"),
        ("ja", "JP"),
        ("ka", "GE"),
        ("kn", "IN"),
        ("ko", "KP KR"),
        ("ku", "IQ"),
        ("lo", "LA"),
        ("lt", "LT"),
        ("lv", "LV"),
        ("ml", "IN"),
        ("mr", "IN"),
        ("ms", "BN MY SG"),
        ("nl", "AW BE BQ CW NL SR SX"),
        ("no", "BV NO SJ"),
        ("or", "IN"),
        ("pa", "IN PK"),
        ("pl", "PL"),
        ("pt", "AO BR CV GW MO MZ PT ST TL"),
        ("ro", "MD RO"),
        ("ru", "BY KG KZ RU"),
        ("sk", "SK"),
        ("sl", "SI"),
        ("sq", "AL"),
        ("sr", "BA ME RS"),
        ("sv", "AX FI SE"),
        ("ta", "IN LK SG"),
        ("te", "IN"),
        ("th", "TH"),
        ("tl", "PH"),
        ("tr", "CY TR"),
        ("uk", "UA"),
        ("ur", "IN PK"),
        ("vi", "VN"),
        ("yo", "BJ NG"),
        ("zh", "CN HK MO SG TW"),
    ];

    private static readonly FrozenDictionary<string, string[]> Languages = Spoken
        .SelectMany(one => one.Countries.Split(' ').Select(country => (Country: country, one.Language)))
        .GroupBy(one => one.Country, one => one.Language)
        .Select(country => KeyValuePair.Create(country.Key, country.ToArray()))
        .Concat(Without.Split(' ').Select(country => KeyValuePair.Create(country, Array.Empty<string>())))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null for a code that is no country's.</summary>
    public static IReadOnlyCollection<string>? Of(string country) => Languages.GetValueOrDefault(country);
}
