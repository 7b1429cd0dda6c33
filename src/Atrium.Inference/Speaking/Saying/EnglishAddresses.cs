using System.Collections.Frozen;

namespace Atrium.Inference.Speaking.Saying;

/// <summary>The short forms of US addresses in words. Pure.</summary>
internal static class EnglishAddresses
{
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ST"] = "Street", ["AVE"] = "Avenue", ["BLVD"] = "Boulevard", ["RD"] = "Road", ["LN"] = "Lane", ["DR"] = "Drive", ["CT"] = "Court", ["PL"] = "Place", ["SQ"] = "Square", ["HWY"] = "Highway",
        ["PKWY"] = "Parkway", ["APT"] = "Apartment", ["STE"] = "Suite", ["FL"] = "Florida", ["N"] = "North", ["S"] = "South", ["E"] = "East", ["W"] = "West", ["NE"] = "Northeast",
        ["NW"] = "Northwest", ["SE"] = "Southeast", ["SW"] = "Southwest", ["AL"] = "Alabama", ["AK"] = "Alaska", ["AZ"] = "Arizona", ["AR"] = "Arkansas", ["CA"] = "California", ["CO"] = "Colorado",
        ["DE"] = "Delaware", ["DC"] = "D C", ["GA"] = "Georgia", ["HI"] = "Hawaii", ["ID"] = "Idaho", ["IL"] = "Illinois", ["IN"] = "Indiana", ["IA"] = "Iowa", ["KS"] = "Kansas", ["KY"] = "Kentucky",
        ["LA"] = "Louisiana", ["ME"] = "Maine", ["MD"] = "Maryland", ["MA"] = "Massachusetts", ["MI"] = "Michigan", ["MN"] = "Minnesota", ["MS"] = "Mississippi", ["MO"] = "Missouri", ["MT"] = "Montana",
        ["NV"] = "Nevada", ["NH"] = "New Hampshire", ["NJ"] = "New Jersey", ["NM"] = "New Mexico", ["NY"] = "New York", ["NC"] = "North Carolina", ["ND"] = "North Dakota", ["OH"] = "Ohio",
        ["OK"] = "Oklahoma", ["OR"] = "Oregon", ["PA"] = "Pennsylvania", ["RI"] = "Rhode Island", ["SC"] = "South Carolina", ["SD"] = "South Dakota", ["TN"] = "Tennessee", ["TX"] = "Texas",
        ["UT"] = "Utah", ["VT"] = "Vermont", ["VA"] = "Virginia", ["WA"] = "Washington", ["WV"] = "West Virginia", ["WI"] = "Wisconsin", ["WY"] = "Wyoming",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Capitals with or without a dot are short forms; of other words only those that no word of the language is.</summary>
    public static string Say(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Expand));

    private static string Expand(string word)
    {
        var bare = word.TrimEnd('.', ',');
        var comma = word.EndsWith(',') ? "," : "";
        return Words.TryGetValue(bare, out var known) || (bare.Length > 1 && word.Contains('.', StringComparison.Ordinal) && Words.TryGetValue(bare.ToUpperInvariant(), out known)) ? known + comma
            : bare.Length == 5 && EnglishNumbers.AreFigures(bare) ? EnglishNumbers.Digits(bare) + comma
            : word;
    }
}
