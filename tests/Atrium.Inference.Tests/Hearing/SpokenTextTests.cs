using Atrium.Inference.Hearing;

namespace Atrium.Inference.Tests.Hearing;

public sealed class SpokenTextTests(ModelCache models)
{
    [Theory]
    [InlineData("He was not an ill-disposed young man.", "he was not an ill disposed young man")]
    [InlineData("Don't pay $1,299.50 \u2014 it's O\u2019Neil's!", "don't pay 1,299.50 it's o\u2019neil's")]
    [InlineData("Caf\u00e9, \"at\" 9:30?", "caf\u00e9 at 9 30")]
    [InlineData("...", "")]
    [InlineData("", "")]
    public void What_was_said_is_small_letters_without_punctuation(string display, string lexical) => Assert.Equal(lexical, SpokenText.Lexical(display));

    [Theory]
    [InlineData(ProfanityMode.Raw, "Oh shit, a classic scunthorpe.")]
    [InlineData(ProfanityMode.Masked, "Oh ****, a classic scunthorpe.")]
    [InlineData(ProfanityMode.Removed, "Oh , a classic scunthorpe.")]
    [InlineData(ProfanityMode.Tagged, "Oh <profanity>shit</profanity>, a classic scunthorpe.")]
    public async Task Profanity_is_treated_as_asked_and_words_that_hold_some_are_left(ProfanityMode mode, string text)
    {
        using var filter = await models.Models.ProfanityFilterAsync(TestContext.Current.CancellationToken);
        Assert.Equal(text, filter.Model.Apply("Oh shit, a classic scunthorpe.", mode));
    }
}
