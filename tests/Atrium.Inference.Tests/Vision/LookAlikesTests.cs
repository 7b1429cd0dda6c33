using Atrium.Inference.Vision.Reading;

namespace Atrium.Inference.Tests.Vision;

public sealed class LookAlikesTests
{
    [Theory]
    [InlineData("c0at", "coat")]
    [InlineData("0ak", "Oak")]
    [InlineData("unti1", "until")]
    [InlineData("2O26", "2026")]
    [InlineData("O", "O")]
    [InlineData("0", "0")]
    [InlineData("Y016", "Y016")]
    [InlineData("A1-042", "A1-042")]
    [InlineData("x-1", "x-1")]
    public void What_stands_among_letters_is_a_letter_and_among_digits_a_digit(string read, string expected) => Assert.Equal(expected, SetRight(read, 0.1f));

    [Theory]
    [InlineData("c0at")]
    [InlineData("2O26")]
    [InlineData("A1")]
    public void What_the_model_rules_out_stays_as_it_was_read(string read) => Assert.Equal(read, SetRight(read, 0.01f));

    [Theory]
    [InlineData("l1", "11")]
    [InlineData("t0", "to")]
    public void In_a_word_of_two_the_model_has_to_be_in_doubt(string read, string expected)
    {
        Assert.Equal(read, SetRight(read, 0.1f));
        Assert.Equal(expected, SetRight(read, 0.3f));
    }

    /// <summary>A word whose look-alikes have the likeliest other with a score: for 0 the capital at the beginning, else the small letter.</summary>
    private static string SetRight(string read, float score) => string.Concat(LookAlikes.SetRight([.. read.Select((letter, at) => new Character(
        letter.ToString(), 0.8f, at, [.. LookAlikes.Of(letter.ToString()).Select(other => (other, other == (at == 0 ? "O" : "o") || other is "l" or "1" or "0" ? score : score / 2))]))]).Select(c => c.Text));
}
