using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Atrium.Inference.Language;
using Atrium.Inference.Safety;

namespace Atrium.Inference.Translation;

/// <summary>Finds profane words by the lists of the cuss package: those that it rates as surely profane.</summary>
public sealed partial class ProfaneWords
{
    private const int Sure = 2;

    /// <summary>The list of each language.</summary>
    private static readonly FrozenDictionary<string, string> Files = new Dictionary<string, string>
    {
        ["en"] = "index.js", ["es"] = "es.js", ["fr"] = "fr.js", ["it"] = "it.js", ["pt"] = "pt.js", ["pt-pt"] = "pt-pt.js",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, FrozenSet<string>> _words;

    private ProfaneWords(string folder) => _words = Files.ToFrozenDictionary(
        list => list.Key,
        list => OffensiveWords.Ratings(Path.Combine(folder, list.Value)).Where(entry => entry.Rating == Sure).Select(entry => entry.Word.ToLowerInvariant()).ToFrozenSet());

    /// <summary>The languages that have a list.</summary>
    public static IEnumerable<string> Languages => Files.Keys.Order(StringComparer.Ordinal);

    /// <summary>Reads the package's lists.</summary>
    public static ProfaneWords Open(string packageFolder) => new(packageFolder);

    /// <summary>Where profane words stand in a text, in order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    public IEnumerable<TextSpan> Find(string text, string language)
    {
        var words = _words[language];
        return Word().Matches(text).Where(word => words.Contains(word.Value.ToLowerInvariant())).Select(word => new TextSpan(word.Index, word.Length));
    }

    [GeneratedRegex(@"[\p{L}\p{M}]+")]
    private static partial Regex Word();
}
