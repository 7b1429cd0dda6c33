using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Language;

/// <summary>The phrases of an English text that carry its matter, by RAKE (S. Rose et al., Automatic keyword extraction from individual documents, 2010).</summary>
public static partial class KeyPhrases
{
    /// <summary>As answers name it.</summary>
    public const string Name = "rake-en";

    /// <summary>Longer runs of words are seldom a name of something.</summary>
    private const int MostWords = 4;

    /// <summary>A third of a text's words, as its authors found best, but of a short text these.</summary>
    private const int FewestKept = 10;

    private static readonly FrozenSet<string> StopWords = (
        "a about above across after again against all almost alone along already also although always am among an and another any anybody anyone anything anywhere are aren't around as at away be became "
        + "because become becomes been before began behind being below between both but by came can can't cannot come could couldn't did didn't do does doesn't doing don't done down during each either enough etc even ever "
        + "every everybody everyone everything everywhere few find first for found founded from further gave get gets getting give given gives go goes going gone got had hadn't has hasn't have haven't having he he's hence her here hers herself "
        + "him himself his how however i i'd i'll i'm i've if in indeed instead into is isn't it it's its itself just keep kept know known last later least less let let's like likely made make makes making many may maybe me might mine more "
        + "most mostly much must my myself near need needs neither never next no nobody none nor not nothing now nowhere of off often on once one only onto or other others our ours ourselves out over own per perhaps please put quite "
        + "rather really said same saw say says see seem seemed seems seen several shall she she's should shouldn't show since so some somebody someone something sometimes somewhere still such take taken than that that's the their theirs them "
        + "themselves then there there's therefore these they they're they've thing things think this those though through thus to today together told tomorrow too took toward towards two under until up upon us use used uses using "
        + "very via want wants was wasn't way we we'll we're we've well went were weren't what whatever when where whether which while who whole whom whose why will with within without won't would wouldn't yesterday yet you you'll you're you've your yours yourself"
    ).Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The best first, each once, as it stands in the text.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        var candidates = Clause().Matches(text).SelectMany(clause => CandidatesOf(clause.Value)).ToList();
        var words = candidates.SelectMany(phrase => phrase.Select(word => (Word: word, Degree: phrase.Length)))
            .GroupBy(found => found.Word, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(word => word.Key, word => word.Average(found => found.Degree), StringComparer.OrdinalIgnoreCase);
        return
        [
            .. candidates.OrderByDescending(phrase => phrase.Sum(word => words[word])).Select(phrase => string.Join(' ', phrase))
                .Distinct(StringComparer.OrdinalIgnoreCase).Take(Math.Max(FewestKept, words.Count / 3)),
        ];
    }

    /// <summary>The runs of words between stop words.</summary>
    private static IEnumerable<string[]> CandidatesOf(string clause)
    {
        var run = new List<string>();
        foreach (var word in Word().Matches(clause).Select(match => match.Value).Append("the"))
        {
            if (!StopWords.Contains(word.Replace('’', '\'')))
            {
                run.Add(word);
                continue;
            }

            if (run.Count is > 0 and <= MostWords && run.Exists(part => part.Length > 1 && part.Any(char.IsLetter)))
            {
                yield return [.. run];
            }

            run.Clear();
        }
    }

    /// <summary>What no punctuation interrupts; a full stop inside a word or number is none.</summary>
    [GeneratedRegex("""(?:[^\s.,;:!?()\[\]{}"“”/|–—]|[.,](?=[\p{L}\p{Nd}])|[ \t])+""", RegexOptions.CultureInvariant)]
    private static partial Regex Clause();

    [GeneratedRegex(@"[\p{L}\p{Nd}](?:[\p{L}\p{Nd}\p{M}]|[.,'’&+#-](?=[\p{L}\p{Nd}])|[+#])*", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
