using Atrium.Inference.Llama;

namespace Atrium.Inference.Tests.Llama;

public sealed class TokenSamplerTests
{
    // Probabilities 0.5, 0.3, 0.15, 0.05.
    private static readonly float[] Logits = [MathF.Log(0.15f), MathF.Log(0.5f), MathF.Log(0.05f), MathF.Log(0.3f)];

    [Fact]
    public void Temperature_zero_takes_the_likeliest() => Assert.Equal(1, new TokenSampler(0, 1, 1).Choose(Logits));

    [Fact]
    public void Temperature_one_draws_by_probability()
    {
        var counts = Count(new TokenSampler(1, 1, 42), 20_000);

        Assert.InRange(counts[1], 9_700, 10_300);
        Assert.InRange(counts[3], 5_700, 6_300);
        Assert.InRange(counts[0], 2_750, 3_250);
        Assert.InRange(counts[2], 850, 1_150);
    }

    [Theory]
    [InlineData(0.01f, new[] { 1 })]
    [InlineData(0.49f, new[] { 1 })]
    [InlineData(0.79f, new[] { 1, 3 })]
    [InlineData(0.9f, new[] { 0, 1, 3 })]
    [InlineData(0.99f, new[] { 0, 1, 2, 3 })]
    public void Nucleus_is_the_smallest_set_that_reaches_its_probability(float topP, int[] expected)
    {
        var counts = Count(new TokenSampler(1, topP, 42), 2_000);

        Assert.Equal(expected, Enumerable.Range(0, 4).Where(token => counts[token] > 0));
    }

    [Fact]
    public void Higher_temperature_evens_out()
    {
        var cool = Count(new TokenSampler(0.5f, 1, 1), 5_000);
        var hot = Count(new TokenSampler(3, 1, 1), 5_000);

        Assert.True(cool[1] > 3_000 && hot[1] < 2_200, $"{cool[1]}, {hot[1]}");
    }

    private static int[] Count(TokenSampler sampler, int draws)
    {
        var counts = new int[Logits.Length];
        for (var i = 0; i < draws; i++)
        {
            counts[sampler.Choose(Logits)]++;
        }

        return counts;
    }
}
