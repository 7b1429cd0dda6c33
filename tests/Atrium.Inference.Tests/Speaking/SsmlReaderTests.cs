using System.Text;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Ssml;

namespace Atrium.Inference.Tests.Speaking;

public sealed class SsmlReaderTests
{
    [Fact]
    public void Text_is_said_by_the_voice_that_is_named()
    {
        var script = TestCast.Read("<voice name='rms'>Hello there.</voice>");
        var say = Assert.Single(script.Steps.OfType<SpeechStep.Say>());
        Assert.Equal(("Hello there.", "rms"), (say.Text, say.Style.Voice.Id));
        Assert.Equal(12, script.Characters);
    }

    [Theory]
    [InlineData("<speak version='1.0' xml:lang='en-US'><voice name='slt'>Hi</voice></speak>")]
    [InlineData("<?xml version='1.0'?><speak version='1.0' xmlns='https://www.w3.org/2001/10/synthesis' xml:lang='en-US'><voice name='slt'>Hi</voice></speak>")]
    public void The_name_space_may_be_missing_or_that_of_https(string document) => Assert.Single(SsmlReader.Read(document, new TestCast(), new()).Steps.OfType<SpeechStep.Say>());

    [Theory]
    [InlineData("<prosody rate='+50%'>a</prosody>", 1.5, 1, 1)]
    [InlineData("<prosody rate='50%'>a</prosody>", 1.5, 1, 1)]
    [InlineData("<prosody rate='-50%'>a</prosody>", 0.5, 1, 1)]
    [InlineData("<prosody rate='1.25'>a</prosody>", 1.25, 1, 1)]
    [InlineData("<prosody rate='x-fast'>a</prosody>", 2, 1, 1)]
    [InlineData("<prosody rate='9'>a</prosody>", 2, 1, 1)]
    [InlineData("<prosody pitch='high'>a</prosody>", 1, 1.2, 1)]
    [InlineData("<prosody pitch='+12st'>a</prosody>", 1, 1.5, 1)]
    [InlineData("<prosody pitch='-10%'>a</prosody>", 1, 0.9, 1)]
    [InlineData("<prosody pitch='90Hz'>a</prosody>", 1, 0.5, 1)]
    [InlineData("<prosody pitch='+18Hz'>a</prosody>", 1, 1.1, 1)]
    [InlineData("<prosody volume='silent'>a</prosody>", 1, 1, 0)]
    [InlineData("<prosody volume='75'>a</prosody>", 1, 1, 0.75)]
    [InlineData("<prosody volume='-20'>a</prosody>", 1, 1, 0.8)]
    [InlineData("<prosody volume='120'>a</prosody>", 1, 1, 1)]
    [InlineData("<prosody rate='2'><prosody rate='-50%' volume='50'>a</prosody></prosody>", 1, 1, 0.5)]
    [InlineData("<emphasis level='none'>a</emphasis>", 1, 1, 1)]
    public void Prosody_changes_rate_pitch_and_volume(string body, double rate, double pitch, double volume)
    {
        var style = Assert.Single(TestCast.Read($"<voice name='slt'>{body}</voice>").Steps.OfType<SpeechStep.Say>()).Style;
        Assert.Equal((rate, pitch, volume), (Math.Round(style.Rate, 3), Math.Round(style.Pitch, 3), Math.Round(style.Volume, 3)));
    }

    [Theory]
    [InlineData("<break/>", 750)]
    [InlineData("<break strength='x-strong'/>", 1250)]
    [InlineData("<break time='2s' strength='weak'/>", 2000)]
    [InlineData("<break time='90s'/>", 20000)]
    public void A_break_is_as_long_as_published(string element, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Assert.Single(TestCast.Read($"<voice name='slt'>a {element} b</voice>").Steps.OfType<SpeechStep.Pause>()).Length);

    [Fact]
    public void What_is_substituted_stands_for_what_is_written()
    {
        var says = TestCast.Read("<voice name='slt'>The <sub alias='World Wide Web'>WWW</sub>, <say-as interpret-as='ordinal'> 3rd </say-as> time.</voice>").Steps.OfType<SpeechStep.Say>().ToList();
        Assert.Equal(["The ", "World Wide Web", ", ", "third", " time."], says.Select(say => say.Text));
        Assert.Equal([null, "WWW", null, "3rd", null], says.Select(say => say.Written));
    }

