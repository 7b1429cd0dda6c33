using Atrium.Inference.Embeddings;

namespace Atrium.Inference.Tests.Embeddings;

public sealed class TextFoldingTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData(" \t two \r\n  words ", "two words")]
    [InlineData("cafe\u0301 nai\u0308ve", "café naïve")]
    [InlineData("ﬁne ﬂow…", "fine flow...")]
    [InlineData("ＡＢＣ１２３", "ABC123")]
    [InlineData("𝒜𝒷𝟙𝟚", "Ab12")]
    [InlineData("Ⓐⓩ", "Az")]
    [InlineData("k\u200Bi\u00ADl\u2060l", "kill")]
    [InlineData("q\u0301", "q\u0301")]
    [InlineData("日本 語", "日本 語")]
    [InlineData("½ cup, 5 m², №3, ①, Ⅳ, µ", "1⁄2 cup, 5 m2, No3, 1, IV, μ")]
    [InlineData("", "")]
    public void Characters_that_mean_the_same_become_the_same(string text, string folded) => Assert.Equal(folded, TextFolding.Fold(text));

    [Fact]
    public void Folding_twice_changes_nothing_more() =>
        CsCheck.Check.Sample(CsCheck.Gen.String, text => TextFolding.Fold(TextFolding.Fold(text)) == TextFolding.Fold(text));
}
