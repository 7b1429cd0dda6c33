using System.Text;

namespace Atrium.Inference.Speaking.Planning;

/// <summary>Words of languages whose voices read their script as it is. Pure.</summary>
internal static class PlainWords
{
    /// <summary>Of scripts without spaces so much is one word; a clause ends one before that.</summary>
    private const int Longest = 40;

    private const string ClauseEnds = "。！？，、；：";

    /// <summary>What a voice is given for a piece of text without white space; nothing where there is nothing to say.</summary>
    public static IEnumerable<string> Of(string token)
    {
        var word = new StringBuilder();
        foreach (var rune in token.Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            if (Rune.IsControl(rune))
            {
                continue;
            }

            word.Append(rune);
            if (word.Length >= Longest || ClauseEnds.Contains(rune.ToString(), StringComparison.Ordinal))
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }
}
