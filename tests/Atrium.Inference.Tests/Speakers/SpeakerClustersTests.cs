using Atrium.Inference.Hearing;
using Atrium.Inference.Speakers.Diarization;

namespace Atrium.Inference.Tests.Speakers;

/// <summary>Who of several speaks, on frames of invented voices: normal distributions with middles of their own.</summary>
public sealed class SpeakerClustersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Invented_voices_are_told_apart_and_counted(int voices)
    {
        var (features, truth) = Talk(voices, turns: 24, seed: voices);
        var clusters = Clustered(features, least: 1, most: 8);
        Assert.Equal(voices, clusters.Voices);
        Assert.True(Right(clusters.Labels, truth) > 0.97, $"{Right(clusters.Labels, truth)}");
    }

    [Fact]
    public void No_more_and_no_fewer_are_told_apart_than_are_wanted()
    {
        var (features, _) = Talk(4, turns: 24, seed: 9);
        Assert.Equal(2, Clustered(features, 1, 2).Voices);
        Assert.Equal(1, Clustered(features, 1, 1).Voices);
        Assert.Equal(6, Clustered(features, 6, 8).Voices);
    }

    [Fact]
    public void Nothing_and_next_to_nothing_are_one_voice()
    {
        Assert.Empty(Clustered(new([]), 1, 2).Labels);
        Assert.Null(new SpeakerTurns([], []).At(TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        var (features, _) = Talk(1, turns: 1, seed: 3, frames: 30);
        Assert.Single(Clustered(features, 2, 2).Labels.Append(0).Distinct());
    }

    [Fact]
    public void Guests_are_known_again_when_they_go_on()
    {
        var guests = new GuestList();
        var (features, truth) = Talk(3, turns: 30, seed: 5);
        var told = new List<(int? Guest, int Voice)>();
        for (var frame = 0; frame < features.Count; frame += 400)
        {
            var part = new SpokenFeatures([.. Enumerable.Range(frame, 400)]);
            for (var i = 0; i < 400; i++)
            {
                part.Put(i, Array.ConvertAll(features[frame + i].ToArray(), value => (double)value));
            }

            part.Keep(_ => true);
            told.Add((guests.Find(part), truth[frame]));
        }

        Assert.Equal(3, told.Select(one => one.Guest).Distinct().Count());
        Assert.Equal(3, told.Distinct().Count());
        Assert.Null(guests.Find(new([])));
    }

    [Fact]
    public void A_phrase_in_which_another_goes_on_is_taken_apart_between_words()
    {
        // Frames of 10 ms: a second of the one, then a second of the other.
        var turns = new SpeakerTurns([.. Enumerable.Range(0, 200)], [.. Enumerable.Range(0, 200).Select(i => i < 100 ? 7 : 3)]);
        SpeechWord Word(string text, int from, int to) => new(text, TimeSpan.FromMilliseconds(from), TimeSpan.FromMilliseconds(to - from), 0.8f);
        var phrase = new SpeechPhrase("Are you there? Yes, I am.", TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(1900), 0.9f, [Word("Are", 50, 300), Word("you", 300, 600), Word("there?", 600, 980), Word("Yes,", 1010, 1400), Word("I", 1400, 1500), Word("am.", 1500, 1950)]);
        var parts = turns.Of(phrase).ToList();
        Assert.Equal([("Are you there?", 1, 50, 980), ("Yes, I am.", 2, 1010, 1950)], parts.Select(part => (part.Text, part.Speaker!.Value, (int)part.Offset.TotalMilliseconds, (int)(part.Offset + part.Duration).TotalMilliseconds)));
        Assert.Equal(2, turns.Of(phrase with { Words = [], Offset = TimeSpan.FromSeconds(0.8), Duration = TimeSpan.FromSeconds(1) }).Single().Speaker);
        Assert.Equal(2, turns.At(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(1)));
    }

    private static SpeakerClusters Clustered(SpokenFeatures features, int least, int most)
    {
        var clusters = new SpeakerClusters(features, least, most);
        Assert.All(clusters.Steps(), Assert.True);
        return clusters;
    }

    /// <summary>The share of frames that are right when voices are named by whom they have most of.</summary>
    private static double Right(int[] labels, int[] truth) =>
        labels.Zip(truth).GroupBy(pair => pair.First).Sum(voice => voice.CountBy(pair => pair.Second).Max(count => count.Value)) / (double)truth.Length;

    private static (SpokenFeatures Features, int[] Truth) Talk(int voices, int turns, int seed, int frames = 800)
    {
        // The same in every run: a linear congruential generator's.
        var state = (uint)seed;
        double Next() => (state = (state * 1664525) + 1013904223) / (double)uint.MaxValue;
        var middles = Enumerable.Range(0, voices).Select(_ => Enumerable.Range(0, SpeakerSums.Size).Select(_ => Next() * 2).ToArray()).ToArray();
        var truth = Enumerable.Range(0, turns * frames).Select(i => i / frames % voices).ToArray();
        var features = new SpokenFeatures([.. Enumerable.Range(0, truth.Length).Select(i => i + (i / frames * 40))]);
        for (var i = 0; i < truth.Length; i++)
        {
            features.Put(i, [.. middles[truth[i]].Select(middle => middle + Enumerable.Range(0, 6).Sum(_ => Next()) - 3)]);
        }

        features.Keep(_ => true);
        return (features, truth);
    }
}
