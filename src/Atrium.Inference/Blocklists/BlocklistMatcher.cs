using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Blocklists;

/// <summary>Finds the terms of a list in texts. Made once for each version of a list; thread-safe.</summary>
public sealed class BlocklistMatcher
{
    private readonly PhraseTree _phrases;
    private readonly ILookup<string, BlockedTerm> _byPhrase;
    private readonly (BlockedTerm Term, Regex Pattern)[] _patterns;

    /// <summary>A matcher of these terms. A phrase without a visible character matches nothing.</summary>
    public BlocklistMatcher(IReadOnlyCollection<BlockedTerm> terms)
    {
        _byPhrase = terms.Where(t => !t.IsPattern).Select(t => (Folded: FoldedText.Of(t.Text), Term: t)).Where(t => t.Folded.Length > 0).ToLookup(t => t.Folded, t => t.Term, StringComparer.Ordinal);
        _phrases = new(_byPhrase.Select(group => group.Key));
        _patterns = [.. terms.Where(t => t.IsPattern).Select(t => (t, BlockedPattern.Compile(t.Text)))];
    }

    /// <summary>What two phrases have in common that are found in the same texts; empty for one that is found nowhere.</summary>
    public static string Identity(string phrase) => FoldedText.Of(phrase);

    /// <summary>The terms that the text contains, each once, in the order of their text.</summary>
    /// <exception cref="RegexMatchTimeoutException">The patterns take too long on this text.</exception>
    public IReadOnlyList<BlockedTerm> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var phrases = _phrases.Find(FoldedText.Of(text)).SelectMany(phrase => _byPhrase[phrase]);
        var started = Stopwatch.GetTimestamp();
        var patterns = _patterns.Where(p => IsFound(p.Pattern, text, started)).Select(p => p.Term);
        return [.. phrases.Concat(patterns).OrderBy(t => t.Text, StringComparer.Ordinal).ThenBy(t => t.Id, StringComparer.Ordinal)];
    }

    private static bool IsFound(Regex pattern, string text, long started) => Stopwatch.GetElapsedTime(started) < BlockedPattern.LongestSearch
        ? pattern.IsMatch(text)
        : throw new RegexMatchTimeoutException("", pattern.ToString(), BlockedPattern.LongestSearch);
}
