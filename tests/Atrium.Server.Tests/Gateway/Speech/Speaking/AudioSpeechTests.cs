using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Inference;
using Atrium.Server.Tests.Gateway.Speech.Hearing;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Speech.Speaking;

public sealed class AudioSpeechTests(SpeakingScene scene) : IClassFixture<SpeakingScene>
{
    private const string Hello = "Hello, this is a sentence.";

    [Theory]
    [InlineData("wav", "audio/wav", "RIFF")]
    [InlineData("pcm", "audio/pcm", null)]
    [InlineData("opus", "audio/ogg", "OggS")]
    [InlineData("mp3", "audio/mpeg", null)]
    [InlineData("aac", "audio/aac", null)]
    [InlineData("flac", "audio/flac", "fLaC")]
    public async Task Every_format_is_made(string format, string mediaType, string? beginning)
    {
        var (answer, body) = await SpeakAsync(new { model = "tts", input = Hello, voice = "alloy", response_format = format });
        Assert.SkipWhen(answer.StatusCode == HttpStatusCode.NotImplemented && InstalledPrograms.Find("ffmpeg") is null, "ffmpeg is not installed.");
        Assert.True(answer.StatusCode == HttpStatusCode.OK, Encoding.UTF8.GetString(body));
        Assert.Equal(mediaType, answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["en-US-SltFlite"], answer.Headers.GetValues("x-atrium-voice"));
        Assert.StartsWith(beginning ?? "", Encoding.Latin1.GetString(body), StringComparison.Ordinal);
        var (_, plain) = await SpeakAsync(new { model = "tts", input = Hello, voice = "alloy", response_format = "pcm" });
        if (format != "pcm")
        {
            Assert.InRange(await ForeignDecoder.DecodeAsync(body) is var decoded ? (double)decoded.Length / plain.Length : 0, 0.6, 0.75);
        }
    }

    [Fact]
    public async Task Without_a_format_it_is_MP3()
    {
        var (answer, _) = await SpeakAsync(new { model = "tts", input = Hello, voice = "onyx" });
        Assert.SkipWhen(answer.StatusCode == HttpStatusCode.NotImplemented && InstalledPrograms.Find("ffmpeg") is null, "ffmpeg is not installed.");
        Assert.Equal("audio/mpeg", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["en-US-RmsFlite"], answer.Headers.GetValues("x-atrium-voice"));
    }

    [Fact]
    public async Task Speed_changes_the_length()
    {
        var (_, usual) = await SpeakAsync(new { model = "tts", input = Hello, voice = "alloy", response_format = "pcm" });
        var (_, fast) = await SpeakAsync(new { model = "tts", input = Hello, voice = "alloy", response_format = "pcm", speed = 2 });
        Assert.InRange((double)fast.Length / usual.Length, 0.45, 0.7);
    }

