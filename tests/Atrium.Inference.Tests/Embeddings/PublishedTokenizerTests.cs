using System.Text.Json;
using Atrium.Inference.Embeddings;
using Atrium.Inference.Packages;

namespace Atrium.Inference.Tests.Embeddings;

/// <summary>Holds our tokens against those of the published tokenizer of the model (npm, @tensorflow-models/universal-sentence-encoder), on the same vocabulary.</summary>
public sealed class PublishedTokenizerTests(ModelCache models)
{
    private static readonly string[] Odd =
    [
        "Hello, how are you?", "I am 42 years, 3.5 months old; e-mail me at a.b@example.org!", "https://example.org/a?b=c&d=e", "Grüße aus Köln", "naïve café", "ＦＵＬＬ ｗｉｄｔｈ", "ﬁne ½ ² Å",
        "A", "supercalifragilisticexpialidocious", "C#, .NET 10 and llama.cpp", "\"quoted\" (and) [bracketed] {braced}", "漢字 mixed with words", "I'll, don't, can't", "1234567890", "a-b_c/d\\e|f", "50% $12.50 €7",
    ];

    [Fact]
    public void Tokens_are_those_of_the_published_tokenizer()
    {
        var vocabulary = UseLiteModel.VocabularyFile(models.Store.FolderOf(ModelPackages.UseLite));
        var tokenizer = UnigramTokenizer.Read(vocabulary);
        string[] texts = [.. Odd, .. Directory.GetFiles(HeldOutFolder.Of("text-safety"), "*.txt").SelectMany(File.ReadLines).Where(line => line.Contains(" | ", StringComparison.Ordinal)).Select(line => line[(line.IndexOf(" | ", StringComparison.Ordinal) + 3)..].Trim())];
        Assert.True(texts.Length > 300);
        var said = NodeScripts.Run("node", JsonSerializer.Serialize(texts), NodeScripts.Install("use-tokens", "tokens.cjs", "@tensorflow-models"), vocabulary);
        Assert.NotNull(said);
        foreach (var (text, theirs) in texts.Zip(JsonSerializer.Deserialize<int[][]>(said)!))
        {
            Assert.True(theirs.SequenceEqual(tokenizer.Encode(text)), $"'{text}': {string.Join(' ', theirs)} and ours {string.Join(' ', tokenizer.Encode(text))}");
        }
    }
}
