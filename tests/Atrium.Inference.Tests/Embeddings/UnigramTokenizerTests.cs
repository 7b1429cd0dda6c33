using Atrium.Inference.Embeddings;
using Atrium.Inference.Packages;

namespace Atrium.Inference.Tests.Embeddings;

public sealed class UnigramTokenizerTests(ModelCache models)
{
    private readonly UnigramTokenizer _tokenizer = UnigramTokenizer.Read(UseLiteModel.VocabularyFile(models.Store.FolderOf(ModelPackages.UseLite)));

    [Fact]
    public void The_published_example_has_its_published_tokens() =>
        Assert.Equal([341, 4125, 8, 140, 31, 19, 54], _tokenizer.Encode("Hello, how are you?"));

    [Theory]
    [InlineData("Hello, how  are\nyou? ")]
    [InlineData("Ｈｅｌｌｏ, how are you?")]
    [InlineData("𝐇𝐞𝐥𝐥𝐨, how are you?")]
    [InlineData("He\u200Bllo, how are\u00A0you?")]
    public void Text_that_reads_the_same_has_the_same_tokens(string text) =>
        Assert.Equal(_tokenizer.Encode("Hello, how are you?"), _tokenizer.Encode(text));

    [Fact]
    public void Unknown_characters_that_stand_together_are_one_unknown_token()
    {
        var one = _tokenizer.Encode("ab 漢");
        Assert.Equal(one, _tokenizer.Encode("ab 漢字漢字"));
        Assert.Equal(0, one[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void Blank_text_is_one_unknown_token(string text) => Assert.Equal([0], _tokenizer.Encode(text));

    [Fact]
    public void A_lone_half_of_a_surrogate_pair_is_read_as_unknown() => Assert.Contains(0, _tokenizer.Encode("a \ud800 b"));
}
