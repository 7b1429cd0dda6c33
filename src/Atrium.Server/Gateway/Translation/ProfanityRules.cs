using System.Text;
using Atrium.Inference.Language;

namespace Atrium.Server.Gateway.Translation;

/// <summary>Masks profane words in a translation. Pure.</summary>
internal static class ProfanityRules
{
    private const string Asterisks = "***";

    public static string Apply(string text, IEnumerable<TextSpan> profane, TranslationTarget target)
    {
        var (masked, at) = (new StringBuilder(text.Length), 0);
        foreach (var span in profane)
        {
            masked.Append(text, at, span.Start - at);
            at = span.Start + span.Length;
            if (target.Profanity is ProfanityAction.Deleted)
            {
                // With the blank before it, so that none stands beside another.
                masked.Length -= masked.Length > 0 && masked[^1] is ' ' && (at == text.Length || !char.IsLetterOrDigit(text[at])) ? 1 : 0;
                continue;
            }

            masked.Append(target.MarksProfanityByTag ? $"<profanity>{text.AsSpan(span.Start, span.Length)}</profanity>" : Asterisks);
        }

        return masked.Append(text, at, text.Length - at).ToString();
    }
}