    [Theory]
    [InlineData("ipa", "tə.ˈmeɪ.toʊ", "t ax0 m ey1 t ow0")]
    [InlineData("ipa", "təmeɪˈtoʊ", "t ax0 m ey0 t ow1")]
    [InlineData("sapi", "iy eh n y uw eh s", "iy1 eh0 n y uw0 eh0 s")]
    [InlineData("sapi", "b er 1 r - g ax r", "b er1 r g ax0 r")]
    [InlineData("ups", "JH AU", "jh aw1")]
    [InlineData("x-sampa", "he.\"lou", "hh eh0 l ow1 uw0")]
    public void A_pronunciation_is_read_in_its_alphabet(string alphabet, string pronunciation, string phones)
    {
        var quote = pronunciation.Contains('"') ? '\'' : '"';
        var say = Assert.Single(TestCast.Read($"<voice name='slt'><phoneme alphabet='{alphabet}' ph={quote}{pronunciation}{quote}> word </phoneme></voice>").Steps.OfType<SpeechStep.Say>());
        Assert.Equal(phones, string.Join(' ', say.Phones!));
    }

    [Fact]
    public void Elements_of_other_name_spaces_are_passed_over_and_what_is_in_them_is_said() =>
        Assert.Equal("ab", string.Concat(TestCast.Read("<voice name='slt'><x:y xmlns:x='urn:x'>a</x:y><mstts:express-as style='sad'>b</mstts:express-as></voice>").Steps.OfType<SpeechStep.Say>().Select(s => s.Text)));

