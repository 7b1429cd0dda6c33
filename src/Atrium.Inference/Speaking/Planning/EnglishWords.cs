using System.Globalization;
using System.Text;

namespace Atrium.Inference.Speaking.Planning;

/// <summary>Words as an English voice without any other letters than A to Z can take them. Pure.</summary>
internal static class EnglishWords
{
    /// <summary>A longer run of characters is no word; voices fail on very long ones, so it is said in parts.</summary>
    private const int Longest = 40;

    /// <summary>What a voice is given for a piece of text without white space; nothing where there is nothing to say.</summary>
    public static IEnumerable<string> Of(string token)
    {
        var text = new StringBuilder(token.Length);
        foreach (var c in token.Normalize(NormalizationForm.FormKC).Normalize(NormalizationForm.FormD))
        {
            Add(text, c);
        }

        foreach (var word in text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            for (var at = 0; at < word.Length; at += Longest)
            {
                yield return word.Substring(at, Math.Min(Longest, word.Length - at));
            }
        }
    }

    private static void Add(StringBuilder text, char c)
    {
        switch (c)
        {
            case '’' or '‘' or 'ʼ' or '`':
                text.Append('\'');
                break;
            case '“' or '”' or '„' or '«' or '»':
                text.Append('"');
                break;
            case '–' or '—' or '―' or '−':
                text.Append(" - ");
                break;
            case 'ß':
                text.Append("ss");
                break;
            case 'æ' or 'Æ':
                text.Append("ae");
                break;
            case 'ø' or 'Ø':
                text.Append('o');
                break;
            case 'ł' or 'Ł':
                text.Append('l');
                break;
            case '£':
                text.Append(" pounds ");
                break;
            case '€':
                text.Append(" euros ");
                break;
            case '°':
                text.Append(" degrees ");
                break;
            case '，' or '、':
                text.Append(", ");
                break;
            case '。':
                text.Append(". ");
                break;
            case > ' ' and <= '~':
                text.Append(c);
                break;
            default:
                // Accents were taken apart from their letters and are left out; so is what no English voice has a sound for.
                if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
                {
                    text.Append(' ');
                }

                break;
        }
    }
}
