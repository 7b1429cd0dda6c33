using System.Collections.Frozen;

namespace Atrium.Inference.Speaking.Planning;

/// <summary>Words whose dot ends no sentence. Pure.</summary>
internal static class Abbreviations
{
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "fig", "approx", "inc", "ltd", "co", "corp", "dept", "cf", "jr", "sr", "gen", "col", "capt", "lt", "rev", "hon",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec");

    public static bool IsOne(string word)
    {
        var stem = word.Trim('"', '\'', '(').TrimEnd('.');
        return Known.Contains(stem) || (stem.Length == 1 && char.IsUpper(stem[0]) && stem != "I");
    }
}
