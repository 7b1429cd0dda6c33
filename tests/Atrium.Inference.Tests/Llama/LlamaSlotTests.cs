using Atrium.Inference.Llama;
using Atrium.Testing;
using static Atrium.Inference.Tests.Llama.LlamaChatModelTests;

namespace Atrium.Inference.Tests.Llama;

/// <summary>What a model keeps of conversations, and how it shares its slots.</summary>
public sealed class LlamaSlotTests : IDisposable
{
    private const string Preface = "The sea is blue and the sun is red. She said it was a big dog and he went to the small cat. The dog is red and the sea is in it. ";
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_prompt_that_goes_on_from_the_last_one_is_read_from_there()
    {
        await using var model = OpenRandom(1);
        var first = await AnswerAsync(model, Ask(Preface));

        var (next, cached) = await AnswerAndCachedAsync(model, Ask(Preface + first.Text + " and then"));

        Assert.InRange(cached, first.PromptTokens + 1, next.PromptTokens - 1);
        await using var fresh = OpenRandom(1);
        Assert.Equal(next, await AnswerAsync(fresh, Ask(Preface + first.Text + " and then")));
    }

    [Fact]
    public async Task The_same_prompt_again_reads_only_its_last_token()
    {
        await using var model = OpenRandom(1);
        var first = await AnswerAsync(model, Ask(Preface));

        Assert.Equal(first.PromptTokens - 1, await CachedAsync(model, Ask(Preface)));
        Assert.Equal(0, await CachedAsync(model, Ask("He was in the sea.") with { Lane = "other" }));
    }

    [Fact]
    public async Task What_one_has_said_is_nothing_to_another()
    {
        await using var model = OpenRandom(2);
        var mine = await AnswerAsync(model, Ask(Preface) with { Lane = "me" });

        var (theirs, cached) = await AnswerAndCachedAsync(model, Ask(Preface) with { Lane = "you" });

        Assert.Equal((0, mine), (cached, theirs));
        Assert.NotEqual(0, await CachedAsync(model, Ask(Preface) with { Lane = "me" }));
    }

