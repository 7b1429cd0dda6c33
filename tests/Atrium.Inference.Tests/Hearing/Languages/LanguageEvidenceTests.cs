using Atrium.Inference.Hearing;
using Atrium.Inference.Hearing.Languages;

namespace Atrium.Inference.Tests.Hearing.Languages;

public sealed class LanguageEvidenceTests
{
    /// <summary>Frames of a second.</summary>
    private const int Second = 42;

    [Fact]
    public void At_the_start_all_speech_counts_by_its_length_until_there_is_enough()
    {
        var evidence = new LanguageEvidence(LanguageQuestion.AtStart);
        evidence.Add(-1, Second);
        Assert.True(evidence is { IsOther: true, IsSettled: false });
        evidence.Add(2, Second);
        Assert.Equal(EnglishIdentifier.Likelihood(0.5f), evidence.Likely, 5);
        evidence.Add(2, 2 * Second);
        Assert.True(evidence is { IsOther: false, IsSettled: true });
    }

    [Fact]
    public void Later_a_long_phrase_counts_for_itself_and_a_short_one_with_what_was_before()
    {
        var evidence = new LanguageEvidence(LanguageQuestion.Continuous);
        evidence.Add(3, 5 * Second);
        evidence.Add(-2, 3 * Second);
        Assert.Equal(EnglishIdentifier.Likelihood(-2), evidence.Likely, 5);
        evidence.Add(1, Second / 2);
        Assert.True(evidence is { IsOther: true, IsSettled: false });
        evidence.Add(4, Second);
        Assert.False(evidence.IsOther);
    }

    [Fact]
    public void What_is_first_counts_for_itself_however_short_it_is()
    {
        foreach (var question in (LanguageQuestion[])[LanguageQuestion.AtStart, LanguageQuestion.Continuous])
        {
            var evidence = new LanguageEvidence(question);
            evidence.Add(-3, 1);
            Assert.Equal(EnglishIdentifier.Likelihood(-3), evidence.Likely, 5);
        }
    }

    [Fact]
    public void Training_finds_what_tells_two_kinds_apart_and_finds_the_same_again()
    {
        // Feature 3 tells them apart; the others are noise of a linear congruential generator.
        var state = 1u;
        float Noise() => (float)((state = (state * 1664525) + 1013904223) / (double)uint.MaxValue);
        var speech = Enumerable.Range(0, 200).Select(i =>
        {
            var features = Enumerable.Range(0, EnglishIdentifier.Features).Select(_ => 5 + Noise()).ToArray();
            features[3] += i % 5 == 0 ? 20 : 0;
            return (features, i % 5 == 0);
        }).ToList();
        var head = EnglishTrainer.Train(speech);
        Assert.All(speech, piece => Assert.Equal(piece.Item2, head.Probability(piece.features, 0) > EnglishIdentifier.Even));
        Assert.Equal(head.ToBytes(), EnglishTrainer.Train(speech).ToBytes());
    }
}
