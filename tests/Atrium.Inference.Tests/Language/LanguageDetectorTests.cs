namespace Atrium.Inference.Tests.Language;

public sealed class LanguageDetectorTests(ModelCache models)
{
    [Theory]
    [InlineData("The quick brown fox jumps over the lazy dog near the river.", "en")]
    [InlineData("El perro perezoso duerme bajo el árbol junto al río.", "es")]
    [InlineData("Der schnelle braune Fuchs springt über den faulen Hund.", "de")]
    [InlineData("Le renard brun rapide saute par-dessus le chien paresseux.", "fr")]
    [InlineData("Быстрая коричневая лиса перепрыгивает через ленивую собаку.", "ru")]
    [InlineData("Швидка бура лисиця перестрибує через ледачого пса, який спить.", "uk")]
    [InlineData("敏捷的棕色狐狸跳过了懒狗。", "zh")]
    [InlineData("素早い茶色の狐がのろまな犬を飛び越える。", "ja")]
    [InlineData("빠른 갈색 여우가 게으른 개를 뛰어넘는다.", "ko")]
    [InlineData("الثعلب البني السريع يقفز فوق الكلب الكسول.", "ar")]
    [InlineData("Szybki brązowy lis przeskakuje nad leniwym psem.", "pl")]
    [InlineData("İstanbul'da bugün hava çok güzel ve güneşli.", "tr")]
    public async Task The_language_of_a_sentence_is_told(string text, string code)
    {
        var found = (await models.Models.TextAnalyzerAsync(TestContext.Current.CancellationToken)).Model.Languages.Detect(text);
        Assert.Equal(code, found?.Code);
        Assert.InRange(found!.Confidence, 0.75, 1);
    }

    /// <summary>The numbers are what npm eld 2.1.0 gives, divided by its mean score of the language.</summary>
    [Theory]
    [InlineData("The quick brown fox jumps over the lazy dog near the river.", "en", 0.97)]
    [InlineData("Don't let anyone’s words fool you: it's 3 o'clock", "en", 0.99)]
    [InlineData("Быстрая коричневая лиса перепрыгивает через ленивую собаку.", "ru", 0.99)]
    [InlineData("敏捷的棕色狐狸跳过了懒狗。", "zh", 0.93)]
    [InlineData("😀 der Hund 😀 und die Katze", "de", 1)]
    public async Task The_score_is_that_of_the_original(string text, string code, double confidence)
    {
        var found = (await models.Models.TextAnalyzerAsync(TestContext.Current.CancellationToken)).Model.Languages.Detect(text);
        Assert.Equal((code, confidence), (found!.Code, found.Confidence));
    }

    [Fact]
    public async Task A_word_is_a_guess() =>
        Assert.InRange((await models.Models.TextAnalyzerAsync(TestContext.Current.CancellationToken)).Model.Languages.Detect("hi")!.Confidence, 0.01, 0.5);

    [Theory]
    [InlineData("")]
    [InlineData("12345 67890 !!!")]
    [InlineData("😀 😀")]
    public async Task Without_words_there_is_no_language(string text) =>
        Assert.Null((await models.Models.TextAnalyzerAsync(TestContext.Current.CancellationToken)).Model.Languages.Detect(text));

    /// <summary>A word alone tells little; so does one that runs on without end.</summary>
    [Fact]
    public async Task Long_and_short_texts_end()
    {
        var detector = (await models.Models.TextAnalyzerAsync(TestContext.Current.CancellationToken)).Model.Languages;
        Assert.Equal("en", detector.Detect(string.Concat(Enumerable.Repeat("this is the house that Jack built and that we know ", 5000)))?.Code);
        detector.Detect(new string('x', 100_000));
        detector.Detect("\ud83d a \ude00");
    }
}
