namespace Atrium.Inference.Speaking;

/// <summary>The words of a phrase as a listener is told of them: as they are written, without their punctuation, which follows for itself. Pure.</summary>
internal static class WordEvents
{
    private static readonly char[] Edges = [.. ".,;:!?…\"()[]{}“”„«»。，！？、；：¿¡؟،؛।"];

    /// <param name="phrase">What was said.</param>
    /// <param name="times">Of its words, from the phrase's first sample.</param>
    /// <param name="origin">When that first sample is heard.</param>
    public static IEnumerable<SpokenEvent> Of(Phrase phrase, IReadOnlyList<(TimeSpan Begin, TimeSpan End)> times, TimeSpan origin)
    {
        for (var word = 0; word < phrase.Words.Count; word++)
        {
            foreach (var (_, name) in phrase.Marks.Where(mark => mark.Word == word))
            {
                yield return new(SpokenEventKind.Mark, name, origin + times[word].Begin, TimeSpan.Zero);
            }

            var written = phrase.Words[word].Written;
            if (written.Length == 0)
            {
                continue;
            }

            // What is said in several words is one where it is written.
            var last = word;
            while (last + 1 < phrase.Words.Count && phrase.Words[last + 1].Written.Length == 0)
            {
                last++;
            }

            var (begin, end) = (origin + times[word].Begin, origin + times[last].End);
            var bare = written.Trim(Edges);
            if (bare.Length > 0)
            {
                yield return new(SpokenEventKind.Word, bare, begin, end - begin);
            }

            var behind = written[(written.LastIndexOf(bare, StringComparison.Ordinal) + bare.Length)..];
            if (behind.Length > 0)
            {
                yield return new(SpokenEventKind.Punctuation, behind, end, TimeSpan.Zero);
            }
        }

        foreach (var (_, name) in phrase.Marks.Where(mark => mark.Word >= phrase.Words.Count))
        {
            yield return new(SpokenEventKind.Mark, name, origin + (times.Count == 0 ? TimeSpan.Zero : times[^1].End), TimeSpan.Zero);
        }
    }
}
