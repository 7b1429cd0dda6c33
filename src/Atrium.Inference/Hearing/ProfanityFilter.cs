using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Atrium.Inference.Safety;

namespace Atrium.Inference.Hearing;

/// <summary>What is done with profanity in a text.</summary>
public enum ProfanityMode
{
    /// <summary>Nothing.</summary>
    Raw,

    /// <summary>Each letter becomes an asterisk.</summary>
    Masked,

    /// <summary>Each letter but the first becomes an asterisk.</summary>
    MaskedBehindFirst,

    /// <summary>The word goes.</summary>
    Removed,

    /// <summary>The word is put into a profanity element.</summary>
    Tagged,
}

/// <summary>Finds profanity by a word list (English).</summary>
public sealed partial class ProfanityFilter
{
    /// <summary>Words that the list takes for likely only, because of what else they mean; spoken English masks them.</summary>
    private static readonly FrozenSet<string> Also = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "shit", "shits", "bitch", "bitches", "bastard", "bastards");

    private readonly OffensiveWords _words;

    internal ProfanityFilter(OffensiveWords words) => _words = words;

    /// <summary>The text as the mode wants it.</summary>
    public string Apply(string text, ProfanityMode mode)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (mode is ProfanityMode.Raw)
        {
            return text;
        }

        var done = Word().Replace(text, match => !_words.IsProfane(match.Value) && !Also.Contains(match.Value) ? match.Value : mode switch
        {
            ProfanityMode.Masked => new string('*', match.Length),
            ProfanityMode.MaskedBehindFirst => match.Value[0] + new string('*', match.Length - 1),
            ProfanityMode.Tagged => $"<profanity>{match.Value}</profanity>",
            _ => "",
        });
        return mode is ProfanityMode.Removed ? Spaces().Replace(done, " ").Trim() : done;
    }

    [GeneratedRegex(@"\p{L}[\p{L}\p{Nd}]*")]
    private static partial Regex Word();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
