using Atrium.Inference.Hearing;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Espeak;
using Atrium.Inference.Tests.Hearing;

namespace Atrium.Inference.Tests.Speaking;

/// <summary>Against the real program, which <c>./test</c> installs.</summary>
public sealed class EspeakVoiceTests(ModelCache models) : IDisposable
{
    private const int Rate = 16_000;
    private readonly SpeechSynthesizer synthesizer = new([.. EspeakEngine.Find(new())], new());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => synthesizer.Dispose();

    [Fact]
    public void Every_language_has_a_man_and_a_woman_once()
    {
        SkipUnlessInstalled();
        Assert.True(synthesizer.Voices.Count > 150, $"{synthesizer.Voices.Count} voices");
        Assert.Equal(synthesizer.Voices.Count, synthesizer.Voices.DistinctBy(voice => (voice.Locale, voice.Gender)).Count());
        Assert.All(["de-DE", "fr-FR", "es-ES", "es-MX", "pt-BR", "zh-CN", "hi-IN", "ar-SA", "en-GB"], locale => Assert.Equal(2, synthesizer.Voices.Count(voice => voice.Locale == locale)));
        Assert.DoesNotContain(synthesizer.Voices, voice => voice.Language is "ja" or "my");
    }

    [Theory]
    [InlineData("de-DE", "Guten Tag, wie geht es Ihnen heute?", "Guten Tag wie geht es Ihnen heute")]
    [InlineData("fr-FR", "Il est parti avec ses amis vers la gare.", "Il est parti avec ses amis vers la gare")]
    [InlineData("es-ES", "¿La casa es muy grande?", "La casa es muy grande")]
    [InlineData("it-IT", "Buongiorno, come stai oggi?", "Buongiorno come stai oggi")]
    [InlineData("pl-PL", "Dzień dobry, jak się masz?", "Dzień dobry jak się masz")]
    [InlineData("ru-RU", "Добрый день, как дела?", "Добрый день как дела")]
    [InlineData("hi-IN", "नमस्ते आप कैसे हैं।", "नमस्ते आप कैसे हैं")]
    [InlineData("ar-SA", "مرحبا كيف حالك؟", "مرحبا كيف حالك")]
    [InlineData("el-GR", "Καλημέρα, τι κάνεις;", "Καλημέρα τι κάνεις")]
    [InlineData("sv-SE", "God dag, hur mår du?", "God dag hur mår du")]
    public async Task A_language_is_spoken_and_its_words_are_told_one_after_another(string locale, string text, string words)
    {
        SkipUnlessInstalled();
        foreach (var gender in Enum.GetValues<VoiceGender>())
        {
            var (samples, events) = await SpeakAsync(locale, gender, text);
            Assert.InRange((double)samples.Length / Rate, 0.8, 6);
            Assert.Contains(samples, sample => sample > 3000);
            var told = events.Where(e => e.Kind is SpokenEventKind.Word).ToList();
            Assert.Equal(words, string.Join(' ', told.Select(e => e.Text)));
            Assert.All(told.Zip(told.Skip(1)), pair => Assert.True(pair.First.Offset + pair.First.Duration <= pair.Second.Offset + TimeSpan.FromMilliseconds(1), $"{pair}"));
            Assert.All(told, word => Assert.InRange(word.Duration.TotalMilliseconds, 15, 1500));
            Assert.True(told[^1].Offset + told[^1].Duration <= TimeSpan.FromSeconds((double)samples.Length / Rate));
        }
    }

    [Fact]
    public async Task Clauses_of_Chinese_are_words_and_long_ones_come_in_parts()
    {
        SkipUnlessInstalled();
        var (samples, events) = await SpeakAsync("zh-CN", VoiceGender.Female, "你好，世界。今天天气很好。");
        Assert.Equal(["你好", "世界", "今天天气很好"], events.Where(e => e.Kind is SpokenEventKind.Word).Select(e => e.Text));
        Assert.Equal(2, events.Count(e => e.Kind is SpokenEventKind.Sentence));
        Assert.InRange((double)samples.Length / Rate, 2, 8);
        var (_, many) = await SpeakAsync("zh-CN", VoiceGender.Male, string.Concat(Enumerable.Repeat("今天天气很好", 30)));
        Assert.True(many.Count(e => e.Kind is SpokenEventKind.Word) >= 4);
    }

