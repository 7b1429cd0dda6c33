namespace Atrium.Inference.Speaking;

/// <summary>When the words of a phrase are heard. Pure.</summary>
internal static class WordTimes
{
    /// <summary>By their phones.</summary>
    /// <param name="phones">Of the phrase, with its silences.</param>
    /// <param name="ends">For each word the place behind its last phone.</param>
    public static IReadOnlyList<(TimeSpan Begin, TimeSpan End)> ByPhones(IReadOnlyList<Phone> phones, IReadOnlyList<int> ends)
    {
        var times = new List<(TimeSpan, TimeSpan)>(ends.Count);
        var first = 0;
        foreach (var end in ends)
        {
            while (first < end && phones[first].IsSilence)
            {
                first++;
            }

            var begin = first == 0 ? TimeSpan.Zero : phones[first - 1].End;
            times.Add((begin, end == 0 ? begin : phones[end - 1].End < begin ? begin : phones[end - 1].End));
            first = end;
        }

        return times;
    }

    /// <summary>By their length within what is heard, where their phones are not known.</summary>
    public static IReadOnlyList<(TimeSpan Begin, TimeSpan End)> ByLength(Phrase phrase, PhraseAudio audio)
    {
        var (lead, tail) = SilentEnds.Of(audio);
        var heard = audio.Duration - lead - tail;
        var characters = phrase.Words.Sum(word => word.Text.Length);
        var times = new List<(TimeSpan, TimeSpan)>(phrase.Words.Count);
        var before = 0;
        foreach (var word in phrase.Words)
        {
            var behind = before + word.Text.Length;
            times.Add((lead + (heard * before / characters), lead + (heard * behind / characters)));
            before = behind;
        }

        return times;
    }
}
