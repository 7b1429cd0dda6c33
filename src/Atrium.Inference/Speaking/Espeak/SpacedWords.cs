namespace Atrium.Inference.Speaking.Espeak;

/// <summary>Words that were said with long silences between, and where they lie in the phrase that was said at once. Pure.</summary>
internal static class SpacedWords
{
    /// <summary>Between words that are said apart; a shorter silence is a consonant's.</summary>
    public static readonly TimeSpan LeastGap = TimeSpan.FromMilliseconds(180);

    /// <summary>Between clauses, however they are said.</summary>
    public static readonly TimeSpan ClausePause = TimeSpan.FromMilliseconds(90);

    private static readonly TimeSpan LeastWord = TimeSpan.FromMilliseconds(15);

    /// <summary>Of 32768: what is below is not heard.</summary>
    private const int Quiet = 2;

    /// <summary>What is heard between silences.</summary>
    public static IReadOnlyList<(TimeSpan Begin, TimeSpan End)> Find(ReadOnlySpan<short> samples, int rate, TimeSpan leastSilence)
    {
        var (silence, word) = ((int)(leastSilence.TotalSeconds * rate), (int)(LeastWord.TotalSeconds * rate));
        var found = new List<(TimeSpan, TimeSpan)>();
        var (begin, last) = (-1, -1);
        for (var at = 0; at <= samples.Length; at++)
        {
            if (at < samples.Length && samples[at] is > Quiet or < -Quiet)
            {
                begin = begin < 0 ? at : begin;
                last = at;
            }
            else if (begin >= 0 && (at == samples.Length || at - last >= silence))
            {
                if (last - begin >= word)
                {
                    found.Add((TimeSpan.FromSeconds((double)begin / rate), TimeSpan.FromSeconds((double)last / rate)));
                }

                begin = -1;
            }
        }

        return found;
    }

    /// <summary>
    /// The phones of words that were said apart, as they lie in the phrase that was said at once. The longest silences are those
    /// that are there too: what lies between two of them is laid over what is heard between two there, in proportion.
    /// </summary>
    /// <param name="phones">Of each word.</param>
    /// <param name="apart">The words as they were said apart.</param>
    /// <param name="clauses">What is heard of the phrase between its silences.</param>
    public static IReadOnlyList<Phone> Spread(IReadOnlyList<IReadOnlyList<string>> phones, IReadOnlyList<(TimeSpan Begin, TimeSpan End)> apart, IReadOnlyList<(TimeSpan Begin, TimeSpan End)> clauses)
    {
        if (clauses.Count > apart.Count)
        {
            clauses = [(clauses[0].Begin, clauses[^1].End)];
        }

        var silences = apart.Zip(apart.Skip(1), (word, next) => next.Begin - word.End);
        int[] firsts = [0, .. silences.Index().OrderByDescending(silence => silence.Item).Take(clauses.Count - 1).Select(silence => silence.Index + 1).Order()];
        var spread = new List<Phone>();
        for (var clause = 0; clause < clauses.Count; clause++)
        {
            var end = clause + 1 < clauses.Count ? firsts[clause + 1] : apart.Count;
            Lay(phones, apart, (firsts[clause], end), clauses[clause], spread);
        }

        return spread;
    }

    private static void Lay(
        IReadOnlyList<IReadOnlyList<string>> phones, IReadOnlyList<(TimeSpan Begin, TimeSpan End)> apart, (int First, int End) words, (TimeSpan Begin, TimeSpan End) clause, List<Phone> into)
    {
        var lengths = Enumerable.Range(words.First, words.End - words.First).Select(word => apart[word].End - apart[word].Begin).ToList();
        var scale = (clause.End - clause.Begin) / lengths.Aggregate(TimeSpan.Zero, (sum, length) => sum + length);
        var at = clause.Begin;
        if (at > TimeSpan.Zero)
        {
            into.Add(new(Phone.Silence, at));
        }

        for (var i = 0; i < lengths.Count; i++)
        {
            var own = phones[words.First + i];
            for (var phone = 1; phone <= own.Count; phone++)
            {
                into.Add(new(own[phone - 1], at + (lengths[i] * scale * phone / own.Count)));
            }

            at += lengths[i] * scale;
        }
    }
}
