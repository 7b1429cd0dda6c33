using Atrium.Inference.Hearing;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Espeak;

namespace Atrium.Inference.Tests.Hearing.Languages;

/// <summary>English or another, by ear: a recorded reader, and espeak-ng's voices of other languages, which <c>./test</c> installs.</summary>
public sealed class SpokenLanguageTests(ModelCache models) : IDisposable
{
    private static readonly string[] Amiable = ["he", "might", "even", "have", "been", "made", "amiable", "himself"];
    private readonly SpeechSynthesizer synthesizer = new([.. EspeakEngine.Find(new())], new());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => synthesizer.Dispose();

    [Theory]
    [InlineData(LanguageQuestion.AtStart)]
    [InlineData(LanguageQuestion.Continuous)]
    public async Task A_recorded_reader_of_English_is_written_down_and_told_to_be_English(LanguageQuestion question)
    {
        var phrases = await HearAsync([.. Recordings.Amiable, .. Recordings.Silence(1), .. Recordings.Amiable], question);
        Assert.Equal([Amiable, Amiable], phrases.Select(phrase => Recordings.Words(phrase.Text)));
        Assert.All(phrases, phrase => Assert.InRange(phrase.Likely!.Value, 0.8f, 1));
    }

    [Fact]
    public async Task Who_is_not_asked_tells_nothing() => Assert.Null(Assert.Single(await HearAsync(Recordings.Amiable, LanguageQuestion.None)).Likely);

    [Theory]
    [InlineData("de-DE", "Guten Tag, wie geht es Ihnen heute? Wir fahren morgen mit dem Zug nach Hamburg.")]
    [InlineData("fr-FR", "Il est parti avec ses amis vers la gare, et nous allons manger ce soir.")]
    [InlineData("es-ES", "La casa es muy grande y los niños juegan en el jardín con sus amigos.")]
    [InlineData("it-IT", "Buongiorno, come stai oggi? Domani andiamo al mare con la famiglia.")]
    [InlineData("pl-PL", "Dzień dobry, jak się masz? Jutro jedziemy pociągiem do Krakowa.")]
    [InlineData("ru-RU", "Добрый день, как дела? Завтра мы поедем на поезде в Москву.")]
    [InlineData("zh-CN", "你好，今天天气很好，我们明天一起去公园吧。")]
    public async Task Another_language_is_told_to_be_another_and_has_no_text(string locale, string text)
    {
        foreach (var gender in Enum.GetValues<VoiceGender>())
        {
            var phrases = await HearAsync(await SpeakAsync(locale, gender, text), LanguageQuestion.AtStart);
            Assert.NotEmpty(phrases);
            Assert.All(phrases, phrase => Assert.True(phrase is { Likely: < 0.5f, Text: "" }, $"{gender}: {phrase}"));
        }
    }

    [Fact]
    public async Task Languages_that_change_are_told_phrase_by_phrase_or_as_at_the_start()
    {
        var german = await SpeakAsync("de-DE", VoiceGender.Female, "Guten Tag, wir fahren morgen mit dem Zug nach Hamburg zu unseren Freunden.");
        float[] audio = [.. Recordings.Amiable, .. Recordings.Silence(1), .. Recordings.Amiable, .. Recordings.Silence(1), .. german, .. Recordings.Silence(1), .. Recordings.Amiable];
        var changing = await HearAsync(audio, LanguageQuestion.Continuous);
        Assert.Equal([true, true, false, true], changing.Select(phrase => phrase.Text.Length > 0));
        var settled = await HearAsync(audio, LanguageQuestion.AtStart);
        Assert.All(settled, phrase => Assert.True(phrase.Likely > 0.5f, $"{phrase}"));
        Assert.Equal(settled[2].Likely, settled[3].Likely);

        var other = await HearAsync([.. german, .. Recordings.Silence(1), .. Recordings.Amiable], LanguageQuestion.AtStart);
        Assert.All(other, phrase => Assert.True(phrase is { Likely: < 0.5f, Text: "" }, $"{phrase}"));
    }

    [Fact]
    public async Task What_is_heard_so_far_is_told_only_once_it_is_known_to_be_English()
    {
        using var hearing = await models.Models.SpeechRecognizerAsync(Cancellation);
        float[] audio = [.. Recordings.Amiable, .. Recordings.Silence(1), .. Recordings.Amiable, .. Recordings.Silence(1), .. Recordings.Amiable, .. Recordings.Silence(1)];
        var settings = new SpeechSettings { Lane = "a", Hypotheses = true, Question = LanguageQuestion.AtStart };
        var events = await hearing.Model.ListenAsync(Recordings.Pieces(audio, 1600), settings, Cancellation).ToListAsync(Cancellation);
        var first = events.FindIndex(told => told is SpeechHypothesis);
        Assert.True(first > events.FindIndex(told => told is SpeechRecognized), $"{first}");
    }

    private async Task<List<SpeechPhrase>> HearAsync(float[] audio, LanguageQuestion question)
    {
        using var hearing = await models.Models.SpeechRecognizerAsync(Cancellation);
        var events = hearing.Model.ListenAsync(SpeechAudio.Whole(audio), new() { Lane = "a", Question = question }, Cancellation);
        return await events.OfType<SpeechRecognized>().Select(told => told.Phrase).ToListAsync(Cancellation);
    }

    private async Task<float[]> SpeakAsync(string locale, VoiceGender gender, string text)
    {
        Assert.SkipWhen(synthesizer.Voices.Count == 0, "espeak-ng cannot be run here (Debian: apt-get install espeak-ng bubblewrap).");
        var samples = new List<short>();
        var script = SpeechScript.OfText(text, new(synthesizer.Voices.First(voice => voice.Locale == locale && voice.Gender == gender)));
        await foreach (var piece in synthesizer.SpeakAsync(script, new() { SampleRate = SpeechAudio.SampleRate, Longest = TimeSpan.FromMinutes(1) }, "", Cancellation))
        {
            samples.AddRange(piece.Samples.Span);
        }

        return [.. samples.Select(sample => sample / 32768f)];
    }
}
