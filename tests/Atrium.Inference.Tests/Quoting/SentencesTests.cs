using Atrium.Inference.Quoting;

namespace Atrium.Inference.Tests.Quoting;

public sealed class SentencesTests
{
    [Theory]
    [InlineData("One. Two! Three?", "One.|Two!|Three?")]
    [InlineData("Dr. Smith paid 3.50 euros, e.g. for tea. He left.", "Dr. Smith paid 3.50 euros, e.g. for tea.|He left.")]
    [InlineData("J. R. Miller wrote it. So did I. We all did.", "J. R. Miller wrote it.|So did I.|We all did.")]
    [InlineData("See atrium.conf and v1.2 for more.", "See atrium.conf and v1.2 for more.")]
    [InlineData("A heading\nA line wrapped\nby hand.\n\nnew paragraph", "A heading|A line wrapped by hand.|new paragraph")]
    [InlineData("- first item\n- second item", "- first item|- second item")]
    [InlineData("He said \"Stop!\" Then he ran.", "He said \"Stop!\"|Then he ran.")]
    [InlineData("猫が好き。犬も好き。", "猫が好き。|犬も好き。")]
    [InlineData("Wait... what? Yes!!! Really.", "Wait... what?|Yes!!!|Really.")]
    [InlineData("  \n --- \n", "")]
    [InlineData("", "")]
    public void Text_is_cut_where_a_reader_would_cut_it(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', Sentences.Split(text)));
}
