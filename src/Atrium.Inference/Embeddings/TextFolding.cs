using System.Text;

namespace Atrium.Inference.Embeddings;

/// <summary>
/// The part of Unicode's compatibility normalisation (NFKC) that English text meets: full-width and mathematical letters become plain ones,
/// a letter and its combining accent become one, ligatures come apart, every space is one plain space, and invisible characters go.
/// The program runs without the system's Unicode tables (invariant globalization), where string.Normalize does nothing to these.
/// </summary>
internal static class TextFolding
{
    private const string Bases = "AEIOUYaeiouyNnCcSsZzGg";

    // Per combining mark: what each letter of Bases becomes under it; a dot where there is no such letter.
    private static readonly (char Mark, string Composed)[] Accents =
    [
        ('\u0300', "ÀÈÌÒÙỲàèìòùỳǸǹ........"),
        ('\u0301', "ÁÉÍÓÚÝáéíóúýŃńĆćŚśŹźǴǵ"),
        ('\u0302', "ÂÊÎÔÛŶâêîôûŷ..ĈĉŜŝẐẑĜĝ"),
        ('\u0303', "ÃẼĨÕŨỸãẽĩõũỹÑñ........"),
        ('\u0308', "ÄËÏÖÜŸäëïöüÿ.........."),
        ('\u030A', "Å...Ů.å...ůẙ.........."),
        ('\u030C', "ǍĚǏǑǓ.ǎěǐǒǔ.ŇňČčŠšŽžǦǧ"),
        ('\u0327', ".Ȩ.....ȩ....ŅņÇçŞş..Ģģ"),
    ];

    /// <summary>The folded text; the same string if there is nothing to fold.</summary>
    public static string Fold(string text) => IsFolded(text) ? text : Rewrite(text);

    private static bool IsFolded(string text)
    {
        var afterSpace = true;
        foreach (var character in text)
        {
            var isSpace = character == ' ';
            if (character is < ' ' or > '~' || (isSpace && afterSpace))
            {
                return false;
            }

            afterSpace = isSpace;
        }

        return !afterSpace;
    }

    private static string Rewrite(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Append(folded, rune);
        }

        while (folded.Length > 0 && folded[^1] == ' ')
        {
            folded.Length--;
        }

        return folded.ToString();
    }

    private static void Append(StringBuilder folded, Rune rune)
    {
        switch (rune.Value)
        {
            case var _ when Rune.IsWhiteSpace(rune):
                if (folded.Length > 0 && folded[^1] != ' ')
                {
                    folded.Append(' ');
                }

                break;
            case < ' ' or 0x7F or 0xAD or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x2064) or 0xFEFF or (>= 0xFE00 and <= 0xFE0F):
                break;
            case >= 0xFF01 and <= 0xFF5E and var wide:
                folded.Append((char)(wide - 0xFF01 + '!'));
                break;
            case >= 0x1D400 and <= 0x1D6A3 and var letter:
                var place = (letter - 0x1D400) % 52;
                folded.Append((char)(place < 26 ? 'A' + place : 'a' + place - 26));
                break;
            case >= 0x1D7CE and <= 0x1D7FF and var digit:
                folded.Append((char)('0' + ((digit - 0x1D7CE) % 10)));
                break;
            case >= 0x24B6 and <= 0x24E9 and var circled:
                folded.Append((char)(circled < 0x24D0 ? circled - 0x24B6 + 'A' : circled - 0x24D0 + 'a'));
                break;
            case >= 0x300 and <= 0x36F and var mark:
                Compose(folded, (char)mark);
                break;
            default:
                folded.Append(CompatibleCharacters.Of(rune.Value) ?? rune.ToString());
                break;
        }
    }

    private static void Compose(StringBuilder folded, char mark)
    {
        var letter = folded.Length > 0 ? Bases.IndexOf(folded[^1], StringComparison.Ordinal) : -1;
        foreach (var (accent, composed) in Accents)
        {
            if (accent == mark && letter >= 0 && composed[letter] != '.')
            {
                folded[^1] = composed[letter];
                return;
            }
        }

        folded.Append(mark);
    }
}
