using Atrium.Inference.Hearing;
using Atrium.Inference.Hearing.Phrases;
using Atrium.Inference.Speaking;
using Atrium.Inference.Tests.Speaking;

namespace Atrium.Inference.Tests.Hearing.Phrases;

/// <summary>Names that are heard wrong, and are heard once they are expected.</summary>
public sealed class PhraseListTests(ModelCache models)
{
    private static readonly string[] Others = [.. Enumerable.Range(0, 500).Select(i => $"{(char)('A' + (i % 26))}lbrecht Featherstone{i}")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_is_heard_once_it_is_expected()
    {
        var speech = await SpeakAsync("We will talk to Contoso about the new contract tomorrow.");
        Assert.DoesNotContain("Contoso", await HearAsync(speech, null), StringComparison.Ordinal);
        Assert.Contains("Contoso", await HearAsync(speech, new(["Contoso"])), StringComparison.Ordinal);
        Assert.Contains("Contoso", await HearAsync(speech, new([.. Others[..^1], "contoso"])), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Contoso", await HearAsync(speech, new(["Contoso"], 0)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_said_is_not_heard_however_much_it_is_expected()
    {
        var speech = Recordings.Amiable;
        var without = await HearAsync(speech, null);
        Assert.Equal(without, await HearAsync(speech, new(Others)));
        Assert.Equal(without, await HearAsync(speech, new(["Contoso", "Fabrikam", "Northwind Traders"], PhraseList.MostWeight)));
        Assert.Equal("", await HearAsync(Recordings.Silence(3), new(["Contoso"], PhraseList.MostWeight)));
    }

    [Fact]
    public async Task Words_keep_their_times_where_phrases_are_expected()
    {
        using var recognizer = await models.Models.SpeechRecognizerAsync(Cancellation);
        var settings = new SpeechSettings { Lane = "", Words = true };
        async Task<SpeechPhrase> Phrase(PhraseList? expected) =>
            (await recognizer.Model.ListenAsync(SpeechAudio.Whole(Recordings.Amiable), settings with { Expected = expected }, Cancellation).OfType<SpeechRecognized>().SingleAsync(Cancellation)).Phrase;
        Assert.Equal((await Phrase(null)).Words, (await Phrase(new(["amiable", "Contoso"]))).Words);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_also_where_phrases_are_expected()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        using var recognizer = await models.Models.SpeechRecognizerAsync(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await recognizer.Model.ListenAsync(SpeechAudio.Whole(Recordings.Amiable), new() { Lane = "", Expected = new(Others) }, cancel.Token).ToListAsync(Cancellation));
    }

    private async Task<string> HearAsync(float[] samples, PhraseList? expected)
    {
        using var recognizer = await models.Models.SpeechRecognizerAsync(Cancellation);
        var phrases = await recognizer.Model.ListenAsync(SpeechAudio.Whole(samples), new() { Lane = "", Expected = expected }, Cancellation).OfType<SpeechRecognized>().ToListAsync(Cancellation);
        return string.Join(' ', phrases.Select(told => told.Phrase.Text));
    }

    private async Task<float[]> SpeakAsync(string text)
    {
        var samples = new List<float>(Recordings.Silence(1));
        using var synthesizer = await models.Models.SpeechSynthesizerAsync(Cancellation);
        var options = new SpeakingOptions { SampleRate = SpeechAudio.SampleRate, HasWords = false, Longest = TimeSpan.FromMinutes(1) };
        await foreach (var piece in synthesizer.Model.SpeakAsync(SpeechScript.OfText(text, new(TestCast.Slt)), options, "", Cancellation))
        {
            samples.AddRange(piece.Samples.ToArray().Select(s => s / 32768f));
        }

        return [.. samples];
    }
}
