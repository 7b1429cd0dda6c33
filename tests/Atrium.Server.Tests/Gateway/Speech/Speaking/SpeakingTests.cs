using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Inference;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway.Speech.Speaking;

public sealed class SpeakingTests(SpeakingScene scene) : IClassFixture<SpeakingScene>
{
    private const string Hello = "Hello, this is a sentence.";

    [Theory]
    [InlineData("riff-8khz-8bit-mono-mulaw", 7, 8000, 1)]
    [InlineData("riff-8khz-8bit-mono-alaw", 6, 8000, 1)]
    [InlineData("riff-8khz-16bit-mono-pcm", 1, 8000, 2)]
    [InlineData("riff-16khz-16bit-mono-pcm", 1, 16000, 2)]
    [InlineData("riff-22050hz-16bit-mono-pcm", 1, 22050, 2)]
    [InlineData("riff-24khz-16bit-mono-pcm", 1, 24000, 2)]
    [InlineData("riff-44100hz-16bit-mono-pcm", 1, 44100, 2)]
    [InlineData("riff-48khz-16bit-mono-pcm", 1, 48000, 2)]
    public async Task A_WAV_file_says_what_is_in_it(string format, short tag, int rate, int bytes)
    {
        var (answer, body) = await scene.SpeakAsync(SpeakingScene.Document(Hello), format);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, Encoding.UTF8.GetString(body));
        Assert.Equal("audio/x-wav", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(body.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(4)));
        Assert.Equal(tag, BinaryPrimitives.ReadInt16LittleEndian(body.AsSpan(20)));
        Assert.Equal(rate, BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(24)));
        Assert.Equal(body.Length - 44, BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(40)));
        Assert.InRange((double)(body.Length - 44) / rate / bytes, 1.2, 3.5);
        Assert.Equal(["en-US-SltFlite"], answer.Headers.GetValues("x-atrium-voice"));
    }

    [Theory]
    [InlineData("raw-8khz-8bit-mono-mulaw", "audio/basic", 8_000)]
    [InlineData("raw-16khz-16bit-mono-pcm", "audio/basic", 32_000)]
    [InlineData("raw-48khz-16bit-mono-pcm", "audio/basic", 96_000)]
    [InlineData("g722-16khz-64kbps", "audio/G722", 8_000)]
    [InlineData("audio-16khz-16bit-32kbps-mono-opus", "audio/opus", 4_000)]
    [InlineData("audio-24khz-16bit-48kbps-mono-opus", "audio/opus", 6_000)]
    public async Task Bytes_without_a_container_have_the_published_rate(string format, string mediaType, int bytesPerSecond)
    {
        var (answer, body) = await scene.SpeakAsync(SpeakingScene.Document(Hello), format);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, Encoding.UTF8.GetString(body));
        Assert.Equal(mediaType, answer.Content.Headers.ContentType!.MediaType);
        Assert.InRange((double)body.Length / bytesPerSecond, 1.2, 3.5);
    }

    [Theory]
    [InlineData("ogg-16khz-16bit-mono-opus", "audio/ogg", "OggS")]
    [InlineData("ogg-48khz-16bit-mono-opus", "audio/ogg", "OggS")]
    [InlineData("webm-24khz-16bit-mono-opus", "audio/webm", "\u001aE\u00df\u00a3")]
    [InlineData("audio-24khz-48kbitrate-mono-mp3", "audio/mpeg", "\u00ff\u00f3")]
    public async Task Compressed_speech_is_what_it_is_called_and_decodes_to_its_length(string format, string mediaType, string beginning)
    {
        var (answer, body) = await scene.SpeakAsync(SpeakingScene.Document(Hello), format);
        Assert.SkipWhen(mediaType == "audio/mpeg" && answer.StatusCode == HttpStatusCode.BadRequest && InstalledPrograms.Find("ffmpeg") is null, "ffmpeg is not installed.");
        Assert.True(answer.StatusCode == HttpStatusCode.OK, Encoding.UTF8.GetString(body));
        Assert.Equal(mediaType, answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(beginning, Encoding.Latin1.GetString(body, 0, beginning.Length));
        var (_, plain) = await scene.SpeakAsync(SpeakingScene.Document(Hello), "raw-16khz-16bit-mono-pcm");
        var decoded = await ForeignDecoder.DecodeAsync(body);
        Assert.InRange((double)decoded.Length / plain.Length, 0.97, 1.06);
    }

    [Fact]
    public async Task What_cannot_be_made_is_refused_with_what_can()
    {
        foreach (var format in (string?[])[null, "", "wav", "amr-wb-16000hz", "raw-16khz-16bit-mono-truesilk", "riff-16khz-16kbps-mono-siren"])
        {
            var (answer, body) = await scene.SpeakAsync(SpeakingScene.Document(Hello), format);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var error = JsonNode.Parse(body)!["error"]!;
            Assert.Equal("UnsupportedOutputFormat", (string?)error["code"]);
            Assert.Contains("riff-24khz-16bit-mono-pcm", (string)error["message"]!, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("<speak version='1.0' xml:lang='en-US'><voice name='en-US-NobodyNeural'>Hi</voice></speak>", "en-US-NobodyNeural")]
    [InlineData("<speak version='1.0' xml:lang='en-US'>\n<voice name='en-US-JennyNeural'><blink/></voice></speak>", "Line 2")]
    [InlineData("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><speak version='1.0' xml:lang='en-US'><voice name='en-US-JennyNeural'>&a;</voice></speak>", "DOCTYPE")]
    [InlineData("", "no well-formed XML")]
    public async Task A_wrong_document_is_400_with_its_place(string document, string expected)
    {
        var (answer, body) = await scene.SpeakAsync(document, "raw-16khz-16bit-mono-pcm");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = JsonNode.Parse(body)!["error"]!;
        Assert.Equal("InvalidSsml", (string?)error["code"]);
        Assert.Contains(expected, (string)error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_content_type_is_415_and_too_much_is_413()
    {
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await scene.SpeakAsync(SpeakingScene.Document(Hello), "raw-16khz-16bit-mono-pcm", "text/plain")).Answer.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await scene.SpeakAsync(new string('a', 300_000), "raw-16khz-16bit-mono-pcm")).Answer.StatusCode);
        var (answer, _) = await scene.SpeakAsync(SpeakingScene.Document(new string('a', 70_000)), "raw-16khz-16bit-mono-pcm");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_wrong_key_is_401_and_nothing_is_counted_twice()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await scene.SpeakAsync(SpeakingScene.Document(Hello), "raw-16khz-16bit-mono-pcm", key: "wrong")).Answer.StatusCode);
        var before = await scene.RowsAsync("speech.synthesize");
        await scene.SpeakAsync(SpeakingScene.Document(Hello), "raw-16khz-16bit-mono-pcm");
        await scene.SpeakAsync(SpeakingScene.Document(Hello), "riff-16khz-16bit-mono-pcm");
        var after = await scene.RowsAsync("speech.synthesize");
        var made = after.Take(after.Count - before.Count).ToList();
        Assert.Equal(2, made.Count);
        Assert.All(made, row => Assert.Equal((26, 200), ((int)row!["tokensIn"]!, (int)row["status"]!)));
        Assert.All(made, row => Assert.InRange((int)row!["tokensOut"]!, 2, 3));
    }

    [Fact]
    public async Task The_voices_are_listed_with_who_really_speaks()
    {
        foreach (var path in (string[])["/cognitiveservices/voices/list", "/tts/cognitiveservices/voices/list"])
        {
            var voices = await VoicesAsync(path);
            var jenny = voices.Single(voice => (string?)voice!["ShortName"] == "en-US-JennyNeural")!;
            Assert.Equal(("Female", "en-US", "English (United States)", "en-US-SltFlite"), ((string?)jenny["Gender"], (string?)jenny["Locale"], (string?)jenny["LocaleName"], (string?)jenny["ExtendedPropertyMap"]!["SpokenBy"]));
            Assert.Contains(voices, voice => (string?)voice!["ShortName"] == "en-GB-AwbFlite");
        }
    }

    [Fact]
    public async Task Every_voice_of_the_list_speaks()
    {
        foreach (var voice in (await VoicesAsync("/cognitiveservices/voices/list")).DistinctBy(voice => (string)voice!["ExtendedPropertyMap"]!["SpokenBy"]!))
        {
            var (answer, body) = await scene.SpeakAsync(SpeakingScene.Document("Hi", (string)voice!["ShortName"]!), "raw-16khz-16bit-mono-pcm");
            Assert.True(answer.StatusCode == HttpStatusCode.OK && body.Length > 5000, $"{voice}: {answer.StatusCode}, {body.Length} bytes");
            Assert.Equal([(string)voice["ExtendedPropertyMap"]!["SpokenBy"]!], answer.Headers.GetValues("x-atrium-voice"));
        }
    }

    [Fact]
    public async Task A_speech_that_nobody_listens_to_any_more_is_counted_as_broken_off()
    {
        var before = (await scene.RowsAsync("speech.synthesize")).Count;
        using var cancellation = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cognitiveservices/v1") { Content = new StringContent(SpeakingScene.Document(string.Concat(Enumerable.Repeat("This is one of very many sentences. ", 1500)))) };
        request.Content.Headers.ContentType = new("application/ssml+xml");
        request.Headers.Add("Ocp-Apim-Subscription-Key", scene.Key);
        request.Headers.Add("X-Microsoft-OutputFormat", "raw-48khz-16bit-mono-pcm");
        using (var answer = await scene.Hub.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var row = (await UntilAsync(() => scene.RowsAsync("speech.synthesize"), found => found.Count > before))[0]!;
        Assert.Equal(499, (int)row["status"]!);
        Assert.InRange((int)row["tokensOut"]!, 1, 599);
    }

    [Theory]
    [InlineData("/tts/cognitiveservices/v1", HttpStatusCode.OK)]
    [InlineData("/cognitiveservices/v2", HttpStatusCode.NotImplemented)]
    public async Task The_path_is_the_published_one(string path, HttpStatusCode expected) =>
        Assert.Equal(expected, (await scene.SpeakAsync(SpeakingScene.Document("Hi"), "raw-16khz-16bit-mono-pcm", path: path)).Answer.StatusCode);

    private async Task<JsonArray> VoicesAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Ocp-Apim-Subscription-Key", scene.Key } } };
        using var answer = await scene.Hub.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsArray();
    }
}
