using Atrium.Inference.Hearing;
using Atrium.Inference.Hearing.Phrases;
using Atrium.Inference.Packages;

namespace Atrium.Inference.Tests.Hearing.Phrases;

/// <summary>What a text is worth by the phrases that are in it; a piece of a phrase is worth 1.</summary>
public sealed class PhraseTrieTests
{
    private readonly PieceVocabulary pieces = PieceVocabulary.Read(new ModelPackageStore(ModelCache.Folder, offlineFolder: null, TimeProvider.System).FolderOf(ModelPackages.SpeechVocabulary));

    [Theory]
    [InlineData("He might even have been made amiable himself.")]
    [InlineData("Szczecin, Réunion and 東京 – 2:1!")]
    public void A_text_is_split_into_pieces_that_make_it_again(string text) => Assert.Equal(text, pieces.TextOf(pieces.Split(" " + text)));

    [Fact]
    public void Common_words_are_one_piece_and_rare_ones_some()
    {
        Assert.Single(pieces.Split(" house"));
        Assert.InRange(pieces.Split(" Szczecin").Count, 3, 6);
    }

    [Theory]
    [InlineData("We met Contoso yesterday.", true, "Contoso")]
    [InlineData("Contoso's", true, "Contoso")]
    [InlineData("We met Contosonians yesterday.", false, "Contoso")]
    [InlineData("We met Cont yesterday.", false, "Contoso")]
    [InlineData("To New York City.", true, "New York City", "New York")]
    [InlineData("To New York again.", true, "New York City", "New York")]
    [InlineData("To New New York.", true, "New York")]
    [InlineData("To New Jersey.", false, "New York")]
    [InlineData("The big New York.", true, "big New Delhi", "New York")]
    [InlineData("contoso", false, "Contoso")]
    [InlineData("Adventure Works", true, "adventure works")]
    [InlineData("Kubernetes", true, "KUBERNETES")]
    [InlineData("Contoso", true, " \"Contoso\", ")]
    public void Only_whole_phrases_earn_something(string text, bool earns, params string[] phrases)
    {
        var trie = PhraseTrie.Of(new(phrases), pieces, new() { Worth = 1 });
        var state = new PhraseState(trie.Root, 0);
        foreach (var piece in (int[])[.. pieces.Split(" " + text), MoonshineModel.End])
        {
            state = trie.Next(state, piece);
        }

        Assert.Same(trie.Root, state.Node);
        Assert.Equal(earns, state.Earned > 0);
    }

    [Fact]
    public void The_longer_of_two_phrases_earns_more_and_the_weight_scales_it()
    {
        float Earned(float weight, string text)
        {
            var trie = PhraseTrie.Of(new(["New York", "New York City"], weight), pieces, new() { Worth = 1 });
            return ((int[])[.. pieces.Split(text), MoonshineModel.End]).Aggregate(new PhraseState(trie.Root, 0), trie.Next).Earned;
        }

        Assert.Equal((2f, 3f, 1f, 6f), (Earned(1, " New York"), Earned(1, " New York City"), Earned(0.5f, " New York"), Earned(2, " New York City")));
    }

    [Fact]
    public void Phrases_without_a_letter_and_empty_ones_are_none() =>
        Assert.Empty(PhraseTrie.Of(new(["", "  ", "...", "\""]), pieces, PhraseRules.Usual).Root.Children);
}