    [Fact]
    public async Task A_beginning_that_is_in_use_is_copied()
    {
        await using var model = OpenRandom(2);
        await using var busy = model.AnswerAsync(Ask(Preface) with { MaxTokens = 700 }, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await busy.MoveNextAsync();

        var (answer, cached) = await AnswerAndCachedAsync(model, Ask(Preface + "It is small."));

        Assert.InRange(cached, 90, 110);
        await using var fresh = OpenRandom(1);
        Assert.Equal(await AnswerAsync(fresh, Ask(Preface + "It is small.")), answer);
        Assert.True(await busy.MoveNextAsync());
    }

    [Fact]
    public async Task Two_conversations_that_begin_alike_do_not_drive_each_other_out()
    {
        await using var model = OpenRandom(2);
        var (a, b) = (Preface + string.Concat(Enumerable.Repeat("the cat ", 60)), Preface + string.Concat(Enumerable.Repeat("the dog ", 60)));
        await AnswerAsync(model, Ask(a));

        Assert.InRange(await CachedAsync(model, Ask(b)), 90, 110);
        Assert.InRange(await CachedAsync(model, Ask(a)), 200, 1000);
        Assert.InRange(await CachedAsync(model, Ask(b)), 200, 1000);
    }

    /// <summary>At a temperature the last digits decide sooner or later; with them 20 stories of 200 tokens would not come out alike.</summary>
    [Fact]
    public async Task A_seed_gives_the_same_answer_beside_any_neighbours_and_whatever_was_kept()
    {
        await using var model = OpenRandom(4);
        var seeded = Enumerable.Range(0, 20).Select(i => Ask(i % 2 == 0 ? Preface : Preface + Preface + $"The {i}.") with { Seed = (uint)i, Temperature = 1.3f, MaxTokens = 200 }).ToArray();
        var alone = new List<Answer>();
        foreach (var prompt in seeded)
        {
            await using var quiet = OpenRandom(1);
            alone.Add(await AnswerAsync(quiet, prompt));
        }

        using var stop = new CancellationTokenSource();
        var noise = Task.WhenAll(Enumerable.Range(0, 3).Select(i => NoiseAsync(model, i, stop.Token)));
        var beside = new List<Answer>();
        foreach (var prompt in seeded)
        {
            beside.Add(await AnswerAsync(model, prompt));
        }

        await stop.CancelAsync();
        await noise;
        Assert.Equal(alone, beside);
        Assert.NotEqual(0, await CachedAsync(model, seeded[^1]));
        Assert.Equal(alone[^1], await AnswerAsync(model, seeded[^1]));
    }

    [Fact]
    public async Task Who_comes_second_gets_a_slot_of_one_who_has_them_all_and_that_one_goes_on_later()
    {
        await using var model = OpenRandom(2, queue: 8);
        var writing = new CountdownEvent(2);
        var greedy = Enumerable.Range(0, 4).Select(i => TellAsync(model, Ask($"{Preface}{i}") with { Lane = "greedy", MaxTokens = 600 }, writing)).ToList();
        await Task.Run(() => writing.Wait(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        var (modest, _) = await AnswerAndCachedAsync(model, Ask("He went to the sea.") with { Lane = "modest", MaxTokens = 10 });

        Assert.Equal(10, modest.CompletionTokens);
        Assert.DoesNotContain(greedy, answer => answer.IsCompleted);
        Assert.All(await Task.WhenAll(greedy), answer => Assert.Equal(600, answer.CompletionTokens));
    }

    [Fact]
    public async Task One_with_a_seed_that_had_to_leave_its_slot_ends_as_if_it_had_not()
    {
        await using var model = OpenRandom(2, queue: 8);
        var prompts = Enumerable.Range(0, 3).Select(i => Ask($"{Preface}{i}") with { Lane = "greedy", MaxTokens = 300, Seed = 3, Temperature = 1.2f }).ToList();
        var writing = new CountdownEvent(2);
        var greedy = prompts.Select(prompt => TellAsync(model, prompt, writing)).ToList();
        await Task.Run(() => writing.Wait(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await AnswerAsync(model, Ask("He went to the sea.") with { Lane = "modest", MaxTokens = 10 });

        var answers = await Task.WhenAll(greedy);

        await using var fresh = OpenRandom(1);
        for (var i = 0; i < answers.Length; i++)
        {
            Assert.Equal(answers[i], await AnswerAsync(fresh, prompts[i]));
        }
    }

    [Fact]
    public async Task Nobody_has_all_places_of_the_queue()
    {
        await using var model = OpenRandom(1, queue: 4);
        var mine = Enumerable.Range(0, 6).Select(i => AnswerAsync(model, Ask($"{i}") with { Lane = "me", MaxTokens = 900 })).ToList();
        var refused = await Task.WhenAny(mine);
        await Assert.ThrowsAsync<InferenceQueueFullException>(() => refused);

        Assert.Equal(5, (await AnswerAsync(model, Ask("The sea") with { Lane = "you", MaxTokens = 5 })).CompletionTokens);
        Assert.InRange(mine.Count(answer => answer.IsFaulted), 1, 3);
    }

    [Fact]
    public async Task Cancelling_in_the_midst_of_a_long_prompt_does_not_hold_the_next_one_up()
    {
        await using var model = OpenRandom(1);
        for (var i = 0; i < 20; i++)
        {
            using var cancel = new CancellationTokenSource();
            var answer = AnswerUntilAsync(model, Ask(string.Concat(Enumerable.Repeat($"{i} the sea ", 120))), cancel.Token);
            await Task.Delay(i % 5, TestContext.Current.CancellationToken);
            await cancel.CancelAsync();
            try
            {
                await answer;
            }
            catch (OperationCanceledException)
            {
            }

            await using var fresh = OpenRandom(1);
            Assert.Equal(await AnswerAsync(fresh, Ask(Preface)), await AnswerAsync(model, Ask(Preface)));
        }
    }

    [Fact]
    public async Task An_adapter_of_other_dimensions_is_refused_with_the_reason_and_the_model_goes_on_without_it()
    {
        var adapter = RandomModel.WriteAdapter(Path.Combine(folder.Path, "wide.gguf"), 3, width: 96);
        await using var model = LlamaChatModel.Open("random", RandomFile(), Options() with { Adapters = [adapter] });

        var refused = await Assert.ThrowsAsync<ModelFileException>(() => AnswerAsync(model.With(adapter), Ask(Preface)));

        Assert.Contains("does not fit the model 'random'", refused.Message, StringComparison.Ordinal);
        Assert.Equal(5, (await AnswerAsync(model, Ask(Preface) with { MaxTokens = 5 })).CompletionTokens);
    }

    private static async Task NoiseAsync(LlamaChatModel model, int number, CancellationToken cancellationToken)
    {
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            try
            {
                await AnswerUntilAsync(model, Ask($"{Preface[(number * 7)..]}{i}") with { MaxTokens = 37 + number }, cancellationToken);
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    /// <summary>Counts down at the first piece.</summary>
    private static async Task<Answer> TellAsync(LlamaChatModel model, ChatPrompt prompt, CountdownEvent writing)
    {
        var text = new System.Text.StringBuilder();
        var last = default(ChatPiece);
        await foreach (var piece in model.AnswerAsync(prompt, TestContext.Current.CancellationToken))
        {
            if (text.Length == 0 && !writing.IsSet)
            {
                writing.Signal();
            }

            text.Append(piece.Text);
            last = piece;
        }

        return new(text.ToString(), last.PromptTokens, last.CompletionTokens, last.Finish);
    }

    private static ChatPrompt Ask(string text) => new() { Turns = [new("user", text)], MaxTokens = 40, Temperature = 0 };

    private static async Task<(Answer Answer, int Cached)> AnswerAndCachedAsync(LlamaChatModel model, ChatPrompt prompt)
    {
        var text = new System.Text.StringBuilder();
        var last = default(ChatPiece);
        await foreach (var piece in model.AnswerAsync(prompt, TestContext.Current.CancellationToken))
        {
            text.Append(piece.Text);
            last = piece;
        }

        return (new(text.ToString(), last.PromptTokens, last.CompletionTokens, last.Finish), last.CachedTokens);
    }

    private LlamaChatModel OpenRandom(int slots, int queue = 16) => LlamaChatModel.Open("random", RandomFile(), Options() with { Slots = slots, QueueLength = queue });

    private string RandomFile()
    {
        var path = Path.Combine(folder.Path, "random.gguf");
        return File.Exists(path) ? path : RandomModel.Write(path);
    }
}
