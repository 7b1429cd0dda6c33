using Atrium.Inference.Speaking.Pronouncing;
using Atrium.Inference.Speaking.Saying;

namespace Atrium.Inference.Speaking.Ssml;

/// <summary>Elements whose text is said otherwise than it is written.</summary>
/// <param name="at">The element.</param>
internal sealed class SsmlSayings(SsmlCursor at)
{
    /// <summary><c>say-as</c>: a number, a date and the like, in words. Null where nothing is in it.</summary>
    public SsmlSaid? ReadSayAs(SpeechStyle style)
    {
        var what = at.Attribute("interpret-as");
        var form = at.Attribute("format") ?? "";
        if (string.IsNullOrWhiteSpace(what))
        {
            at.Report("'say-as' needs the attribute interpret-as, such as cardinal, ordinal, characters, date, time or telephone.");
        }

        var text = at.ReadText();
        if (text.Trim().Length == 0)
        {
            return null;
        }

        var words = style.Voice.Language == "en" ? SayAs.InWords(text, what?.Trim() ?? "", form) : SayAsAnywhere.InWords(text, what?.Trim() ?? "");
        return new(new(words, style) { Written = text.Trim() }, text.Length);
    }

    /// <summary><c>sub</c>: its alias is said. Null where it has none.</summary>
    public SsmlSaid? ReadSub(SpeechStyle style)
    {
        var alias = at.Attribute("alias");
        if (string.IsNullOrWhiteSpace(alias))
        {
            at.Report("'sub' needs the attribute alias: what is said in place of its text.");
        }

        var text = at.ReadText();
        return string.IsNullOrWhiteSpace(alias) ? null : new(new(alias, style) { Written = text.Trim().Length > 0 ? text.Trim() : null }, alias.Length);
    }

    /// <summary><c>phoneme</c>: its phones are said.</summary>
    public SsmlSaid ReadPhoneme(SpeechStyle style)
    {
        var alphabet = (at.Attribute("alphabet") ?? "ipa").Trim();
        var pronunciation = at.Attribute("ph");
        IReadOnlyList<string>? phones = null;
        if (string.IsNullOrWhiteSpace(pronunciation))
        {
            at.Report("'phoneme' needs the attribute ph: how its text is pronounced.");
        }
        else if (!PhoneticAlphabets.Names.Contains(alphabet))
        {
            at.Report($"'phoneme' has the alphabets {string.Join(", ", PhoneticAlphabets.Names)}; found '{alphabet}'.");
        }
        else if (style.Voice.Engine != Flite.FliteVoices.Engine && style.Voice.Engine.Length > 0)
        {
            at.Report($"'phoneme' is possible with the English voices of flite only, and the voice here is {style.Voice.Engine}'s.");
        }
        else if (!PhoneticAlphabets.TryRead(alphabet, pronunciation, out phones, out var unknown))
        {
            at.Report($"'{unknown}' in '{pronunciation}' is no English phone of the alphabet {alphabet}.");
        }

        var text = at.ReadText();
        return new(new(text.Trim().Length > 0 ? text.Trim() : "-", style) { Phones = phones, Written = text.Trim() }, text.Length);
    }
}

/// <summary>What is said for an element.</summary>
/// <param name="Step">The words, or the phones.</param>
/// <param name="Characters">That are counted for it.</param>
internal sealed record SsmlSaid(SpeechStep.Say Step, int Characters);
