using Atrium.Inference.Hearing;

namespace Atrium.Bench;

/// <summary>Recordings of several people put behind one another, and who says what.</summary>
/// <param name="Samples">16 kHz, mono.</param>
/// <param name="Turns">What is said without a pause by one of them, five seconds at most.</param>
internal sealed record Conversation(float[] Samples, IReadOnlyList<ConversationTurn> Turns)
{
    private const int Block = SpeechAudio.SampleRate / 20;
    private const float Level = 0.06f;

    /// <summary>Of the level; a softer block is a pause.</summary>
    private const float Quiet = 0.15f;
    private const int LongestPause = 6;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>At one level, and with no pause of more than a third of a second.</summary>
    public static float[] WithoutPauses(float[] samples)
    {
        var blocks = samples.Chunk(Block).Where(block => block.Length == Block).ToList();
        var loud = blocks.ConvertAll(Loudness);
        var level = loud.Order().ElementAt(loud.Count * 3 / 4);
        var (kept, pause) = (new List<float>(), 0);
        for (var i = 0; i < blocks.Count; i++)
        {
            pause = loud[i] < Quiet * level ? pause + 1 : 0;
            if (pause <= LongestPause)
            {
                kept.AddRange(blocks[i].Select(sample => sample * Level / level));
            }
        }

        return [.. kept];
    }

    /// <summary>Turns of 3 to 10 seconds with a tenth to seven tenths of a second between them, the same for the same seed.</summary>
    public static Conversation Of(IReadOnlyList<float[]> people, int count, int seed, double seconds)
    {
        // The same in every run: a linear congruential generator's.
        var state = (uint)((seed * 2654435761L) + 12345);
        double Next() => (state = (state * 1664525) + 1013904223) / (double)uint.MaxValue;
        var here = Enumerable.Range(0, people.Count).Select(person => (Person: person, At: Next())).OrderBy(person => person.At).Take(count).Select(person => person.Person).ToList();
        var at = here.ToDictionary(person => person, person => (int)(Next() * people[person].Length));
        var (samples, turns, last) = (new List<float>(new float[SpeechAudio.SampleRate / 2]), new List<ConversationTurn>(), -1);
        while (samples.Count < seconds * SpeechAudio.SampleRate)
        {
            var others = here.Where(person => person != last || count == 1).ToList();
            last = others[Math.Min(others.Count - 1, (int)(Next() * others.Count))];
            var (voice, from) = (people[last], at[last]);
            var length = (int)((3 + (7 * Next())) * SpeechAudio.SampleRate);
            for (var (said, pieces) = (0, (length / (5 * SpeechAudio.SampleRate)) + 1); said < pieces; said++)
            {
                var (begin, end) = ((long)length * said / pieces, (long)length * (said + 1) / pieces);
                turns.Add(new(last, SpeechAudio.TimeOf(samples.Count + begin), SpeechAudio.TimeOf(end - begin)));
            }

            samples.AddRange(Enumerable.Range(from, length).Select(i => voice[i % voice.Length]));
            samples.AddRange(new float[(int)((0.1 + (0.6 * Next())) * SpeechAudio.SampleRate)]);
            at[last] = (from + length) % voice.Length;
        }

        return new([.. samples], turns);
    }

    /// <summary>The share of speech that is given to the wrong speaker, speakers named as favourably as possible.</summary>
    public double Wrong(Func<TimeSpan, TimeSpan, int?> at) => Wrong(
        from turn in Turns
        from step in Enumerable.Range(0, (int)(turn.Duration / Step))
        let offset = turn.Offset + (step * Step)
        where Loudness(Samples.AsSpan((int)(offset.TotalSeconds * SpeechAudio.SampleRate), Block).ToArray()) > Quiet * Level
        select (turn.Speaker, at(offset, Step), 1.0));

    /// <summary>The same where each turn has one speaker.</summary>
    public double WrongTurns(IReadOnlyDictionary<int, int?> told) => Wrong(Turns.Select((turn, index) => (turn.Speaker, told[index], turn.Duration.TotalSeconds)));

    private static double Wrong(IEnumerable<(int Speaker, int? Told, double Weight)> pieces)
    {
        var all = pieces.ToList();
        var (speakers, names) = (all.Select(piece => piece.Speaker).Distinct().ToList(), all.Select(piece => piece.Told).Where(told => told is not null).Distinct().ToList());
        var shared = speakers.Select(speaker => names.Select(name => all.Where(piece => piece.Speaker == speaker && piece.Told == name).Sum(piece => piece.Weight)).ToArray()).ToList();
        double Best(int speaker, long used) => speaker == shared.Count ? 0
            : Math.Max(Best(speaker + 1, used), Enumerable.Range(0, names.Count).Where(name => (used >> name & 1) == 0).Select(name => shared[speaker][name] + Best(speaker + 1, used | 1L << name)).DefaultIfEmpty(0).Max());
        return 1 - (Best(0, 0) / all.Sum(piece => piece.Weight));
    }

    private static float Loudness(float[] block) => MathF.Sqrt(block.Average(sample => sample * sample));
}

/// <summary>What one says.</summary>
internal sealed record ConversationTurn(int Speaker, TimeSpan Offset, TimeSpan Duration);
