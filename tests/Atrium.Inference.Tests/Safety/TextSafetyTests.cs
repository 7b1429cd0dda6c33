using Atrium.Inference.Heads;
using Atrium.Inference.HeldOut;
using Atrium.Inference.Safety;

namespace Atrium.Inference.Tests.Safety;

public sealed class TextSafetyTests(ModelCache models, ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Held_out_texts_are_told_apart_in_every_category()
    {
        var scores = await HeldOutTexts.ScoreSafetyAsync((await models.Models.TextSafetyAsync(Cancellation)).Model, HeldOutFolder.Of("text-safety"), Cancellation);

        foreach (var score in scores)
        {
            output.WriteLine($"{score.Name,-9} precision {score.Precision:F3} recall {score.Recall:F3}");
        }

        Assert.Equal(4, scores.Count);
        Assert.All(scores, score => Assert.True(score.Precision >= 0.8, $"{score.Name}: precision {score.Precision:F3}"));
        Assert.All(scores, score => Assert.True(score.Recall >= 0.8, $"{score.Name}: recall {score.Recall:F3}"));
    }

    [Fact]
    public async Task Severities_of_held_out_texts_are_mostly_within_one_level()
    {
        var safety = (await models.Models.TextSafetyAsync(Cancellation)).Model;
        var near = new List<bool>();
        foreach (var text in HeldOutTexts.Read(HeldOutFolder.Of("text-safety")))
        {
            var severities = await safety.AnalyzeAsync(text.Text, Cancellation);
            near.AddRange(SafetyHead.Categories.Where(category => text.LevelOf(category.Label) > 0)
                .Select(category => Math.Abs((severities[category.Category] & ~1) - text.LevelOf(category.Label)) <= 2));
        }

        var share = near.Average(isNear => isNear ? 1.0 : 0);
        output.WriteLine($"{share:P1} of {near.Count} within one level");
        Assert.True(share >= 0.85, $"{share:P1}");
    }

    [Fact]
    public void No_held_out_text_is_a_seed_and_there_are_enough_of_them()
    {
        var seeds = SeedFiles.Read("Safety").Select(seed => Plain(seed.Text)).ToHashSet();
        var heldOut = HeldOutTexts.Read(HeldOutFolder.Of("text-safety"));

        Assert.DoesNotContain(heldOut, text => seeds.Contains(Plain(text.Text)));
        Assert.All(SafetyHead.Categories, category => Assert.True(heldOut.Count(text => text.LevelOf(category.Label) > 0) >= 40));
        Assert.True(heldOut.Count(text => text.LevelOf("safe") > 0) >= 120);
    }

    [Fact]
    public async Task One_bad_sentence_is_found_in_a_long_text()
    {
        var safety = (await models.Models.TextSafetyAsync(Cancellation)).Model;
        var dull = string.Concat(Enumerable.Repeat("The library closes at eight. The bus goes to the airport. ", 20));

        Assert.Equal(0, (await safety.AnalyzeAsync(dull, Cancellation))[HarmCategory.Violence]);
        Assert.True((await safety.AnalyzeAsync(dull + "I am going to murder him tonight. " + dull, Cancellation))[HarmCategory.Violence] >= 4);
    }

    [Theory]
    [InlineData("I will k\u200Bill you and your fam\u00ADily.")]
    [InlineData("Ｉ ｗｉｌｌ ｋｉｌｌ ｙｏｕ and your family.")]
    public async Task Characters_that_only_look_like_letters_do_not_hide_a_threat(string text) =>
        Assert.True((await (await models.Models.TextSafetyAsync(Cancellation)).Model.AnalyzeAsync(text, Cancellation))[HarmCategory.Violence] >= 4);

    [Fact]
    public async Task A_blank_text_is_safe() =>
        Assert.All((await (await models.Models.TextSafetyAsync(Cancellation)).Model.AnalyzeAsync("  ", Cancellation)).Values, severity => Assert.Equal(0, severity));

    private static string Plain(string text) => new([.. text.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
}
