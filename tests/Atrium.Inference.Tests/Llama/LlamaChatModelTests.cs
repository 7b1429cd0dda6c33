using System.Text;
using Atrium.Inference.Llama;
using Atrium.Testing;

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

        Assert.StartsWith(", there was a little girl named Lily. She loved to play outside in the park.", first.Text, StringComparison.Ordinal);
        Assert.Equal(first, second);
        Assert.Equal(100, first.CompletionTokens);
        Assert.Equal(ChatFinish.Length, first.Finish);
    }

    [Fact]
    public async Task Greedy_answer_is_what_reading_everything_anew_for_each_token_gives()
    {
        const int Tokens = 60;
        await using var model = Open();
        using var session = LlamaSession.Load(StoryModel.Path, Options(), 512);
        using var batch = new TokenBatch(512);
        var text = new AnswerText([]);
        var expected = new StringBuilder();

        var tokens = session.Tokenize(Opening, start: true, special: false).ToList();
        var prompt = tokens.Count;
        while (tokens.Count < prompt + Tokens)
        {
            session.Forget(0);
            batch.Clear();
            var last = tokens.Select((token, at) => batch.Add(token, at, 0, at == tokens.Count - 1)).Last();
            session.Decode(batch);
            tokens.Add(new TokenSampler(0, 1, 0).Choose(session.Logits(last)));
            expected.Append(text.Add(session.Piece(tokens[^1])));
        }

        var answer = await AnswerAsync(model, Story(Tokens));

        Assert.Equal(expected.ToString(), answer.Text);
        Assert.Equal(prompt, answer.PromptTokens);
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

    [Fact]
    public async Task Answer_ends_before_a_stop_string_that_runs_over_several_tokens()
    {
        await using var model = Open();

        var answer = await AnswerAsync(model, Story(100) with { Stop = ["never said", "girl named Lily. She"] });

        Assert.Equal(", there was a little ", answer.Text);
        Assert.Equal(ChatFinish.Stop, answer.Finish);
    }

    [Fact]
    public async Task Answer_without_a_token_limit_fills_the_context_and_no_more()
    {
        await using var model = Open();

        var answer = await AnswerAsync(model, Story(1) with { MaxTokens = null, Temperature = 0.9f, Seed = 11 });

        Assert.True(answer.Finish == ChatFinish.Stop || answer.PromptTokens + answer.CompletionTokens == model.ContextTokens, answer.ToString());
    }

    [Fact]
    public async Task Same_seed_tells_the_same_story_and_another_seed_another()
    {
        await using var model = Open();
        var told = Story(60) with { Temperature = 1, TopP = 0.95f, Seed = 7 };

        var first = await AnswerAsync(model, told);

        Assert.Equal(first, await AnswerAsync(model, told));
        Assert.NotEqual(first.Text, (await AnswerAsync(model, told with { Seed = 8 })).Text);
    }

    [Fact]
    public async Task Conversations_at_the_same_time_get_the_answers_that_each_gets_alone()
    {
        await using var model = Open(Options() with { Slots = 4, QueueLength = 12 });
        string[] openings = [Opening, "The little dog", "Tom and Lily went to the", "One day, a big red ball", "In the park", "Mom said", "He was sad because"];
        var prompts = openings.Select(opening => Story(80) with { Turns = [new("user", opening)] }).ToArray();

        var alone = new List<Answer>();
        foreach (var prompt in prompts)
        {
            alone.Add(await AnswerAsync(model, prompt));
        }

        var together = await Task.WhenAll(prompts.Select(prompt => AnswerAsync(model, prompt)));

        Assert.Equal(alone, together);
        Assert.Equal(openings.Length, alone.Select(answer => answer.Text).Distinct().Count());
    }

    [Fact]
    public async Task Cancelling_ends_the_answer_at_once_and_frees_its_slot()
    {
        await using var model = Open(Options() with { Slots = 1 });
        using var cancel = new CancellationTokenSource();
        var pieces = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in model.AnswerAsync(Story(400), cancel.Token))
            {
                pieces++;
                await cancel.CancelAsync();
            }
        });

        Assert.Equal(1, pieces);
        Assert.Equal(20, (await AnswerAsync(model, Story(20))).CompletionTokens);
    }

    [Fact]
    public async Task Reader_who_walks_away_frees_the_slot()
    {
        await using var model = Open(Options() with { Slots = 1, QueueLength = 1 });

        for (var i = 0; i < 5; i++)
        {
            await foreach (var piece in model.AnswerAsync(Story(400), TestContext.Current.CancellationToken))
            {
                break;
            }
        }

        Assert.Equal(20, (await AnswerAsync(model, Story(20))).CompletionTokens);
    }

    [Fact]
    public async Task One_conversation_more_than_slots_and_queue_hold_is_refused()
    {
        await using var model = Open(Options() with { Slots = 1, QueueLength = 1 });
        await using var working = model.AnswerAsync(Story(480), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await working.MoveNextAsync();
        await using var waiting = model.AnswerAsync(Story(5), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var comes = waiting.MoveNextAsync();

        var full = await Assert.ThrowsAsync<InferenceQueueFullException>(() => AnswerAsync(model, Story(5)));

        Assert.True(full.RetryAfter > TimeSpan.Zero);
        Assert.True(await comes);
    }

    [Fact]
    public async Task Prompt_that_leaves_no_room_for_an_answer_is_refused()
    {
        await using var model = Open();

        var refusal = await Assert.ThrowsAsync<TextTooLongException>(() =>
            AnswerAsync(model, Story(5) with { Turns = [new("user", string.Concat(Enumerable.Repeat("Once upon a time. ", 300)))] }));

        Assert.Equal(511, refusal.Limit);
        Assert.True(refusal.Tokens > 511);
    }

    [Fact]
    public async Task Long_prompts_are_read_beside_answers_that_are_written()
    {
        await using var model = Open(Options() with { Slots = 4 });
        var longPrompt = Story(10) with { Turns = [new("user", string.Concat(Enumerable.Repeat("Once upon a time there was a dog. ", 30)))] };
        var alone = await AnswerAsync(model, longPrompt);

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AnswerAsync(model, longPrompt)).Append(AnswerAsync(model, Story(100))));

        Assert.InRange(alone.PromptTokens, 300, 500);
        Assert.All(all.SkipLast(1), answer => Assert.Equal(alone, answer));
    }

    [Fact]
    public async Task Disposing_the_model_ends_answers_in_work()
    {
        var model = Open();
        await using var answer = model.AnswerAsync(Story(490), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await answer.MoveNextAsync();

        await model.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            while (await answer.MoveNextAsync())
            {
            }
        });
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AnswerAsync(model, Story(5)));
    }

    [Fact]
    public async Task File_whose_weights_are_cut_off_is_refused_with_llama_cpps_reason_each_time()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("atrium-cut").FullName, "cut.gguf");
        var whole = await File.ReadAllBytesAsync(StoryModel.Path, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(path, whole[..^100], TestContext.Current.CancellationToken);
        await using var model = LlamaChatModel.Open("cut", path, Options());

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refusal = await Assert.ThrowsAsync<ModelFileException>(() => AnswerAsync(model, Story(5)));
            Assert.Contains("not within the file bounds", refusal.Message, StringComparison.Ordinal);
        }
    }

    internal static LlamaOptions Options() => new() { LibraryFolder = LlamaLibraries.Folder, Threads = 1 };

    internal static LlamaChatModel Open(LlamaOptions? options = null) => LlamaChatModel.Open("stories", StoryModel.Path, options ?? Options());

    internal static ChatPrompt Story(int tokens) => new() { Turns = [new("user", Opening)], MaxTokens = tokens, Temperature = 0 };

    internal static Task<Answer> AnswerAsync(IChatModel model, ChatPrompt prompt) => AnswerUntilAsync(model, prompt, TestContext.Current.CancellationToken);

    internal static async Task<Answer> AnswerUntilAsync(IChatModel model, ChatPrompt prompt, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var last = default(ChatPiece);
        await foreach (var piece in model.AnswerAsync(prompt, cancellationToken))
        {
            text.Append(piece.Text);
            last = piece;
        }

        return new(text.ToString(), last.PromptTokens, last.CompletionTokens, last.Finish);
    }

    /// <summary>How many tokens of the prompt were there already.</summary>
    internal static async Task<int> CachedAsync(IChatModel model, ChatPrompt prompt)
    {
        var last = default(ChatPiece);
        await foreach (var piece in model.AnswerAsync(prompt, TestContext.Current.CancellationToken))
        {
            last = piece;
        }

        return last.CachedTokens;
    }

    internal sealed record Answer(string Text, int PromptTokens, int CompletionTokens, ChatFinish? Finish);
}
