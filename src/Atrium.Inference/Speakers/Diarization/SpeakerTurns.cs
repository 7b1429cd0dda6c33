using Atrium.Inference.Hearing;

namespace Atrium.Inference.Speakers.Diarization;

/// <summary>Who speaks when in an audio. Speakers are numbers from 1 on, in the order in which they are first heard. Pure.</summary>
public sealed class SpeakerTurns
{
    private readonly int[] _times;
    private readonly int[] _speakers;

    /// <param name="times">Numbers of the frames in which somebody speaks, rising.</param>
    /// <param name="labels">Whose voice each is.</param>
    internal SpeakerTurns(int[] times, int[] labels)
    {
        var order = new Dictionary<int, int>();
        _times = times;
        _speakers = Array.ConvertAll(labels, label => order.TryGetValue(label, out var speaker) ? speaker : order[label] = order.Count + 1);
        Count = order.Count;
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Who speaks longest in a time; who speaks next to it where nobody does, and null where nobody speaks at all.</summary>
    public int? At(TimeSpan offset, TimeSpan duration)
    {
        if (_times.Length == 0)
        {
            return null;
        }

        var (first, end) = (IndexOf(offset), IndexOf(offset + duration));
        if (first >= end)
        {
            return _speakers[Math.Clamp(first, 0, _speakers.Length - 1)];
        }

        return _speakers[first..end].CountBy(speaker => speaker).MaxBy(pair => pair.Value).Key;
    }

    /// <summary>A phrase with its speaker. One whose words have times is taken apart where another speaker goes on.</summary>
    public IEnumerable<SpeechPhrase> Of(SpeechPhrase phrase)
    {
        ArgumentNullException.ThrowIfNull(phrase);
        var speakers = phrase.Words.Select(word => At(word.Offset, word.Duration)).ToList();
        if (speakers.Distinct().Count() < 2)
        {
            return [phrase with { Speaker = speakers is [var only, ..] ? only : At(phrase.Offset, phrase.Duration) }];
        }

        var places = PlacesOf(phrase);
        var parts = new List<SpeechPhrase>();
        for (int first = 0, end = 1; first < speakers.Count; first = end++)
        {
            while (end < speakers.Count && speakers[end] == speakers[first])
            {
                end++;
            }

            var words = phrase.Words.Skip(first).Take(end - first).ToList();
            var from = first == 0 ? phrase.Offset : words[0].Offset;
            var to = end == speakers.Count ? phrase.Offset + phrase.Duration : words[^1].Offset + words[^1].Duration;
            parts.Add(phrase with
            {
                Text = places is null ? string.Join(' ', words.Select(word => word.Text)) : phrase.Text[(first == 0 ? 0 : places[first])..(end == places.Count ? phrase.Text.Length : places[end])].Trim(),
                Offset = from,
                Duration = to > from ? to - from : TimeSpan.Zero,
                Confidence = words.Average(word => word.Confidence),
                Words = words,
                Tokens = [],
                Speaker = speakers[first],
            });
        }

        return parts;
    }

    /// <summary>Where the words stand in the text of the phrase, which has the marks and the spaces that they lack; null where they do not stand in it as they are.</summary>
    private static List<int>? PlacesOf(SpeechPhrase phrase)
    {
        var (places, from) = (new List<int>(), 0);
        foreach (var word in phrase.Words)
        {
            var at = phrase.Text.IndexOf(word.Text, from, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return null;
            }

            places.Add(at);
            from = at + word.Text.Length;
        }

        return places;
    }

    private int IndexOf(TimeSpan time)
    {
        var found = Array.BinarySearch(_times, (int)(time.TotalMilliseconds / SpokenFeatures.FrameMilliseconds));
        return found < 0 ? ~found : found;
    }
}
