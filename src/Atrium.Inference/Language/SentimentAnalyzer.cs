using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Language;

/// <summary>
/// How an English text feels, by the words of VADER's lexicon and its rules for negation, degree, contrast and emphasis
/// (C.J. Hutto and E.E. Gilbert, ICWSM 2014; after npm <c>vader-sentiment</c> 1.1.3, Comcast, Apache-2.0).
/// </summary>
public sealed partial class SentimentAnalyzer
{
    /// <summary>As answers name it.</summary>
    public const string Name = "vader-en";

    private const double Degree = 0.293;
    private const double Capitals = 0.733;
    private const double Negation = -0.74;

    /// <summary>Approximates the greatest sum that is expected.</summary>
    private const double Normalization = 15;

    private readonly FrozenDictionary<string, double> _lexicon;

    private SentimentAnalyzer(string lexiconFile)
    {
        var lexicon = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var fields in File.ReadLines(lexiconFile).Select(line => line.Split('\t')).Where(fields => fields.Length > 1))
        {
            lexicon[fields[0]] = double.Parse(fields[1], CultureInfo.InvariantCulture);
        }

        _lexicon = lexicon.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Reads the package's lexicon.</summary>
    public static SentimentAnalyzer Open(string packageFolder) => new(Path.Combine(packageFolder, "vader_lexicon.txt"));

    /// <summary>The scores of one sentence.</summary>
    public SentimentScores Analyze(string sentence) => SentimentScores.Of(Compound(sentence));

    /// <summary>VADER's compound: from -1 for the most negative to 1.</summary>
    public double Compound(string sentence)
    {
        var words = WordsOf(sentence);
        var capitals = words.Count(IsUpper);
        var stress = capitals > 0 && capitals < words.Length;
        var ratings = words.Select((_, at) => Rate(words, at, stress)).ToArray();
        var contrast = Array.FindIndex(words, word => word is "but") is var lower and >= 0 ? lower : Array.IndexOf(words, "BUT");
        var sum = ratings.Select((rating, at) => contrast < 0 || at == contrast ? rating : at < contrast ? rating * 0.5 : rating * 1.5).Sum();
        sum += Math.Sign(sum) * EmphasisOf(sentence);
        return Math.Round(sum / Math.Sqrt((sum * sum) + Normalization), 4);
    }

    private double Rate(string[] words, int at, bool stress)
    {
        var word = words[at].ToLowerInvariant();
        var isDegree = (word == "kind" && at + 1 < words.Length && words[at + 1].Equals("of", StringComparison.OrdinalIgnoreCase)) || DegreeOf(word) != 0;
        if (isDegree || !_lexicon.TryGetValue(word, out var rating))
        {
            return 0;
        }

        if (stress && IsUpper(words[at]))
        {
            rating += rating > 0 ? Capitals : -Capitals;
        }

        for (var back = 1; back <= 3 && back <= at; back++)
        {
            if (_lexicon.ContainsKey(words[at - back].ToLowerInvariant()))
            {
                continue;
            }

            rating += Intensity(words[at - back], rating, stress) * (back == 1 ? 1 : back == 2 ? 0.95 : 0.9);
            rating = Negate(rating, words, at, back);
            rating = back == 3 ? ApplyIdioms(rating, words, at) : rating;
        }

        return IsLeast(words, at) ? rating * Negation : rating;
    }

    private static double DegreeOf(string word) => SentimentWords.Boosters.Contains(word) ? Degree : SentimentWords.Dampeners.Contains(word) ? -Degree : 0;

    /// <summary>What a word of degree before another adds to its rating.</summary>
    private static double Intensity(string word, double rating, bool stress)
    {
        var degree = DegreeOf(word.ToLowerInvariant()) * (rating < 0 ? -1 : 1);
        return degree != 0 && stress && IsUpper(word) ? degree + (rating > 0 ? Capitals : -Capitals) : degree;
    }

    private static double Negate(double rating, string[] words, int at, int back)
    {
        var isSo = words[at - 1] is "so" or "this";
        return back switch
        {
            2 when words[at - 2] is "never" && isSo => rating * 1.5,
            3 when isSo || (words[at - 3] is "never" && words[at - 2] is "so" or "this") => rating * 1.25,
            _ => SentimentWords.Negations.Contains(words[at - back]) || words[at - back].Contains("n't", StringComparison.Ordinal) ? rating * Negation : rating,
        };
    }

    private static double ApplyIdioms(double rating, string[] words, int at)
    {
        var (three, two, one, zero) = (words[at - 3], words[at - 2], words[at - 1], words[at]);
        string[] before = [$"{one} {zero}", $"{two} {one} {zero}", $"{two} {one}", $"{three} {two} {one}", $"{three} {two}"];
        string[] behind = [string.Join(' ', words.Skip(at).Take(3)), string.Join(' ', words.Skip(at).Take(2))];
        var idiom = behind.FirstOrDefault(SentimentWords.Idioms.ContainsKey) ?? before.FirstOrDefault(SentimentWords.Idioms.ContainsKey);
        rating = idiom is null ? rating : SentimentWords.Idioms[idiom];
        return DegreeOf($"{three} {two}") != 0 || DegreeOf($"{two} {one}") != 0 ? rating - Degree : rating;
    }

    /// <summary>"least" before a word turns it, but not "at least" and "very least".</summary>
    private bool IsLeast(string[] words, int at) =>
        at > 0 && words[at - 1].Equals("least", StringComparison.OrdinalIgnoreCase) && !_lexicon.ContainsKey("least")
        && !(at > 1 && words[at - 2].ToLowerInvariant() is "at" or "very");

    private static double EmphasisOf(string sentence)
    {
        var questions = sentence.Count(c => c == '?');
        return (Math.Min(sentence.Count(c => c == '!'), 4) * 0.292) + (questions > 3 ? 0.96 : questions > 1 ? questions * 0.18 : 0);
    }

    private static bool IsUpper(string word) => word.Any(char.IsAsciiLetterUpper) && !word.Any(char.IsAsciiLetterLower);

    /// <summary>The words without the marks round them; emoticons and contractions stay.</summary>
    private static string[] WordsOf(string sentence)
    {
        var bare = Space().Split(Punctuation().Replace(sentence, "")).Where(word => word.Length > 1).ToHashSet(StringComparer.Ordinal);
        return [.. Space().Split(sentence).Where(token => token.Length > 1).Select(Bare)];

        string Bare(string token)
        {
            var start = Leading().Match(token).Length;
            var end = Trailing().Match(token).Length;
            return bare.Contains(token[start..]) && IsMark(token[..start]) ? token[start..]
                : bare.Contains(token[..^end]) && IsMark(token[^end..]) ? token[..^end]
                : token;
        }
    }

    private static bool IsMark(string mark) =>
        mark is "." or "!" or "?" or "," or ";" or ":" or "-" or "'" or "\"" or "!!" or "!!!" or "??" or "???" or "?!?" or "!?!" or "?!?!" or "!?!?";

    [GeneratedRegex(@"\s")]
    private static partial Regex Space();

    [GeneratedRegex(@"[!-/:-@\[-`{-~]")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"^[!-/:-@\[-`{-~]*")]
    private static partial Regex Leading();

    [GeneratedRegex(@"[!-/:-@\[-`{-~]*$", RegexOptions.RightToLeft)]
    private static partial Regex Trailing();
}
