using Atrium.Inference.Packages;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Flite;

namespace Atrium.Inference.Tests.Speaking;

public sealed class SpeechSynthesizerTests(ModelCache models)
{
    private const int Rate = 16_000;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("slt")]
    [InlineData("rms")]
    [InlineData("kal")]
    [InlineData("awb")]
    public async Task Every_voice_speaks_and_tells_when_its_words_are_heard(string voice)
    {
        var (samples, events) = await SpeakAsync($"<voice name='{voice}'>Hello, Doctor Smith paid 12.50 today. Did he?</voice>");
        Assert.InRange(samples.Length, 2 * Rate, 7 * Rate);
        Assert.Contains(samples, sample => sample > 3000);
        var words = events.Where(e => e.Kind is SpokenEventKind.Word).ToList();
        Assert.Equal(["Hello", "Doctor", "Smith", "paid", "12.50", "today", "Did", "he"], words.Select(word => word.Text));
        Assert.Equal([",", ".", "?"], events.Where(e => e.Kind is SpokenEventKind.Punctuation).Select(e => e.Text));
        Assert.All(words.Zip(words.Skip(1)), pair => Assert.True(pair.First.Offset + pair.First.Duration <= pair.Second.Offset + TimeSpan.FromMilliseconds(1), $"{pair}"));
        Assert.All(words, word => Assert.InRange(word.Duration.TotalMilliseconds, 50, 2000));
        Assert.True(words[4].Duration > words[6].Duration * 2, "'12.50' is four words long.");
        Assert.Equal(["Hello, Doctor Smith paid 12.50 today.", "Did he?"], events.Where(e => e.Kind is SpokenEventKind.Sentence).Select(e => e.Text));
        Assert.All(events, e => Assert.InRange(e.Offset + e.Duration, TimeSpan.Zero, TimeSpan.FromSeconds((double)samples.Length / Rate)));
    }

    [Fact]
    public async Task A_rate_changes_the_length_and_a_pitch_does_not()
    {
        var (usual, _) = await SpeakAsync("<voice name='slt'>The quick brown fox jumps over the lazy dog.</voice>");
        var (slow, _) = await SpeakAsync("<voice name='slt'><prosody rate='0.5'>The quick brown fox jumps over the lazy dog.</prosody></voice>");
        var (high, _) = await SpeakAsync("<voice name='slt'><prosody pitch='+20%'>The quick brown fox jumps over the lazy dog.</prosody></voice>");
        Assert.InRange((double)slow.Length / usual.Length, 1.7, 2.1);
        Assert.InRange((double)high.Length / usual.Length, 0.95, 1.05);
        Assert.InRange(SpeechPitch.Of(high, Rate) / SpeechPitch.Of(usual, Rate), 1.1, 1.35);
    }

    [Theory]
    [InlineData("slt")]
    [InlineData("rms")]
    [InlineData("kal")]
    [InlineData("awb")]
    public async Task Every_voice_can_be_higher(string voice)
    {
        var (low, _) = await SpeakAsync($"<voice name='{voice}'>We were away a year ago.</voice>");
        var (high, _) = await SpeakAsync($"<voice name='{voice}'><prosody pitch='+30%'>We were away a year ago.</prosody></voice>");
        Assert.InRange(SpeechPitch.Of(high, Rate) / SpeechPitch.Of(low, Rate), 1.12, 1.5);
        Assert.InRange((double)high.Length / low.Length, 0.9, 1.1);
    }

    [Fact]
    public async Task Silence_is_as_long_as_it_is_said_to_be()
    {
        var (usual, _) = await SpeakAsync("<voice name='slt'>One. Two.</voice>");
        var (paused, _) = await SpeakAsync("<voice name='slt'>One. <break time='2s'/> Two.</voice>");
        Assert.InRange(paused.Length - usual.Length, (int)(1.9 * Rate), (int)(2.1 * Rate));
        var (exact, events) = await SpeakAsync("<voice name='slt'><mstts:silence type='Leading-exact' value='1s'/><mstts:silence type='Sentenceboundary-exact' value='500ms'/><mstts:silence type='Tailing-exact' value='2s'/>One. Two.</voice>");
        var sentences = events.Where(e => e.Kind is SpokenEventKind.Sentence).ToList();
        Assert.Equal(1, sentences[0].Offset.TotalSeconds, 0.02);
        Assert.Equal(0.5, (sentences[1].Offset - sentences[0].Offset - sentences[0].Duration).TotalSeconds, 0.02);
        Assert.Equal(2, ((double)exact.Length / Rate) - (sentences[1].Offset + sentences[1].Duration).TotalSeconds, 0.02);
    }

    [Fact]
    public async Task Volume_makes_it_softer()
    {
        var (loud, _) = await SpeakAsync("<voice name='slt'>Hello there.</voice>");
        var (soft, _) = await SpeakAsync("<voice name='slt'><prosody volume='50'>Hello there.</prosody></voice>");
        Assert.Equal(loud.Max() / 2.0, soft.Max(), 2);
    }

    [Fact]
    public async Task A_pronunciation_of_ones_own_is_spoken()
    {
        var (_, given) = await SpeakAsync("<voice name='slt'>I say <phoneme alphabet='ipa' ph='təˈmɑtoʊ'>tomato</phoneme>.</voice>", visemes: true);
        Assert.Contains("t ax m aa t ow", string.Join(' ', given.Where(e => e.Kind is SpokenEventKind.Viseme).Select(e => e.Text)), StringComparison.Ordinal);
        Assert.Equal(["I", "say", "tomato"], given.Where(e => e.Kind is SpokenEventKind.Word).Select(e => e.Text));
    }

    [Fact]
    public async Task Marks_are_heard_where_they_stand()
    {
        var (_, events) = await SpeakAsync("<voice name='slt'>We are selling <bookmark mark='first'/>roses and <bookmark mark='second'/>daisies.<bookmark mark='end'/></voice>");
        var order = events.Where(e => e.Kind is SpokenEventKind.Word or SpokenEventKind.Mark).Select(e => e.Text);
        Assert.Equal(["We", "are", "selling", "first", "roses", "and", "second", "daisies", "end"], order);
    }

    [Fact]
    public async Task What_is_said_in_other_words_is_one_word_where_it_is_written()
    {
        var (_, events) = await SpeakAsync("<voice name='slt'>The <sub alias='World Wide Web Consortium'>W3C</sub> met on the <say-as interpret-as='date'>1/2/2020</say-as>.</voice>");
        Assert.Equal(["The", "W3C", "met", "on", "the", "1/2/2020"], events.Where(e => e.Kind is SpokenEventKind.Word).Select(e => e.Text));
    }

    [Fact]
    public async Task Speech_ends_at_its_longest()
    {
        var text = string.Concat(Enumerable.Repeat("This is a sentence. ", 50));
        using var lease = await models.Models.SpeechSynthesizerAsync(Cancellation);
        var length = 0;
        var options = new SpeakingOptions { SampleRate = 8000, Longest = TimeSpan.FromSeconds(5) };
        await foreach (var piece in lease.Model.SpeakAsync(SpeechScript.OfText(text, new(TestCast.Slt)), options, "", Cancellation))
        {
            length += piece.Samples.Length;
        }

        Assert.Equal(5 * 8000, length);
    }

    [Fact]
    public async Task A_cancelled_speech_ends_within_its_phrase()
    {
        using var lease = await models.Models.SpeechSynthesizerAsync(Cancellation);
        using var cancellation = new CancellationTokenSource();
        var script = SpeechScript.OfText(string.Join(' ', Enumerable.Repeat("wonderful", 59)), new(TestCast.Slt));
        var speaking = Task.Run(
            async () =>
            {
                await foreach (var piece in lease.Model.SpeakAsync(script, new() { SampleRate = Rate, Longest = Long }, "", cancellation.Token))
                {
                }
            },
            Cancellation);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => speaking);
    }

    [Fact]
    public async Task A_party_that_asks_much_does_not_keep_others_waiting()
    {
        using var lease = await models.Models.SpeechSynthesizerAsync(Cancellation);
        var script = SpeechScript.OfText(string.Concat(Enumerable.Repeat("This is one of very many sentences. ", 200)), new(TestCast.Slt));
        using var enough = new CancellationTokenSource();
        var busy = Enumerable.Range(0, 8).Select(_ => Task.Run(
            async () =>
            {
                await foreach (var piece in lease.Model.SpeakAsync(script, new() { SampleRate = Rate, Longest = Long }, "busy", enough.Token))
                {
                }
            },
            Cancellation)).ToList();
        var (samples, _) = await SpeakAsync("<voice name='slt'>I have a short question.</voice>", party: "other");
        Assert.NotEmpty(samples);
        Assert.All(busy, task => Assert.False(task.IsCompleted));
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(busy));
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("%s%n%d ../../etc/passwd -o /job/x -voice /etc/passwd")]
    [InlineData("-t -f --help $(reboot) `x` | & ; \\ \" '")]
    [InlineData("1 12 123 1234567890123456789012345678901234567890 0000 1.2.3.4 12:99 $1,000.50 £5 €3 50% 3rd 1/2 2020-02-30")]
    [InlineData("Ünïcödé naïve façade 你好 مرحبا 😀 \u200b\u202e end")]
    [InlineData("...!!!???,,,;;;---")]
    [InlineData("A.B.C. e.g. i.e. U.S.A. a@b.c http://x.y/z?q=1#f")]
    public async Task Odd_text_is_spoken_or_passed_over(string text)
    {
        using var lease = await models.Models.SpeechSynthesizerAsync(Cancellation);
        await foreach (var piece in lease.Model.SpeakAsync(SpeechScript.OfText(text, new(TestCast.Slt)), new() { SampleRate = Rate, HasWords = true, HasSentences = true, Longest = Long }, "", Cancellation))
        {
            Assert.True(piece.Samples.Length < 200 * Rate);
        }
    }

    [Fact]
    public async Task Random_text_never_breaks_a_voice()
    {
        const string characters = "aeioubcdfghjklmnpqrstvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789      .,;:!?'\"()[]{}<>@#$%^&*-_=+/\\|~`";
        var random = new CsCheck.PCG(1, 26);
        using var lease = await models.Models.SpeechSynthesizerAsync(Cancellation);
        for (var i = 0; i < 60; i++)
        {
            var text = new string([.. Enumerable.Range(0, (int)(random.Next() % 300)).Select(_ => characters[(int)(random.Next() % (uint)characters.Length)])]);
            var voice = FliteVoices.All[(int)(random.Next() % 4)];
            await foreach (var piece in lease.Model.SpeakAsync(SpeechScript.OfText(text, new(voice)), new() { SampleRate = 8000, HasWords = true, Longest = Long }, "", Cancellation))
            {
                Assert.NotNull(piece.Events);
            }
        }
    }

    [Fact]
    public async Task The_program_is_compiled_once_and_compiled_anew_where_its_file_is_not_ours()
    {
        await models.Store.PullAsync([ModelPackages.SpeakingVoices], null, Cancellation);
        using var folder = new TempFolder();
        File.Copy(Path.Combine(models.Store.FolderOf(ModelPackages.SpeakingVoices), "flite.wasm"), Path.Combine(folder.Path, "flite.wasm"));
        File.WriteAllText(Path.Combine(folder.Path, "flite.cwasm"), "of an older version");
        FliteModule.Open(folder.Path, TimeProvider.System).Dispose();
        var compiled = new FileInfo(Path.Combine(folder.Path, "flite.cwasm"));
        Assert.True(compiled.Length > 1 << 20);
        FliteModule.Open(folder.Path, TimeProvider.System).Dispose();
        Assert.Equal(compiled.LastWriteTimeUtc, new FileInfo(compiled.FullName).LastWriteTimeUtc);
    }

    private async Task<(short[] Samples, List<SpokenEvent> Events)> SpeakAsync(string body, bool visemes = false, string party = "")
    {
        using var lease = await models.Models.SpeechSynthesizerAsync(Cancellation);
        var (samples, events) = (new List<short>(), new List<SpokenEvent>());
        var options = new SpeakingOptions { SampleRate = Rate, HasWords = true, HasSentences = true, HasVisemes = visemes, Longest = Long };
        await foreach (var piece in lease.Model.SpeakAsync(TestCast.Read(body), options, party, Cancellation))
        {
            samples.AddRange(piece.Samples.Span);
            events.AddRange(piece.Events);
        }

        return ([.. samples], events);
    }
}
