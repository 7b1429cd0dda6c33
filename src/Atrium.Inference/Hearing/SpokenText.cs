using System.Text;

namespace Atrium.Inference.Hearing;

/// <summary>Writes what was said in the forms that the speech services have for it. Pure.</summary>
public static class SpokenText
{
    /// <summary>As it was said: small letters, no punctuation. Numbers stay as the model wrote them.</summary>
    public static string Lexical(string display) => WithoutPunctuation(display).ToLowerInvariant();

    /// <summary>With its capitals and without its punctuation.</summary>
    public static string WithoutPunctuation(string display)
    {
        ArgumentNullException.ThrowIfNull(display);
        var text = new StringBuilder(display.Length);
        for (var i = 0; i < display.Length; i++)
        {
            var c = display[i];
            if (char.IsLetterOrDigit(c) || char.IsSurrogate(c) || IsInside(display, i))
            {
                text.Append(c);
            }
            else if (text.Length > 0 && text[^1] != ' ')
            {
                text.Append(' ');
            }
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>An apostrophe in a word, a point or comma in a number.</summary>
    private static bool IsInside(string text, int i) => i > 0 && i + 1 < text.Length && text[i] switch
    {
        '\'' or '\u2019' => char.IsLetterOrDigit(text[i - 1]) && char.IsLetterOrDigit(text[i + 1]),
        '.' or ',' => char.IsDigit(text[i - 1]) && char.IsDigit(text[i + 1]),
        _ => false,
    };
}
