using Atrium.Inference.Hearing;
using Atrium.Inference.Speaking;
using Atrium.Inference.Tests.Speaking;

namespace Atrium.Inference.Tests.Hearing;

/// <summary>Times of words, on speech that the synthesizer made and knows the times of.</summary>
public sealed class WordTimesTests(ModelCache models)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Words_are_where_they_were_spoken()
    {
        const string text = "My brother bought seven apples and a bottle of fresh milk yesterday.";
        float[] before = Recordings.Silence(1);
        var (samples, spoken) = (new List<float>(before), new List<SpokenEvent>());
        using var synthesizer = await models.Models.SpeechSynthesizerAsync(Cancellation);
        var options = new SpeakingOptions { SampleRate = SpeechAudio.SampleRate, HasWords = true, Longest = TimeSpan.FromMinutes(1) };
        await foreach (var piece in synthesizer.Model.SpeakAsync(SpeechScript.OfText(text, new(TestCast.Slt)), options, "", Cancellation))
        {
            samples.AddRange(piece.Samples.ToArray().Select(s => s / 32768f));
            spoken.AddRange(piece.Events.Where(e => e.Kind == SpokenEventKind.Word));
        }

        using var recognizer = await models.Models.SpeechRecognizerAsync(Cancellation);
        var heard = await recognizer.Model.ListenAsync(SpeechAudio.Whole(samples.ToArray()), new() { Lane = "", Words = true }, Cancellation).OfType<SpeechRecognized>().SingleAsync(Cancellation);
        Assert.Equal(Recordings.Words(text), heard.Phrase.Words.Select(w => SpokenText.Lexical(w.Text)));
        var errors = heard.Phrase.Words.Zip(spoken, (w, s) => Math.Abs((w.Offset - s.Offset).TotalSeconds - 1)).Order().ToArray();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(' ', errors.Select(e => $"{e:F3}")));
        Assert.InRange(errors[errors.Length / 2], 0, 0.08);
        Assert.InRange(errors[^1], 0, 0.35);
    }
}