    [Fact]
    public async Task Events_carry_the_same_audio_and_the_usage()
    {
        var (_, whole) = await SpeakAsync(new { model = "tts", input = Hello, voice = "alloy", response_format = "pcm" });
        var (answer, body) = await SpeakAsync(new { model = "tts", input = Hello, voice = "alloy", response_format = "pcm", stream_format = "sse" });
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var events = Encoding.UTF8.GetString(body).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => JsonNode.Parse(e["data: ".Length..])!).ToList();
        Assert.Equal(whole, events.Where(e => (string?)e["type"] == "speech.audio.delta").SelectMany(e => Convert.FromBase64String((string)e["audio"]!)).ToArray());
        Assert.Equal(("speech.audio.done", Hello.Length), ((string)events[^1]["type"]!, (int)events[^1]["usage"]!["input_tokens"]!));
    }

    [Fact]
    public async Task The_Azure_form_names_the_deployment_in_its_address()
    {
        var (answer, body) = await SpeakAsync(new { input = Hello, voice = "en-US-GuyNeural", response_format = "wav" }, "/openai/deployments/tts/audio/speech?api-version=2024-10-21");
        Assert.True(answer.StatusCode == HttpStatusCode.OK, Encoding.UTF8.GetString(body));
    }

    [Fact]
    public async Task All_mistakes_are_reported_at_once()
    {
        var (answer, body) = await SpeakAsync(new { model = "tts", input = "", voice = "nobody", response_format = "wma", speed = 9, stream_format = "x", instructions = "Be sad.", emotion = 1 });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var message = Encoding.UTF8.GetString(body);
        Assert.All((string[])["input", "nobody", "wma", "speed", "stream_format", "instructions", "emotion"], part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, (await SpeakAsync(new { model = "tts", input = new string('a', 4097), voice = "alloy" })).Answer.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await SpeakAsync(new { model = "tts", input = Hello })).Answer.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SpeakAsync(new { model = "nothing", input = Hello, voice = "alloy" })).Answer.StatusCode);
    }

    [Fact]
    public async Task A_model_that_chats_does_not_speak_and_one_that_speaks_does_not_chat()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await SpeakAsync(new { model = "chat", input = Hello, voice = "alloy" })).Answer.StatusCode);
        var chat = await scene.Hub.Client.CallAsync("POST", "/openai/v1/chat/completions", new { model = "tts", messages = new[] { new { role = "user", content = "hi" } } }, ("api-key", scene.Key));
        Assert.Equal((HttpStatusCode.BadRequest, "OperationNotSupported"), (chat.Status, chat.ErrorCode));
    }

    [Fact]
    public async Task A_call_leaves_one_row()
    {
        var before = (await scene.RowsAsync("audio.speech")).Count;
        await SpeakAsync(new { model = "tts", input = Hello, voice = "alloy", response_format = "pcm" });
        var rows = await scene.RowsAsync("audio.speech");
        Assert.Equal(before + 1, rows.Count);
        Assert.Equal(("tts", "flite", Hello.Length, 200), ((string)rows[0]!["deployment"]!, (string)rows[0]!["model"]!, (int)rows[0]!["tokensIn"]!, (int)rows[0]!["status"]!));
    }

    private Task<(HttpResponseMessage Answer, byte[] Body)> SpeakAsync(object body, string path = "/openai/v1/audio/speech") => SpeakAsync(scene.Hub.Client, scene.Key, body, path);

    internal static async Task<(HttpResponseMessage Answer, byte[] Body)> SpeakAsync(HttpClient client, string key, object body, string path = "/openai/v1/audio/speech")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body), Headers = { { "api-key", key } } };
        var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}

/// <summary>Deployments with a connection.</summary>
public sealed class AudioSpeechUpstreamTests(HearingScene scene) : IClassFixture<HearingScene>
{
    [Fact]
    public async Task A_deployment_with_a_connection_speaks_as_its_server_does()
    {
        scene.Upstream.Says = ["these are the bytes"];
        scene.Upstream.AnswerType = "audio/mpeg";
        var (answer, body) = await AudioSpeechTests.SpeakAsync(scene.Hub.Client, scene.Key, new { model = "far", input = "Hello", voice = "anybody", instructions = "softly" });
        Assert.True(answer.StatusCode == HttpStatusCode.OK, Encoding.UTF8.GetString(body));
        Assert.Equal(("audio/mpeg", "these are the bytes"), (answer.Content.Headers.ContentType!.MediaType, Encoding.UTF8.GetString(body)));
        Assert.Equal(("whisper-large", "anybody", "softly"), ((string)scene.Upstream.Last["model"]!, (string)scene.Upstream.Last["voice"]!, (string)scene.Upstream.Last["instructions"]!));
    }

    [Fact]
    public async Task Speech_that_breaks_off_is_cut_off_and_in_events_an_error_follows_the_last_whole_one()
    {
        const string Whole = "data: {\"type\":\"speech.audio.delta\",\"audio\":\"AAAA\"}\n\n";
        scene.Upstream.BreaksOff = true;
        try
        {
            (scene.Upstream.AnswerType, scene.Upstream.Says) = ("audio/mpeg", ["these are the bytes"]);
            await Assert.ThrowsAsync<HttpRequestException>(() => AudioSpeechTests.SpeakAsync(scene.Hub.Client, scene.Key, new { model = "far", input = "Hello", voice = "anybody" }));

            (scene.Upstream.AnswerType, scene.Upstream.Says) = ("text/event-stream", [Whole + "data: {\"type\":\"speech"]);
            var (_, body) = await AudioSpeechTests.SpeakAsync(scene.Hub.Client, scene.Key, new { model = "far", input = "Hello", voice = "anybody", stream_format = "sse" });
            Assert.StartsWith(Whole + "data: {\"error\":{\"code\":\"UpstreamFailed\"", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        }
        finally
        {
            scene.Upstream.BreaksOff = false;
        }
    }
}
