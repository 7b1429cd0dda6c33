using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Safety;

/// <summary>The word list of the cuss package (English), with which the sentence vectors are backed up: rare words say little to the model.</summary>
internal sealed partial class OffensiveWords
{
    /// <summary>How many numbers <see cref="Features"/> writes.</summary>
    public const int FeatureCount = 3;

    private const int Sure = 2;
    private const int Likely = 1;

    private readonly FrozenDictionary<string, int> _ratings;
    private readonly FrozenSet<string> _slurs;

    private OffensiveWords(FrozenDictionary<string, int> ratings, FrozenSet<string> slurs)
    {
        _ratings = ratings;
        _slurs = slurs;
    }

    /// <summary>Reads the list out of the package's JavaScript, which is one object of words and ratings from 0 to 2.</summary>
    public static OffensiveWords Read(string javaScriptFile)
    {
        var ratings = Ratings(javaScriptFile).ToFrozenDictionary(entry => entry.Word, entry => entry.Rating);
        using var reader = new StreamReader(typeof(OffensiveWords).Assembly.GetManifestResourceStream("Words/slurs.txt")!);
        var slurs = reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#');
        return new(ratings, slurs.SelectMany(slur => new[] { slur, slur + "s" }).ToFrozenSet());
    }

    /// <summary>The words of such a list, with ratings from 0 to 2.</summary>
    internal static IEnumerable<(string Word, int Rating)> Ratings(string javaScriptFile) => Entry().Matches(File.ReadAllText(javaScriptFile))
        .Select(match => (match.Groups["word"].Value, int.Parse(match.Groups["rating"].Value, CultureInfo.InvariantCulture)));

    /// <summary>Whether a text has a word that is surely offensive, one that is likely so, and a slur: 1 or 0 each.</summary>
    public void Features(string text, Span<float> features)
    {
        features[..FeatureCount].Clear();
        foreach (var match in Word().EnumerateMatches(text))
        {
            var word = text.Substring(match.Index, match.Length).ToLowerInvariant();
            var rating = _ratings.GetValueOrDefault(word);
            features[0] = Math.Max(features[0], rating == Sure ? 1 : 0);
            features[1] = Math.Max(features[1], rating == Likely ? 1 : 0);
            features[2] = Math.Max(features[2], _slurs.Contains(word) ? 1 : 0);
        }
    }

    /// <summary>Whether a word is surely offensive, wherever it stands.</summary>
    public bool IsProfane(string word)
    {
        var plain = word.ToLowerInvariant();
        return _ratings.GetValueOrDefault(plain) == Sure || _slurs.Contains(plain);
    }

    /// <summary>Whether a text has a word that means nothing but contempt for a group.</summary>
    public bool HasSlur(string text)
    {
        Span<float> features = stackalloc float[FeatureCount];
        Features(text, features);
        return features[2] > 0;
    }

    [GeneratedRegex(@"^\s*'?(?<word>[^':\n]+)'?: (?<rating>[012]),?$", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\p{L}[\p{L}\p{Nd}]*")]
    private static partial Regex Word();
}
