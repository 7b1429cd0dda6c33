using Atrium.Inference.Quoting;

namespace Atrium.Inference.Tests.Quoting;

public sealed class QuotingChatModelTests
{
    private const string Handbook = "The office opens at nine. Refunds are paid within thirty days of purchase. Our dog is called Rex. The canteen serves soup on Mondays.";
    private readonly WordEmbedder _embedder = new();

    [Fact]
    public async Task Answer_quotes_the_sentence_that_answers_word_for_word_behind_its_lead_in()
    {
        var (text, last) = await AskAsync([new("system", Handbook), new("user", "Within how many days are refunds paid?")]);

        Assert.Equal(QuotingChatModel.LeadIn + "\n\n> Refunds are paid within thirty days of purchase.", text);
        Assert.Equal(ChatFinish.Stop, last.Finish);
    }

    [Fact]
    public async Task Meaning_finds_a_sentence_that_shares_no_word_with_the_question()
    {
        var (text, _) = await AskAsync([new("system", "Tea costs money. Anna's automobile. Rain fell."), new("user", "car vehicle?")]);

        Assert.EndsWith("\n\n> Anna's automobile.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tool_results_and_earlier_user_turns_are_quoted_and_assistant_turns_are_not()
    {
        var (text, _) = await AskAsync(
        [
            new("user", "My cat is called Tom."),
            new("assistant", "Your cat is called Garfield."),
            new("user", "What is my cat called?"),
            new("tool", "Registry: cat called Thomas."),
        ]);

        Assert.Contains("> My cat is called Tom.", text, StringComparison.Ordinal);
        Assert.Contains("> Registry: cat called Thomas.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Garfield", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Documents_in_the_same_turn_as_the_question_are_quoted_and_the_question_is_not()
    {
        var (text, _) = await AskAsync([new("user", $"Context:\n{Handbook}\n\nQuestion: When does the office open?")]);

        Assert.Contains("> The office opens at nine.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Question:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_of_a_list_is_quoted_together_with_its_answer()
    {
        var (text, _) = await AskAsync([new("system", "When is the canteen open?\nFrom eleven to two.\nWho cleans?\nAnna."), new("user", "When is the canteen open?")]);

        Assert.EndsWith("> When is the canteen open? From eleven to two.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bananas grow where?")]
    [InlineData("Hello")]
    [InlineData("")]
    public async Task Without_anything_near_the_question_it_says_so_and_how_to_add_a_model(string question)
    {
        var (text, last) = await AskAsync([new("system", "You are a helpful assistant."), new("user", question)]);

        Assert.Equal(QuotingChatModel.NothingFound, text);
        Assert.Equal(ChatFinish.Stop, last.Finish);
        Assert.Contains("atrium connect", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conversation_without_a_user_turn_has_nothing_to_answer()
    {
        var (text, _) = await AskAsync([new("system", Handbook)]);

        Assert.Equal(QuotingChatModel.NothingFound, text);
    }

    [Fact]
    public async Task Token_limit_ends_the_answer_with_length_and_is_never_passed()
    {
        var turns = new ChatTurn[] { new("system", Handbook), new("user", "Within how many days are refunds paid?") };
        var (whole, _) = await AskAsync(turns);

        for (var limit = 0; limit < 12; limit++)
        {
            var (text, last) = await AskAsync(turns, limit);
            Assert.Equal(ChatFinish.Length, last.Finish);
            Assert.Equal(limit, last.CompletionTokens);
            Assert.StartsWith(text, whole, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Answer_ends_before_a_stop_string_also_across_pieces()
    {
        var model = new QuotingChatModel(_embedder);
        var (text, last) = await CollectAsync(model, new() { Turns = [new("system", Handbook), new("user", "Are refunds paid?")], Stop = ["it quotes; from"] });

        Assert.Equal("This model does not write, ", text);
        Assert.Equal(ChatFinish.Stop, last.Finish);
    }

    [Fact]
    public async Task Prompt_tokens_are_the_embedders_count_of_every_turn()
    {
        var (_, last) = await AskAsync([new("system", "one two three"), new("user", "four five")]);

        Assert.Equal(5, last.PromptTokens);
    }

    [Fact]
    public async Task A_sentence_longer_than_the_embedder_reads_is_quoted_in_part()
    {
        var table = string.Join(", ", Enumerable.Range(0, 300).Select(i => $"row{i}")) + ", treasure lies buried, " + string.Join(", ", Enumerable.Range(300, 300).Select(i => $"row{i}"));
        var (text, _) = await AskAsync([new("system", table), new("user", "treasure lies buried treasure lies buried?")]);

        Assert.Contains("treasure lies buried", text, StringComparison.Ordinal);
        Assert.DoesNotContain("row599", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_huge_document_only_a_bounded_number_of_sentences_is_embedded()
    {
        var document = string.Join(' ', Enumerable.Range(0, 3000).Select(i => $"Item{i} is grey.")) + " The password is swordfish.";
        var (text, _) = await AskAsync([new("system", document), new("user", "What is the password?")]);

        Assert.EndsWith("> The password is swordfish.", text, StringComparison.Ordinal);
        Assert.Equal(QuoteRanker.MaxCompared + 1, _embedder.Embedded);
    }

    [Fact]
    public async Task Prompt_beyond_the_context_is_refused()
    {
        var model = new QuotingChatModel(_embedder);
        var prompt = new ChatPrompt { Turns = [new("user", string.Join(' ', Enumerable.Repeat("word", model.ContextTokens)))] };

        await Assert.ThrowsAsync<TextTooLongException>(() => CollectAsync(model, prompt));
    }

    [Fact]
    public async Task Cancelling_stops_between_pieces()
    {
        using var cancel = new CancellationTokenSource();
        var model = new QuotingChatModel(_embedder);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in model.AnswerAsync(new() { Turns = [new("user", "hello")] }, cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
    }

    [Fact]
    public void It_says_that_it_does_not_generate()
    {
        var model = new QuotingChatModel(_embedder);

        Assert.Equal(("atrium-quote", false), (model.Name, model.Generates));
    }

    private Task<(string Text, ChatPiece Last)> AskAsync(ChatTurn[] turns, int? limit = null) =>
        CollectAsync(new QuotingChatModel(_embedder), new() { Turns = turns, MaxTokens = limit });

    private static async Task<(string Text, ChatPiece Last)> CollectAsync(QuotingChatModel model, ChatPrompt prompt)
    {
        var pieces = new List<ChatPiece>();
        await foreach (var piece in model.AnswerAsync(prompt, TestContext.Current.CancellationToken))
        {
            pieces.Add(piece);
        }

        Assert.All(pieces.SkipLast(1), piece => Assert.Null(piece.Finish));
        return (string.Concat(pieces.Select(piece => piece.Text)), pieces[^1]);
    }
}
