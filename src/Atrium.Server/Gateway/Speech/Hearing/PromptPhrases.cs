using System.Text.RegularExpressions;
using Atrium.Inference.Hearing.Phrases;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>
/// The names in a <c>prompt</c> of the OpenAI API, which is a text as it might have come before: words with a capital, a digit or a capital inside, neighbours together.
/// A word that only begins a sentence counts where all that stands between two marks is names, as in a list of them. What the prompt says otherwise has no effect. Pure.
/// </summary>
internal static partial class PromptPhrases
{
    /// <summary>The last ones count, as with the model that prompts were made for.</summary>
    private const int Most = 100;

    public static PhraseList? Of(string? prompt)
    {
        var names = Sentence().Split(prompt ?? "").SelectMany(OfSentence).Where(name => name.Length is > 1 and <= PhraseList.LongestPhrase).Distinct(StringComparer.Ordinal).TakeLast(Most).ToList();
        return names.Count > 0 ? new(names) : null;
    }

    private static IEnumerable<string> OfSentence(string sentence)
    {
        var isFirst = true;
        foreach (var part in Mark().Split(sentence))
        {
            var words = part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var isList = Array.TrueForAll(words, IsName);
            var run = new List<string>();
            foreach (var word in words)
            {
                if (IsName(word) && (!isFirst || isList || IsNameAnywhere(word)))
                {
                    run.Add(word);
                }
                else if (run.Count > 0)
                {
                    yield return string.Join(' ', run);
                    run.Clear();
                }

                isFirst = false;
            }

            if (run.Count > 0)
            {
                yield return string.Join(' ', run);
            }
        }
    }

    private static bool IsName(string word) => char.IsUpper(word[0]) || IsNameAnywhere(word);

    private static bool IsNameAnywhere(string word) => word.Any(char.IsLetter) && word.Skip(1).Any(c => char.IsUpper(c) || char.IsDigit(c));

    [GeneratedRegex(@"(?<=[.!?])\s+|[\r\n]+")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"[,;:()""“”]|[.!?](?=\s|$)")]
    private static partial Regex Mark();
}
