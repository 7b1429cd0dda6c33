using System.Text.Json;
using Atrium.Inference.Llama;
using Atrium.Testing;

namespace Atrium.Inference.Tests.Llama;

/// <summary>Holds our answers against those of the package that the libraries come from: the same file, the same prompt, greedy.</summary>
public sealed class NodeLlamaComparisonTests
{
    private const int Tokens = 120;

    private static readonly string[] Openings = ["Once upon a time", "Tom and Lily went to the park. They saw a big dog", "Grüße 世界!", "The sea is blue and the sun is red. She said it was"];

    [Theory]
    [InlineData("Once upon a time")]
    [InlineData("Tom and Lily went to the park. They saw a big dog")]
    [InlineData("Grüße 世界!")]
    public async Task Greedy_answer_has_the_same_tokens_as_node_llama_cpp_chooses(string opening)
    {
        var theirs = Theirs(StoryModel.Path, opening);
        using var session = LlamaSession.Load(StoryModel.Path, LlamaChatModelTests.Options(), 512);
        await using var model = LlamaChatModelTests.Open(LlamaChatModelTests.Options());

        var ours = await LlamaChatModelTests.AnswerAsync(model, Prompt(opening));

        Assert.Equal(theirs.Prompt, session.Tokenize(opening, start: true, special: false));
        Assert.Equal(Text(session, theirs), ours.Text);
        Assert.Equal(theirs.Answer.Count, ours.CompletionTokens);
    }

    /// <summary>The model is written by the test: many at once share batches, a second time they begin with what the first left, a seed reads in blocks.</summary>
    [Fact]
    public async Task Batches_cached_prefixes_and_seeds_choose_the_same_tokens_as_node_llama_cpp()
    {
        using var folder = new TempFolder();
        var path = RandomModel.Write(Path.Combine(folder.Path, "random.gguf"));
        var options = LlamaChatModelTests.Options() with { Slots = 3 };
        using var session = LlamaSession.Load(path, options, 512);
        var theirs = Openings.Select(opening => Text(session, Theirs(path, opening))).ToList();
        await using var model = LlamaChatModel.Open("random", path, options);

        var together = await Task.WhenAll(Openings.Select(opening => LlamaChatModelTests.AnswerAsync(model, Prompt(opening))));
        var again = await Task.WhenAll(Openings.Select(opening => LlamaChatModelTests.AnswerAsync(model, Prompt(opening))));
        var seeded = await Task.WhenAll(Openings.Select(opening => LlamaChatModelTests.AnswerAsync(model, Prompt(opening) with { Seed = 5 })));

        Assert.Equal(theirs, together.Select(answer => answer.Text));
        Assert.Equal(theirs, again.Select(answer => answer.Text));
        Assert.Equal(theirs, seeded.Select(answer => answer.Text));
        Assert.NotEqual(0, await LlamaChatModelTests.CachedAsync(model, Prompt(Openings[0])));
        Assert.Equal(Openings.Length, theirs.Distinct().Count());
    }

    [Fact]
    public async Task An_adapter_changes_the_answer_as_it_does_in_node_llama_cpp_also_beside_answers_without_it()
    {
        using var folder = new TempFolder();
        var path = RandomModel.Write(Path.Combine(folder.Path, "random.gguf"));
        string[] adapters = [RandomModel.WriteAdapter(Path.Combine(folder.Path, "one.gguf"), 11), RandomModel.WriteAdapter(Path.Combine(folder.Path, "two.gguf"), 12)];
        var options = LlamaChatModelTests.Options() with { Slots = 4, Adapters = adapters };
        using var session = LlamaSession.Load(path, options, 512);
        var expected = new[] { null, adapters[0], adapters[1] }.Select(adapter => Text(session, Theirs(path, Openings[0], adapter))).ToList();
        await using var model = LlamaChatModel.Open("random", path, options);
        IChatModel[] models = [model, model.With(adapters[0]), model.With(adapters[1])];

        for (var round = 0; round < 2; round++)
        {
            var ours = await Task.WhenAll(models.Select(one => LlamaChatModelTests.AnswerAsync(one, Prompt(Openings[0]))));
            Assert.Equal(expected, ours.Select(answer => answer.Text));
        }

        Assert.Equal(3, expected.Distinct().Count());
        Assert.Equal(["random", "random+one", "random+two"], models.Select(one => one.Name));
    }

    private static ChatPrompt Prompt(string opening) => LlamaChatModelTests.Story(Tokens) with { Turns = [new("user", opening)] };

    private static string Text(LlamaSession session, NodeTokens said)
    {
        var text = new AnswerText([]);
        return string.Concat(said.Answer.Select(token => text.Add(session.Piece(token)))) + text.End();
    }

    private static NodeTokens Theirs(string model, string opening, string? adapter = null)
    {
        var count = Tokens.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var said = NodeScripts.Run("node", null, [NodeScripts.Install("llama-greedy", "greedy.mjs", "node-llama-cpp"), model, opening, count, .. adapter is null ? Array.Empty<string>() : [adapter]]);
        Assert.NotNull(said);
        return JsonSerializer.Deserialize<NodeTokens>(said, JsonSerializerOptions.Web)!;
    }

    private sealed record NodeTokens(IReadOnlyList<int> Prompt, IReadOnlyList<int> Answer);
}
