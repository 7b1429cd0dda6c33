using System.Text;
using Atrium.Inference.Llama;

namespace Atrium.Inference.Tests.Llama;

public sealed class LlamaChatModelTests
{
    private const string Opening = "Once upon a time";

    [Fact]
    public async Task Greedy_answer_is_an_English_story_and_the_same_each_time()
    {
        await using var model = Open();

        var first = await AnswerAsync(model, Story(100));
        var second = await AnswerAsync(model, Story(100));

        Assert.StartsWith(", there was a little", first.Text, StringComparison.Ordinal);
        Assert.Equal(first, second);
        Assert.Equal(100, first.CompletionTokens);
        Assert.Equal(ChatFinish.Length, first.Finish);
    }

    [Fact]
    public async Task Pieces_are_streamed_and_only_the_last_has_a_finish_reason()
    {
        await using var model = Open();
        var pieces = new List<ChatPiece>();

        await foreach (var piece in model.AnswerAsync(Story(20), TestContext.Current.CancellationToken))
        {
            pieces.Add(piece);
        }

        Assert.InRange(pieces.Count, 10, 20);
        Assert.All(pieces.SkipLast(1), piece => Assert.Null(piece.Finish));
        Assert.Equal(ChatFinish.Length, pieces[^1].Finish);
        Assert.Equal(pieces.Select(piece => piece.CompletionTokens).Order(), pieces.Select(piece => piece.CompletionTokens));
    }

    internal static LlamaChatModel Open(LlamaOptions? options = null) =>
        LlamaChatModel.Open("stories", StoryModel.Path, options ?? new LlamaOptions { LibraryFolder = LlamaLibraries.Folder, Threads = 1 });

    internal static ChatPrompt Story(int tokens) => new() { Turns = [new("user", Opening)], MaxTokens = tokens, Temperature = 0 };

    internal static async Task<Answer> AnswerAsync(IChatModel model, ChatPrompt prompt)
    {
        var text = new StringBuilder();
        var last = default(ChatPiece);
        await foreach (var piece in model.AnswerAsync(prompt, TestContext.Current.CancellationToken))
        {
            text.Append(piece.Text);
            last = piece;
        }

        return new(text.ToString(), last.PromptTokens, last.CompletionTokens, last.Finish);
    }

    internal sealed record Answer(string Text, int PromptTokens, int CompletionTokens, ChatFinish? Finish);
}
