using Atrium.Inference.Quoting;

namespace Atrium.Inference.Tests.Quoting;

/// <summary>The quoting model over the embedder that it ships with.</summary>
public sealed class QuotingWithRealEmbedderTests(ModelCache models)
{
    private const string Handbook =
        """
        # Working at Fabrikam
        Employees get 28 days of paid leave a year. Unused days expire at the end of March.
        The cafeteria on the second floor serves lunch from 11:30 to 14:00.
        To reset a forgotten password, call the service desk at extension 4242.
        Travel expenses are reimbursed within two weeks after the receipts were handed in.
        The building is closed on Sundays. Dogs may be brought to the office on Fridays.
        Laptops must be encrypted and locked when you leave your desk.
        """;

    [Theory]
    [InlineData("How much vacation do I have?", "28 days of paid leave")]
    [InlineData("When is lunch?", "serves lunch")]
    [InlineData("I can't log in any more, what should I do?", "reset a forgotten password")]
    [InlineData("When do I get my money back for the train ticket?", "Travel expenses")]
    [InlineData("May I bring my puppy?", "Dogs may be brought")]
    [InlineData("Is the office open on the weekend?", "closed on Sundays")]
    [InlineData("Must my laptop be encrypted?", "Laptops must be encrypted")]
    public async Task Question_in_other_words_finds_its_sentence(string question, string expected) =>
        Assert.Contains("> ", await AskAsync(question) is var answer && answer.Contains(expected, StringComparison.Ordinal) ? answer : "not found: " + answer, StringComparison.Ordinal);

    [Theory]
    [InlineData("What is the capital of France?")]
    [InlineData("Write a poem about the sea.")]
    [InlineData("Hello!")]
    [InlineData("How many moons does Jupiter have?")]
    public async Task Question_that_the_document_does_not_answer_is_told_so(string question) =>
        Assert.Equal(QuotingChatModel.NothingFound, await AskAsync(question));

    [Theory]
    [InlineData("Hello!")]
    [InlineData("Tell me a joke.")]
    [InlineData("What is 2 + 2?")]
    public async Task Usual_system_prompt_is_not_quoted(string question) =>
        Assert.Equal(QuotingChatModel.NothingFound, await CollectAsync([new("system", "You are a helpful assistant."), new("user", question)]));

    private Task<string> AskAsync(string question) => CollectAsync([new("system", "Answer from the handbook.\n\n" + Handbook), new("user", question)]);

    private async Task<string> CollectAsync(ChatTurn[] turns)
    {
        var text = "";
        await foreach (var piece in new QuotingChatModel(models.Embedder).AnswerAsync(new() { Turns = turns }, TestContext.Current.CancellationToken))
        {
            text += piece.Text;
        }

        return text;
    }
}