    public static TheoryData<string, string> Wrong => new()
    {
        { "", "no well-formed XML" },
        { "hello", "no well-formed XML" },
        { "<speak", "no well-formed XML" },
        { "<speak version='1.0' xml:lang='en-US'><voice name='slt'>Hi", "no well-formed XML" },
        { "<voice name='slt'>Hi</voice>", "must be a 'speak' element" },
        { "<speak version='1.0' xmlns='http://www.w3.org/1999/xhtml' xml:lang='en-US'><voice name='slt'>Hi</voice></speak>", "must be a 'speak' element" },
        { "<speak xml:lang='en-US'><voice name='slt'>Hi</voice></speak>", "version=\"1.0\"" },
        { "<speak version='1.0'><voice name='slt'>Hi</voice></speak>", "xml:lang" },
        { TestCast.Document("Hi"), "outside of a voice element" },
        { TestCast.Document("<p>Hi</p>"), "outside of a voice element" },
        { TestCast.Document(""), "at least one voice element" },
        { TestCast.Document("<voice>Hi</voice>"), "needs the attribute name" },
        { TestCast.Document("<voice name='nobody'>Hi</voice>"), "no voice 'nobody' here. Voices: slt" },
        { TestCast.Document("<voice name='slt'> </voice>"), "nothing to say" },
        { TestCast.Document("<voice name='slt'><blink>Hi</blink></voice>"), "no element 'blink'" },
        { TestCast.Document("<voice name='slt'><prosody rate='quick'>Hi</prosody></voice>"), "'quick' is no rate" },
        { TestCast.Document("<voice name='slt'><prosody pitch='NaN'>Hi</prosody></voice>"), "'NaN' is no pitch" },
        { TestCast.Document("<voice name='slt'><prosody volume='1e999'>Hi</prosody></voice>"), "is no volume" },
        { TestCast.Document("<voice name='slt'><break time='soon'/>Hi</voice>"), "'break' takes" },
        { TestCast.Document("<voice name='slt'><break>x</break>Hi</voice>"), "can have no text" },
        { TestCast.Document("<voice name='slt'><say-as>Hi</say-as></voice>"), "interpret-as" },
        { TestCast.Document("<voice name='slt'><say-as interpret-as='date'><p>1</p></say-as></voice>"), "can only have text" },
        { TestCast.Document("<voice name='slt'><sub>Hi</sub></voice>"), "alias" },
        { TestCast.Document("<voice name='slt'><phoneme>Hi</phoneme></voice>"), "attribute ph" },
        { TestCast.Document("<voice name='slt'><phoneme alphabet='morse' ph='x'>Hi</phoneme></voice>"), "alphabets ipa" },
        { TestCast.Document("<voice name='slt'><phoneme alphabet='sapi' ph='t zz'>Hi</phoneme></voice>"), "'zz' in 't zz'" },
        { TestCast.Document("<voice name='slt'><phoneme alphabet='ipa' ph='tɬ'>Hi</phoneme></voice>"), "'ɬ' in 'tɬ'" },
        { TestCast.Document("<voice name='slt'><mstts:silence type='Middle' value='2s'/>Hi</voice>"), "no type 'Middle'" },
        { TestCast.Document("<voice name='slt'><lang xml:lang='de-DE'>Hallo</lang></voice>"), "No voice here speaks 'de-DE'" },
        { TestCast.Document("<voice name='slt'><lexicon uri='https://example.com/x.xml'/>Hi</voice>"), "'lexicon' is not built yet" },
        { "<!DOCTYPE speak [<!ENTITY a 'ha'>]><speak version='1.0' xml:lang='en-US'><voice name='slt'>&a;</voice></speak>", "DOCTYPE" },
        { TestCast.Document("<voice name='slt'>&undefined;</voice>"), "no well-formed XML" },
        { TestCast.Document("<voice name='slt'>a\u0001</voice>"), "no well-formed XML" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_mistake_is_reported_with_what_would_be_right(string document, string expected)
    {
        var refused = Assert.Throws<SsmlException>(() => SsmlReader.Read(document, new TestCast(), new()));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_reported_with_their_lines()
    {
        var refused = Assert.Throws<SsmlException>(() => TestCast.Read("\n<voice name='nobody'>\n<break time='x'/><prosody rate='?'>a</prosody>\n</voice>"));
        Assert.Equal([2, 3, 3], refused.Problems.Select(problem => problem.Line));
    }

    [Fact]
    public void Entities_that_multiply_are_refused_before_they_do()
    {
        var entities = string.Concat(Enumerable.Range(1, 30).Select(i => $"<!ENTITY l{i} '&l{i - 1};&l{i - 1};'>"));
        Assert.Throws<SsmlException>(() => SsmlReader.Read($"<!DOCTYPE s [<!ENTITY l0 'ha'>{entities}]><speak version='1.0' xml:lang='en-US'><voice name='slt'>&l30;</voice></speak>", new TestCast(), new()));
    }

    [Fact]
    public void Depth_length_and_number_of_voices_are_bounded()
    {
        var deep = new StringBuilder().Insert(0, "<p>", 10_000).Append("Hi").Insert(30_002, "</p>", 10_000);
        Assert.Contains("deep", Assert.Throws<SsmlException>(() => TestCast.Read($"<voice name='slt'>{deep}</voice>", new() { MostCharacters = 1_000_000 })).Message, StringComparison.Ordinal);
        Assert.Contains("characters", Assert.Throws<SsmlException>(() => TestCast.Read($"<voice name='slt'>{new string('a', 70_000)}</voice>")).Message, StringComparison.Ordinal);
        Assert.Contains("more than 50", Assert.Throws<SsmlException>(() => TestCast.Read(new StringBuilder().Insert(0, "<voice name='slt'>a</voice>", 51).ToString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_that_is_cut_off_or_garbled_anywhere_is_refused_or_said_but_never_breaks()
    {
        var whole = TestCast.Document("<voice name='slt'><mstts:silence type='Leading' value='1s'/><p>One <break time='1s'/> <say-as interpret-as='date'>1/2/2020</say-as></p><phoneme alphabet='ipa' ph='təˈ'>x</phoneme></voice>");
        var seeded = new CsCheck.PCG(7, 7);
        for (var i = 0; i < whole.Length; i++)
        {
            Attempt(whole[..i]);
            Attempt(whole.Remove(i, 1));
            Attempt(whole.Insert(i, "<>&'\"/ ]\0"[(int)(seeded.Next() % 9)].ToString()));
        }

        static void Attempt(string document)
        {
            try
            {
                SsmlReader.Read(document, new TestCast(), new());
            }
            catch (SsmlException refused)
            {
                Assert.NotEmpty(refused.Problems);
            }
        }
    }
}
