using Atrium.Inference.Llama;

namespace Atrium.Inference.Tests.Llama;

public sealed class TokenChooserTests
{
    private static readonly float[] Logits = [1, 2, 1.5f, 0];

    private static readonly ChatPrompt Greedy = new() { Turns = [], Temperature = 0 };

    [Fact]
    public void Frequency_penalty_grows_with_each_time_and_presence_penalty_does_not()
    {
        Assert.Equal([1, 1, 2, 1, 2, 0], Choose(Greedy with { FrequencyPenalty = 0.4f }, 6));
        Assert.Equal([1, 1, 1], Choose(Greedy with { PresencePenalty = 0.4f }, 3));
        Assert.Equal([1, 2, 1], Choose(Greedy with { PresencePenalty = 0.6f }, 3));
    }

    [Fact]
    public void Bias_bans_a_token_or_forces_one_and_tokens_beyond_the_vocabulary_are_passed_over()
    {
        Assert.Equal([2], Choose(Greedy with { Bias = new Dictionary<int, float> { [1] = -100 } }, 1));
        Assert.Equal([3], Choose(Greedy with { Bias = new Dictionary<int, float> { [3] = 100, [900] = 100 } }, 1));
    }

    [Fact]
    public void Log_probabilities_are_a_distribution_with_the_likeliest_first()
    {
        var choice = LogProbabilities.Of(Logits, 2, 4, token => [(byte)token]);

        Assert.Equal([1, 2, 0, 3], choice.Top.Select(top => (int)top.Bytes[0]));
        Assert.Equal(1, choice.Top.Sum(top => Math.Exp(top.LogProb)), 6);
        Assert.Equal(choice.Top[1].LogProb, choice.LogProb);
        Assert.Equal(1.5 - 2, choice.Top[1].LogProb - choice.Top[0].LogProb, 6);
    }

    [Fact]
    public void A_token_is_told_with_the_text_that_it_begins_in_and_never_when_a_stop_string_took_it()
    {
        var spoken = new SpokenTokens();
        TokenChoice Token(string text) => new(System.Text.Encoding.UTF8.GetBytes(text), 0, []);
        spoken.Add(Token("ab"));
        Assert.Empty(spoken.Take(""));
        spoken.Add(Token("cd"));
        Assert.Equal(2, spoken.Take("abc").Count);
        spoken.Add(Token("stop"));
        Assert.Empty(spoken.Take("d"));
    }

    private static int[] Choose(ChatPrompt prompt, int times)
    {
        var chooser = new TokenChooser(prompt, 1);
        return [.. Enumerable.Range(0, times).Select(_ => chooser.Choose(Logits))];
    }
}
