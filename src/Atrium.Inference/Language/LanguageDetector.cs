using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Language;

/// <summary>Tells in which of 60 languages a text is written, from the n-grams of its UTF-8 bytes. After npm <c>eld</c> 2.1.0 (Nito T.M., Apache-2.0), with its medium table.</summary>
public sealed partial class LanguageDetector
{
    /// <summary>As answers name it.</summary>
    public const string Name = "eld-m60";

    private const int MostCharacters = 1000;
    private const int MostWordBytes = 70;
    private const int CutAfterBytes = 350;
    private const int CutWordAfterBytes = 380;

    /// <summary>The table's scores are stored less their minimum.</summary>
    private const int BaseScore = 53;

    /// <summary>What brings a score per n-gram between 0 and 1.</summary>
    private const double Scale = 25;

    /// <summary>A result is reliable from so many n-grams, at such a part of the language's mean score, with such a lead before the next language; the numbers are eld's.</summary>
    private const int FewestNgrams = 3;
    private const double LeastOfMean = 0.75;
    private const double LeastLead = 0.01;

    /// <summary>How near an expected language must come to the likeliest one's score to go before it.</summary>
    private const double NearlyAsLikely = 0.8;

    /// <summary>The most confidence in a result that is not reliable.</summary>
    private const double Guess = 0.5;

    private readonly FrozenDictionary<string, (byte Language, byte Score)[]> _ngrams;
    private readonly string[] _codes;
    private readonly char[] _bytes;
    private readonly FrozenDictionary<string, double> _means;

    private LanguageDetector(string folder)
    {
        var source = Path.Combine(folder, "src");
        var table = Path.Combine(source, "ngrams", "medium.js");
        _ngrams = NgramTable.Read(table).ToFrozenDictionary(StringComparer.Ordinal);
        _codes = [.. Code().Matches(File.ReadLines(table).First(line => line.Contains("languages:{", StringComparison.Ordinal))[..1000]).Select(match => match.Groups[1].Value)];
        _bytes = [.. Character().Matches(File.ReadAllText(Path.Combine(source, "dictionary.js")).Split('[', 2)[1]).Select(match => match.Groups[1].Value[^1])];
        _means = Mean().Matches(File.ReadAllText(Path.Combine(source, "avgScore.js")))
            .ToFrozenDictionary(match => match.Groups[1].Value, match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>Reads the package's tables.</summary>
    public static LanguageDetector Open(string packageFolder) => new(packageFolder);

    /// <summary>The likeliest language; null for a text without letters of a known one.</summary>
    public DetectedLanguage? Detect(string text) => Detect(text, []);

    /// <summary>The likeliest language. Where the text leaves it open, one that is expected goes before others that are hardly likelier.</summary>
    /// <param name="text">The text.</param>
    /// <param name="expected">Codes of languages that it may well be in.</param>
    public DetectedLanguage? Detect(string text, IReadOnlyCollection<string> expected)
    {
        var ngrams = NgramsOf(WordsOf(Separators().Replace(text[..Math.Min(text.Length, MostCharacters)], " ").Trim().ToLowerInvariant()));
        var scores = new int[_codes.Length];
        foreach (var (language, frequency) in ngrams.SelectMany(ngram => _ngrams.GetValueOrDefault(ngram, [])))
        {
            scores[language] += frequency + BaseScore;
        }

        var best = Array.IndexOf(scores, scores.Max());
        if (scores[best] == 0)
        {
            return null;
        }

        var score = Scaled(scores[best], ngrams.Count);
        var next = Scaled(scores.Where((_, language) => language != best).Max(), ngrams.Count);
        var confidence = Math.Min(1, score / _means[_codes[best]]);
        var isReliable = ngrams.Count >= FewestNgrams && confidence >= LeastOfMean && score - next >= LeastLead;
        if (!isReliable && expected.Count > 0 && !expected.Contains(_codes[best]))
        {
            var likeliest = Enumerable.Range(0, scores.Length).Where(language => expected.Contains(_codes[language])).DefaultIfEmpty(best).MaxBy(language => scores[language]);
            (best, confidence) = scores[likeliest] >= scores[best] * NearlyAsLikely ? (likeliest, Math.Min(1, Scaled(scores[likeliest], ngrams.Count) / _means[_codes[likeliest]])) : (best, confidence);
        }

        return new(_codes[best], LanguageNames.Of(_codes[best]), Math.Round(isReliable ? confidence : Math.Min(confidence, Guess), 2));
    }

    /// <summary>From 0 to 1.</summary>
    private static double Scaled(int score, int ngrams)
    {
        var perNgram = (double)score / ngrams;
        return perNgram / (perNgram + Scale);
    }

    /// <summary>The words of a text, a character for each byte of its UTF-8, up to some 350 bytes.</summary>
    private List<string> WordsOf(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var count = 0;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            count += length;
            if (rune.Value == ' ')
            {
                End();
                if (count - 1 > CutAfterBytes)
                {
                    break;
                }
            }
            else if (rune.IsAscii)
            {
                word.Append((char)rune.Value);
            }
            else
            {
                foreach (var part in utf8[..length])
                {
                    word.Append(_bytes[part]);
                }
            }

            if (count > CutWordAfterBytes)
            {
                break;
            }
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>Four bytes at every third, with the spaces that begin and end a word.</summary>
    private static HashSet<string> NgramsOf(List<string> words)
    {
        var ngrams = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var length = Math.Min(word.Length, MostWordBytes);
            var at = 0;
            for (; at + 4 < length; at += 3)
            {
                ngrams.Add(string.Concat(at == 0 ? " " : "", word.AsSpan(at, 4)));
            }

            ngrams.Add(string.Concat(at == 0 ? " " : "", word.AsSpan(Math.Max(0, length - 4)), " "));
        }

        return ngrams;
    }

    [GeneratedRegex(@"[^\p{L}]+(?<!['`’])", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();

    [GeneratedRegex(@"\b\d+:'([a-z]{2})'")]
    private static partial Regex Code();

    [GeneratedRegex(@"'(\\?.)'")]
    private static partial Regex Character();

    [GeneratedRegex(@"'([a-z]{2})': (0\.\d+)")]
    private static partial Regex Mean();
}
