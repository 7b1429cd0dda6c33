using Atrium.Inference.CustomCategories;
using Atrium.Inference.HeldOut;

namespace Atrium.Inference.Tests.CustomCategories;

public sealed class CustomCategoryTests(ModelCache models)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_category_finds_most_of_what_it_was_not_taught_and_little_else()
    {
        var score = await HeldOutTexts.ScoreCategoryAsync((await models.Models.EmbedderAsync(Cancellation)).Model, HeldOutFolder.Of("custom-category"), Cancellation);
        TestContext.Current.TestOutputHelper!.WriteLine($"precision {score.Precision:F2}, recall {score.Recall:F2}\n" + string.Join('\n', score.Mistakes));
        Assert.InRange(score.Precision, 0.8, 1);
        Assert.InRange(score.Recall, 0.8, 1);
    }

    [Fact]
    public async Task What_was_learned_is_the_same_from_its_bytes_and_from_the_same_examples()
    {
        var embedder = (await models.Models.EmbedderAsync(Cancellation)).Model;
        CategorySample[] samples = [new("I want a refund.", true), new("Give me my money back.", true), new("The sun is out.", false)];
        var category = await CustomCategory.LearnAsync(samples, embedder, Cancellation);
        Assert.Equal(category.ToBytes(), (await CustomCategory.LearnAsync(samples, embedder, Cancellation)).ToBytes());
        var read = CustomCategory.FromBytes(category.ToBytes())!;
        Assert.True(await read.MatchesAsync("Please give me a refund for it.", embedder, "", Cancellation));
        Assert.False(await read.MatchesAsync("We walked along the beach in the evening.", embedder, "", Cancellation));
        Assert.Null(CustomCategory.FromBytes(category.ToBytes().AsSpan(1)));
        Assert.Null(CustomCategory.FromBytes([]));
    }

    [Fact]
    public async Task A_long_example_is_read_as_far_as_the_model_reads()
    {
        var embedder = (await models.Models.EmbedderAsync(Cancellation)).Model;
        var category = await CustomCategory.LearnAsync([new(string.Concat(Enumerable.Repeat("refund money back ", 5000)), true)], embedder, Cancellation);
        Assert.True(await category.MatchesAsync("refund money back", embedder, "", Cancellation));
    }

    [Fact]
    public void Quotations_are_told_from_paraphrases()
    {
        var score = HeldOutTexts.ScoreProtectedTexts(HeldOutFolder.Of("protected-material"));
        Assert.True(score is { Missed: 0, FalseAlarms: 0 }, string.Join('\n', score.Mistakes));
    }
}