    [Fact]
    public async Task Words_begin_where_they_are_heard()
    {
        SkipUnlessInstalled();
        var words = 0;
        foreach (var (locale, text) in ((string, string)[])
                 [("es-ES", "Madrid, Salamanca, Sevilla, Córdoba, Toledo."), ("de-DE", "Köln, Hamburg, München, Stuttgart, Leipzig."), ("fr-FR", "Paris, Toulouse, Marseille, Nantes, Lyon.")])
        {
            // Commas make silences, and behind a silence a word begins; none of these with a murmur.
            var (samples, events) = await SpeakAsync(locale, VoiceGender.Male, text);
            var begins = BeginsOf(samples);
            var told = events.Where(e => e.Kind is SpokenEventKind.Word).Select(e => e.Offset.TotalSeconds).ToList();
            Assert.Equal(5, begins.Count);
            Assert.All(told.Zip(begins), pair => Assert.InRange(pair.First - pair.Second, -0.08, 0.08));
            words += told.Count;
        }

        Assert.Equal(15, words);
    }

    [Fact]
    public async Task English_is_understood_by_the_recognizer()
    {
        SkipUnlessInstalled();
        string[] sentences =
        [
            "Please send the signed contract back by the end of next week.",
            "My brother bought seven apples and a bottle of fresh milk yesterday.",
            "Nobody knows why the train from the city was so late this morning.",
            "Every student in the class has to write a short letter to a friend.",
            "In the winter the mountain road is closed because of the heavy snow.",
        ];
        using var recognizer = await models.Models.SpeechRecognizerAsync(Cancellation);
        var (wrong, all) = (0, 0);
        foreach (var sentence in sentences)
        {
            var (samples, _) = await SpeakAsync("en-US", VoiceGender.Male, sentence);
            var (said, heard) = (Recordings.Words(sentence), new List<string>());
            await foreach (var told in recognizer.Model.ListenAsync(SpeechAudio.Whole((float[])[.. Recordings.Silence(0.5), .. samples.Select(sample => sample / 32768f), .. Recordings.Silence(0.5)]), new() { Lane = "a" }, Cancellation))
            {
                heard.AddRange(told is SpeechRecognized recognized ? Recordings.Words(recognized.Phrase.Text) : []);
            }

            (wrong, all) = (wrong + Distance(said, heard), all + said.Length);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"espeak-ng en-US heard by {recognizer.Model.Name}: {wrong} of {all} words wrong ({100.0 * wrong / all:F1} %)");
        Assert.InRange((double)wrong / all, 0, 0.3);
    }

    [Fact]
    public async Task Rate_pitch_and_volume_change_what_they_name()
    {
        SkipUnlessInstalled();
        const string text = "Wir waren im Winter immer in Wien am Meer.";
        var (usual, _) = await SpeakAsync("de-DE", VoiceGender.Male, text);
        var (slow, _) = await SpeakAsync("de-DE", VoiceGender.Male, text, style => style with { Rate = 0.5 });
        var (high, _) = await SpeakAsync("de-DE", VoiceGender.Male, text, style => style with { Pitch = 1.3 });
        var (soft, _) = await SpeakAsync("de-DE", VoiceGender.Male, text, style => style with { Volume = 0.5 });
        var (woman, _) = await SpeakAsync("de-DE", VoiceGender.Female, text);
        Assert.InRange((double)slow.Length / usual.Length, 1.6, 2.2);
        Assert.InRange((double)high.Length / usual.Length, 0.95, 1.05);
        Assert.InRange(SpeechPitch.Of(high, Rate) / SpeechPitch.Of(usual, Rate), 1.15, 1.45);
        Assert.InRange(SpeechPitch.Of(woman, Rate) / SpeechPitch.Of(usual, Rate), 1.2, 3);
        Assert.InRange((double)soft.Max() / usual.Max(), 0.45, 0.55);
    }

