using Atrium.Inference.Hearing;

namespace Atrium.Inference.Tests.Hearing;

public sealed class SpeechRecognizerTests(ModelCache models)
{
    private static readonly string[] Amiable = ["he", "might", "even", "have", "been", "made", "amiable", "himself"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_recorded_sentence_is_written_down_word_by_word()
    {
        var phrase = Assert.Single(Phrases(await HearAsync(Recordings.Amiable, new() { Lane = "a", Words = true })));
        Assert.Equal(Amiable, Recordings.Words(phrase.Text));
        Assert.EndsWith(".", phrase.Text, StringComparison.Ordinal);
        Assert.InRange(phrase.Confidence, 0.5f, 1);
        Assert.Equal(phrase.Text, string.Join(' ', phrase.Words.Select(w => w.Text)));
        for (var i = 0; i < phrase.Words.Count; i++)
        {
            var word = phrase.Words[i];
            TestContext.Current.TestOutputHelper!.WriteLine($"{word}");
            Assert.True(word.Offset >= phrase.Offset && word.Offset + word.Duration <= phrase.Offset + phrase.Duration, $"{word}");
            Assert.True(i == 0 || word.Offset >= phrase.Words[i - 1].Offset + phrase.Words[i - 1].Duration, $"{word}");
        }
    }

    [Fact]
    public async Task Two_sentences_with_silence_between_are_two_phrases_at_their_places()
    {
        float[] audio = [.. Recordings.Silence(2), .. Recordings.Amiable, .. Recordings.Silence(2), .. Recordings.Amiable, .. Recordings.Silence(1)];
        var phrases = Phrases(await HearAsync(audio, new() { Lane = "a" }));
        Assert.Equal(2, phrases.Length);
        Assert.All(phrases, p => Assert.Equal(Amiable, Recordings.Words(p.Text)));
        Assert.InRange(phrases[0].Offset.TotalSeconds, 2, 2.5);
        var length = (double)Recordings.Amiable.Length / SpeechAudio.SampleRate;
        Assert.InRange(phrases[1].Offset.TotalSeconds, length + 4, length + 4.5);
        Assert.InRange(phrases[1].Duration.TotalSeconds, length - 1, length);
    }

    [Fact]
    public async Task What_is_heard_so_far_is_told_before_the_phrase_is_over()
    {
        var settings = new SpeechSettings { Lane = "a", Hypotheses = true };
        var events = await HearAsync(Recordings.Pieces([.. Recordings.Amiable, .. Recordings.Silence(1)], 1600), settings);
        Assert.IsType<SpeechStarted>(events[0]);
        var hypotheses = events.OfType<SpeechHypothesis>().ToArray();
        Assert.True(hypotheses.Length >= 3, $"{hypotheses.Length} hypotheses");
        Assert.Equal(hypotheses.Select(h => h.Phrase.Duration).Order(), hypotheses.Select(h => h.Phrase.Duration));
        Assert.Equal("he", Recordings.Words(hypotheses[^1].Phrase.Text)[0]);
        Assert.Equal(Amiable, Recordings.Words(Assert.IsType<SpeechRecognized>(events[^1]).Phrase.Text));
    }

    [Fact]
    public async Task However_the_audio_is_cut_the_words_are_the_same()
    {
        var whole = Phrases(await HearAsync(Recordings.Amiable, new() { Lane = "a" }));
        var pieces = Phrases(await HearAsync(Recordings.Pieces(Recordings.Amiable, 333), new() { Lane = "a" }));
        Assert.Equal(whole.Select(p => (p.Text, p.Offset, p.Duration)), pieces.Select(p => (p.Text, p.Offset, p.Duration)));
    }

    [Fact]
    public async Task Silence_and_no_audio_at_all_have_nothing_to_tell()
    {
        Assert.Empty(await HearAsync(Recordings.Silence(3), new() { Lane = "a", Words = true }));
        Assert.Empty(await HearAsync([], new() { Lane = "a" }));
        Assert.Empty(await HearAsync([1], new() { Lane = "a" }));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_and_gives_its_place_back()
    {
        await using var small = new EmbeddedModels(ModelCache.Folder, new InferenceLimits { Workers = 1, MaxSpeechCalls = 1 }, TimeProvider.System);
        var recognizer = (await small.SpeechRecognizerAsync(Cancellation)).Model;
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in recognizer.ListenAsync(SpeechAudio.Whole(Recordings.Amiable), new() { Lane = "a" }, cancel.Token))
            {
                await Assert.ThrowsAsync<InferenceQueueFullException>(() => EventsAsync(recognizer.ListenAsync(SpeechAudio.Whole(Recordings.Amiable), new() { Lane = "b" }, Cancellation)));
                await cancel.CancelAsync();
            }
        });
        Assert.NotEmpty(await EventsAsync(recognizer.ListenAsync(SpeechAudio.Whole(Recordings.Amiable), new() { Lane = "b" }, Cancellation)));
    }

    private Task<List<SpeechEvent>> HearAsync(float[] samples, SpeechSettings settings) => HearAsync(SpeechAudio.Whole(samples), settings);

    private async Task<List<SpeechEvent>> HearAsync(IAsyncEnumerable<ReadOnlyMemory<float>> audio, SpeechSettings settings) =>
        await EventsAsync((await models.Models.SpeechRecognizerAsync(Cancellation)).Model.ListenAsync(audio, settings, Cancellation));

    private static async Task<List<SpeechEvent>> EventsAsync(IAsyncEnumerable<SpeechEvent> events) => await events.ToListAsync(Cancellation);

    private static SpeechPhrase[] Phrases(List<SpeechEvent> events) => [.. events.OfType<SpeechRecognized>().Select(e => e.Phrase)];
}
