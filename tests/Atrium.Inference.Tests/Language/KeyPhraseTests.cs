using Atrium.Inference.Language;

namespace Atrium.Inference.Tests.Language;

public sealed class KeyPhraseTests
{
    [Fact]
    public void Phrases_stand_between_stop_words_and_marks()
    {
        var phrases = KeyPhrases.Of("Dr. Smith has a very modern medical office, and she has great staff.");
        Assert.Equal(["modern medical office", "great staff"], phrases.Take(2));
        Assert.Contains("Smith", phrases);
    }

    /// <summary>From the abstract that RAKE's authors show; they keep a third of its words and these are among them.</summary>
    [Fact]
    public void The_example_of_its_authors_gives_their_phrases()
    {
        var phrases = KeyPhrases.Of(
            "Compatibility of systems of linear constraints over the set of natural numbers. Criteria of compatibility of a system of linear Diophantine equations, strict inequations, and nonstrict inequations are considered.");
        Assert.Equal("linear Diophantine equations", phrases[0]);
        Assert.Contains("linear constraints", phrases);
        Assert.Contains("natural numbers", phrases);
        Assert.Contains("strict inequations", phrases);
    }

    [Theory]
    [InlineData("")]
    [InlineData("and then there was the")]
    [InlineData("12 345 !!!")]
    public void Without_matter_there_is_no_phrase(string text) => Assert.Empty(KeyPhrases.Of(text));
}
