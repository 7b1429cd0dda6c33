namespace Atrium.Inference.Quoting;

/// <summary>What a conversation asks last, and the sentences it gives to answer that from. Pure.</summary>
internal sealed record QuoteSources(string Question, IReadOnlyList<string> Material)
{
    private const int MaxQuestions = 3;
    private const int ShortMessage = 2;

    /// <summary>
    /// The question is asked in the last user turn; all else that system, users and tools said is material. What assistants said is not:
    /// it would quote itself.
    /// </summary>
    public static QuoteSources Of(IReadOnlyList<ChatTurn> turns)
    {
        var asking = -1;
        for (var i = 0; i < turns.Count; i++)
        {
            asking = turns[i].Role == "user" ? i : asking;
        }

        if (asking < 0)
        {
            return new("", []);
        }

        var last = Sentences.Split(turns[asking].Content).ToList();
        var questions = QuestionsOf(last);
        var own = last.Where((_, at) => !questions.Contains(at));
        var material = turns.Where((turn, at) => at != asking && turn.Role != "assistant").SelectMany(turn => Answers(Sentences.Split(turn.Content).ToList())).Concat(own);
        return new(string.Join(' ', questions.Order().Select(at => last[at])), [.. material.Distinct(StringComparer.Ordinal)]);
    }

    private static HashSet<int> QuestionsOf(List<string> sentences)
    {
        var marked = Enumerable.Range(0, sentences.Count).Where(at => IsQuestion(sentences[at])).ToList();
        return marked.Count > 0
            ? [.. marked.TakeLast(MaxQuestions)]
            : sentences.Count <= ShortMessage ? [.. Enumerable.Range(0, sentences.Count)]
            : sentences[0].EndsWith(':') ? [0]
            : [sentences.Count - 1];
    }

    /// <summary>In a list of questions and answers the question is found and the answer wanted, so they stay together. A question alone answers nothing.</summary>
    private static IEnumerable<string> Answers(List<string> sentences)
    {
        for (var at = 0; at < sentences.Count; at++)
        {
            if (!IsQuestion(sentences[at]))
            {
                yield return sentences[at];
            }
            else if (at + 1 < sentences.Count && !IsQuestion(sentences[at + 1]))
            {
                yield return sentences[at] + " " + sentences[++at];
            }
        }
    }

    private static bool IsQuestion(string sentence) => sentence.TrimEnd('"', '\'', '”', '’', ')').EndsWith('?') || sentence.EndsWith('？');
}
