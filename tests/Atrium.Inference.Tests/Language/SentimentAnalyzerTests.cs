namespace Atrium.Inference.Tests.Language;

public sealed class SentimentAnalyzerTests(ModelCache models)
{
    /// <summary>The numbers are what npm vader-sentiment 1.1.3 says of the same sentences.</summary>
    [Theory]
    [InlineData("VADER is smart, handsome, and funny.", 0.8316)]
    [InlineData("VADER is smart, handsome, and funny!", 0.8439)]
    [InlineData("VADER is VERY SMART, handsome, and FUNNY!!!", 0.9342)]
    [InlineData("VADER is not smart, handsome, nor funny.", -0.7424)]
    [InlineData("The book was only kind of good.", 0.3832)]
    [InlineData("The plot was good, but the characters are uncompelling and the dialog is not great.", -0.7042)]
    [InlineData("At least it isn't a horrible book.", 0.431)]
    [InlineData("Today SUX!", -0.5461)]
    [InlineData("The food was terrible and the service was extremely slow.", -0.4767)]
    [InlineData("Never so bad a meal was served here, really??", -0.6313)]
    [InlineData("It was yeah right the kiss of death for them", 0.3612)]
    [InlineData("The report has twelve pages.", 0)]
    public async Task The_compound_is_that_of_the_original(string sentence, double compound) =>
        Assert.Equal(compound, (await models.Models.TextAnalyzerAsync(TestContext.Current.CancellationToken)).Model.Sentiment.Compound(sentence), 4);

    [Theory]
    [InlineData("The room was wonderful.", "positive")]
    [InlineData("The food was terrible.", "negative")]
    [InlineData("The report has twelve pages.", "neutral")]
    [InlineData("", "neutral")]
    public async Task A_sentence_has_a_label_and_scores_that_make_one(string sentence, string label)
    {
        var scores = (await models.Models.TextAnalyzerAsync(TestContext.Current.CancellationToken)).Model.Sentiment.Analyze(sentence);
        Assert.Equal(label, scores.Label);
        Assert.Equal(1, scores.Positive + scores.Neutral + scores.Negative, 6);
    }
}