    [Fact]
    public async Task The_same_letters_sound_otherwise_in_another_language()
    {
        SkipUnlessInstalled();
        var (german, _) = await SpeakAsync("de-DE", VoiceGender.Male, "Restaurant Journal");
        var (french, _) = await SpeakAsync("fr-FR", VoiceGender.Male, "Restaurant Journal");
        Assert.NotEqual(german, french);
        Assert.Contains("Z", string.Join(' ', EspeakPhones.All("Z_u_R_n_'a_l")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marks_pauses_and_spelling_are_where_the_document_has_them()
    {
        SkipUnlessInstalled();
        var (_, plain) = await SpeakAsync("de-DE", VoiceGender.Male, "Rosen und Tulpen.");
        var voice = synthesizer.Voices.First(v => v is { Locale: "de-DE", Gender: VoiceGender.Male });
        var script = TestCast.Read("<voice name='v'>Rosen <bookmark mark='one'/>und<break time='2s'/> <say-as interpret-as='characters'>ABC</say-as>.<bookmark mark='end'/></voice>", cast: new OneVoice(voice));
        var (samples, events) = await SpeakAsync(script);
        Assert.Equal(["Rosen", "one", "und", "ABC", "end"], events.Where(e => e.Kind is SpokenEventKind.Word or SpokenEventKind.Mark).Select(e => e.Text));
        Assert.True(samples.Length > 3 * Rate);
        Assert.NotEmpty(plain);
    }

    [Theory]
    [InlineData("%s%n ../../etc/passwd -w /tmp/x -f /etc/passwd --path=/etc")]
    [InlineData("[[h@l'oU]] ]] [[ \u0001 \u001b[2J <speak><audio src='/etc/passwd'/></speak> $(reboot)")]
    [InlineData("...!!!???,,,;;;---")]
    [InlineData("Ünïcödé 你好 مرحبا 😀 \u200b\u202e end")]
    public async Task Odd_text_is_spoken_or_passed_over(string text)
    {
        SkipUnlessInstalled();
        var (samples, _) = await SpeakAsync("de-DE", VoiceGender.Male, text);
        Assert.True(samples.Length < 120 * Rate);
    }

    [Fact]
    public void A_program_that_cannot_be_locked_in_offers_nothing()
    {
        SkipUnlessInstalled();
        Assert.Empty(EspeakEngine.Find(new() { Bubblewrap = "/no/such/program" }));
        Assert.Empty(EspeakEngine.Find(new() { Program = "/no/such/program" }));
        Assert.Empty(EspeakEngine.Find(null));
    }

    private void SkipUnlessInstalled() => Assert.SkipWhen(synthesizer.Voices.Count == 0, "espeak-ng cannot be run here (Debian: apt-get install espeak-ng bubblewrap).");

    private Task<(short[] Samples, List<SpokenEvent> Events)> SpeakAsync(string locale, VoiceGender gender, string text, Func<SpeechStyle, SpeechStyle>? change = null)
    {
        var style = new SpeechStyle(synthesizer.Voices.First(voice => voice.Locale == locale && voice.Gender == gender));
        return SpeakAsync(SpeechScript.OfText(text, change?.Invoke(style) ?? style));
    }

    private async Task<(short[] Samples, List<SpokenEvent> Events)> SpeakAsync(SpeechScript script)
    {
        var (samples, events) = (new List<short>(), new List<SpokenEvent>());
        await foreach (var piece in synthesizer.SpeakAsync(script, new() { SampleRate = Rate, HasWords = true, HasSentences = true, Longest = TimeSpan.FromMinutes(5) }, "", Cancellation))
        {
            samples.AddRange(piece.Samples.Span);
            events.AddRange(piece.Events);
        }

        return ([.. samples], events);
    }

    /// <summary>Where sound begins behind at least a tenth of a second of silence, in seconds.</summary>
    private static List<double> BeginsOf(short[] samples)
    {
        var (begins, silent) = (new List<double>(), Rate);
        for (var i = 0; i < samples.Length; i++)
        {
            var isHeard = Math.Abs((int)samples[i]) > 100;
            if (isHeard && silent >= Rate * 0.13)
            {
                begins.Add((double)i / Rate);
            }

            silent = isHeard ? 0 : silent + 1;
        }

        return begins;
    }

    private static int Distance(string[] said, List<string> heard)
    {
        var costs = Enumerable.Range(0, heard.Count + 1).ToArray();
        for (var i = 1; i <= said.Length; i++)
        {
            var diagonal = costs[0]++;
            for (var j = 1; j <= heard.Count; j++)
            {
                (diagonal, costs[j]) = (costs[j], Math.Min(Math.Min(costs[j], costs[j - 1]) + 1, diagonal + (said[i - 1] == heard[j - 1] ? 0 : 1)));
            }
        }

        return costs[^1];
    }

    private sealed class OneVoice(SpeechVoice voice) : Inference.Speaking.Ssml.IVoiceCast
    {
        public string Offer => "v.";

        public SpeechVoice? Find(string name) => voice;

        public SpeechVoice? InLanguage(SpeechVoice other, string locale) => voice;
    }
}
