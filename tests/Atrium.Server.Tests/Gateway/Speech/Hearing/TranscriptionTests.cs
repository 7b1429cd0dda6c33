using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;
using Atrium.Tests.Shared;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>audio/transcriptions and audio/translations of the OpenAI API.</summary>
public sealed class TranscriptionTests(HearingScene scene) : IClassFixture<HearingScene>
{
    private const string V1 = "/openai/v1/audio/transcriptions";
    private const string Azure = "/openai/deployments/whisper/audio/transcriptions?api-version=2024-06-01";
    private const string Said = "he might even have been made amiable himself";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(V1)]
    [InlineData(Azure)]
    [InlineData("/openai/v1/audio/translations")]
    [InlineData("/openai/deployments/whisper/audio/translations?api-version=2024-06-01")]
    public async Task What_is_said_is_answered_as_json(string path)
    {
        var (status, type, body) = await SendAsync(path);
        Assert.Equal((HttpStatusCode.OK, "application/json"), (status, type));
        var json = JsonNode.Parse(body)!;
        Assert.Equal(Said, HearingScene.Words((string)json["text"]!));
        Assert.Equal("""{"type":"duration","seconds":4}""", json["usage"]!.ToJsonString());
    }

    [Fact]
    public async Task Verbose_json_has_segments_and_words_where_they_are_asked_for()
    {
        var both = JsonNode.Parse((await SendAsync(V1, ("response_format", "verbose_json"), ("timestamp_granularities[]", "word"), ("timestamp_granularities[]", "segment"))).Body)!;
        Assert.Equal(("transcribe", "english"), ((string?)both["task"], (string?)both["language"]));
        Assert.InRange((double)both["duration"]!, 3.2, 3.4);
        var segment = Assert.Single(both["segments"]!.AsArray())!;
        Assert.Equal(Said, HearingScene.Words((string)segment["text"]!));
        Assert.InRange((double)segment["start"]!, 0, 0.5);
        Assert.InRange((double)segment["end"]!, 2.5, 3.3);
        Assert.InRange((double)segment["avg_logprob"]!, -0.5, 0);
        Assert.InRange((double)segment["no_speech_prob"]!, 0, 0.5);
        Assert.NotEmpty(segment["tokens"]!.AsArray());
        var words = both["words"]!.AsArray();
        Assert.Equal(Said, HearingScene.Words(string.Join(' ', words.Select(w => (string)w!["word"]!))));
        Assert.Equal(words.Select(w => (double)w!["start"]!).Order(), words.Select(w => (double)w!["start"]!));

        var wordsOnly = JsonNode.Parse((await SendAsync(V1, ("response_format", "verbose_json"), ("timestamp_granularities[]", "word"))).Body)!;
        Assert.Null(wordsOnly["segments"]);
        var segmentsOnly = JsonNode.Parse((await SendAsync("/openai/v1/audio/translations", ("response_format", "verbose_json"))).Body)!;
        Assert.Equal(("translate", null), ((string?)segmentsOnly["task"], segmentsOnly["words"]));
    }

    [Fact]
    public async Task Text_and_subtitles_are_written_as_their_formats_want()
    {
        var text = await SendAsync(V1, ("response_format", "text"));
        Assert.Equal(("text/plain", Said), (text.Type, HearingScene.Words(text.Body)));
        Assert.EndsWith("\n", text.Body, StringComparison.Ordinal);
        var srt = (await SendAsync(V1, ("response_format", "srt"))).Body.Split('\n');
        Assert.Equal("1", srt[0]);
        Assert.Matches(@"^00:00:00,\d{3} --> 00:00:0[23],\d{3}$", srt[1]);
        Assert.Equal((Said, ""), (HearingScene.Words(srt[2]), srt[3]));
        var vtt = (await SendAsync(V1, ("response_format", "vtt"))).Body.Split('\n');
        Assert.Equal(("WEBVTT", ""), (vtt[0], vtt[1]));
        Assert.Matches(@"^00:00:00\.\d{3} --> 00:00:0[23]\.\d{3}$", vtt[2]);
    }

    [Fact]
    public async Task The_text_comes_in_events_where_that_is_asked_for()
    {
        var (status, type, body) = await SendAsync(V1, ("stream", "true"));
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (status, type));
        var events = body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => JsonNode.Parse(e["data: ".Length..])!).ToArray();
        Assert.Equal("transcript.text.delta", (string?)events[0]["type"]);
        Assert.Equal("transcript.text.done", (string?)events[^1]["type"]);
        Assert.Equal((string?)events[^1]["text"], string.Concat(events[..^1].Select(e => (string)e["delta"]!)));
        Assert.Equal(Said, HearingScene.Words((string)events[^1]["text"]!));
    }

    [Fact]
    public async Task Compressed_audio_is_heard_as_well()
    {
        Assert.SkipWhen(Ffmpeg.Missing is not null, Ffmpeg.Missing ?? "");
        using var folder = new TempFolder();
        foreach (var name in (string[])["a.mp3", "a.m4a", "a.flac", "a.webm", "a.ogg"])
        {
            await Ffmpeg.EncodeAsync(["-i", HearingScene.AmiablePath], folder[name]);
            var heard = await scene.SendAsync(V1, await File.ReadAllBytesAsync(folder[name], Cancel), name, [("model", "whisper")]);
            Assert.True(heard.Status == HttpStatusCode.OK, heard.Body);
            Assert.Equal((name, Said), (name, HearingScene.Words((string)JsonNode.Parse(heard.Body)!["text"]!)));
        }
    }

    [Fact]
    public async Task Silence_has_no_text()
    {
        var silent = await scene.SendAsync(V1, WavWriter.Write(new float[32_000]), "silence.wav", [("model", "whisper"), ("response_format", "verbose_json")]);
        var json = JsonNode.Parse(silent.Body)!;
        Assert.Equal(("", 2.0, 0), ((string?)json["text"], (double)json["duration"]!, json["segments"]!.AsArray().Count));
    }

    [Fact]
    public async Task Every_call_leaves_a_row_with_the_seconds_that_were_heard()
    {
        var (_, key) = await scene.AddProjectAsync($"seconds-{Guid.NewGuid():N}"[..20]);
        await scene.SendAsync(V1, HearingScene.Amiable, "a.wav", [("model", "whisper")], key: key);
        await scene.SendAsync(V1, "nonsense"u8.ToArray(), "a.wav", [("model", "whisper")], key: key);
        var rows = (await scene.Hub.Client.CallAsync("GET", $"{scene.Subscription}/providers/Atrium.Usage/rows?api-version=2026-11-01")).Body["value"]!.AsArray()
            .Where(row => ((string)row!["project"]!).Contains("/seconds-", StringComparison.Ordinal)).OrderBy(row => (int)row!["status"]!).ToArray();
        Assert.Equal(("audio.transcriptions", "whisper", "moonshine-tiny", 4, 200), ((string?)rows[0]!["operation"], (string?)rows[0]!["deployment"], (string?)rows[0]!["model"], (int)rows[0]!["tokensIn"]!, (int)rows[0]!["status"]!));
        Assert.Equal(2, rows.Length);
    }

    [Theory]
    [InlineData("response_format", "docx", "response_format")]
    [InlineData("temperature", "hot", "temperature")]
    [InlineData("temperature", "2", "temperature")]
    [InlineData("stream", "perhaps", "stream")]
    [InlineData("timestamp_granularities[]", "word", "timestamp_granularities")]
    [InlineData("include[]", "logprobs", "include")]
    [InlineData("known_speaker_names[]", "Anna", "known_speaker_names")]
    [InlineData("beam_size", "5", "beam_size")]
    [InlineData("beam[size]", "5", "beam")]
    public async Task A_wrong_value_is_told_with_its_name(string name, string value, string param)
    {
        var (status, _, body) = await SendAsync(V1, (name, value));
        Assert.Equal((HttpStatusCode.BadRequest, param), (status, (string?)JsonNode.Parse(body)!["error"]!["param"]));
    }

    [Fact]
    public async Task What_is_no_audio_is_refused_and_a_file_must_be_there()
    {
        foreach (var bytes in (byte[][])[[], [0], HearingScene.Amiable[..2000], HearingScene.Amiable[..30], WavWriter.Write(new float[100], rate: 7)])
        {
            var refused = await scene.SendAsync(V1, bytes, "a.wav", [("model", "whisper")]);
            Assert.True(refused.Status == HttpStatusCode.BadRequest, refused.Body);
            Assert.Equal(("InvalidAudioFormat", "file"), ((string?)JsonNode.Parse(refused.Body)!["error"]!["code"], (string?)JsonNode.Parse(refused.Body)!["error"]!["param"]));
        }

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await scene.SendAsync(V1, new byte[26 * 1024 * 1024], "a.wav", [("model", "whisper")])).Status);
        var missing = await scene.SendAsync(V1, null, "", [("model", "whisper")]);
        Assert.Equal((HttpStatusCode.BadRequest, "file"), (missing.Status, (string?)JsonNode.Parse(missing.Body)!["error"]!["param"]));
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.SendAsync(V1, "{}"u8.ToArray(), "application/json")).Status);
    }

    [Fact]
    public async Task Another_language_and_another_kind_of_model_are_told_what_would_serve_them()
    {
        var french = await SendAsync(V1, ("language", "fr"));
        Assert.Equal(HttpStatusCode.NotImplemented, french.Status);
        Assert.Contains("connection", french.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(V1, ("language", "en"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.SendAsync(V1, HearingScene.Amiable, "a.wav", [("model", "chat")])).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.SendAsync(V1, HearingScene.Amiable, "a.wav", [("model", "nothing")])).Status);
    }

    [Theory]
    [InlineData("far", "/v1/audio/transcriptions", "whisper-large")]
    [InlineData("azure", "/openai/deployments/whisper-azure/audio/transcriptions", "whisper-azure")]
    public async Task A_connection_answers_in_place_of_the_embedded_model(string deployment, string path, string model)
    {
        (scene.Upstream.Status, scene.Upstream.AnswerType) = (200, "application/json");
        scene.Upstream.Says = ["""{"text":"bonjour","usage":{"type":"duration","seconds":9}}"""];
        var heard = await scene.SendAsync(V1, HearingScene.Amiable, "a.wav", [("model", deployment), ("language", "fr"), ("prompt", "greetings")]);
        Assert.Equal((HttpStatusCode.OK, """{"text":"bonjour","usage":{"type":"duration","seconds":9}}"""), (heard.Status, heard.Body));
        Assert.Equal(path, scene.Upstream.Asked[^1].Path);
        Assert.Equal((model, "fr", "greetings"), ((string?)scene.Upstream.Last["model"], (string?)scene.Upstream.Last["language"], (string?)scene.Upstream.Last["prompt"]));
        Assert.Equal(("a.wav", HearingScene.Amiable.Length), ((string?)scene.Upstream.Last["file"]!["name"], (int)(long)scene.Upstream.Last["file"]!["length"]!));
        var rows = (await scene.Hub.Client.CallAsync("GET", $"{scene.Subscription}/providers/Atrium.Usage/rows?api-version=2026-11-01")).Body["value"]!.AsArray();
        Assert.Contains(rows, row => (string?)row!["deployment"] == deployment && (int)row["tokensIn"]! == 9);
    }

    [Fact]
    public async Task What_an_upstream_answers_keeps_its_type_and_its_refusals_are_passed_on_without_secrets()
    {
        (scene.Upstream.Status, scene.Upstream.AnswerType) = (200, "text/vtt");
        scene.Upstream.Says = ["WEBVTT\n\n"];
        var vtt = await scene.SendAsync(V1, HearingScene.Amiable, "a.wav", [("model", "far"), ("response_format", "vtt")]);
        Assert.Equal((HttpStatusCode.OK, "text/vtt", "WEBVTT\n\n"), (vtt.Status, vtt.Type, vtt.Body));
        scene.Upstream.Status = 401;
        scene.Upstream.Says = ["""{"error":{"message":"Incorrect API key provided: upstream-secret"}}"""];
        var refused = await scene.SendAsync(V1, HearingScene.Amiable, "a.wav", [("model", "far")]);
        Assert.Equal(HttpStatusCode.BadGateway, refused.Status);
        Assert.DoesNotContain("upstream-secret", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upstream_that_breaks_off_is_502_and_of_its_events_only_whole_ones_go_on()
    {
        const string Whole = "data: {\"type\":\"transcript.text.delta\",\"delta\":\"bon\"}\n\n";
        (scene.Upstream.Status, scene.Upstream.BreaksOff) = (200, true);
        try
        {
            (scene.Upstream.AnswerType, scene.Upstream.Says) = ("application/json", ["""{"text":"bon"""]);
            var cut = await scene.SendAsync(V1, HearingScene.Amiable, "a.wav", [("model", "far")]);
            Assert.Equal((HttpStatusCode.BadGateway, "UpstreamFailed"), (cut.Status, (string?)JsonNode.Parse(cut.Body)!["error"]!["code"]));

            (scene.Upstream.AnswerType, scene.Upstream.Says) = ("text/event-stream", [Whole + "data: {\"type\":\"transcr"]);
            var events = (await scene.SendAsync(V1, HearingScene.Amiable, "a.wav", [("model", "far")])).Body;
            Assert.StartsWith(Whole + "data: {\"error\":{\"code\":\"UpstreamFailed\"", events, StringComparison.Ordinal);
            Assert.Equal("server_error", (string?)JsonNode.Parse(events[(Whole.Length + "data: ".Length)..])!["error"]!["type"]);

            (scene.Upstream.Status, scene.Upstream.AnswerType, scene.Upstream.Says) = (429, "application/json", ["""{"error":{"mess"""]);
            var refused = await scene.SendAsync(V1, HearingScene.Amiable, "a.wav", [("model", "far")]);
            Assert.True(refused.Status is HttpStatusCode.TooManyRequests, refused.Body);
        }
        finally
        {
            (scene.Upstream.Status, scene.Upstream.BreaksOff) = (200, false);
        }
    }

    private Task<(HttpStatusCode Status, string? Type, string Body)> SendAsync(string path, params (string, string)[] values) =>
        scene.SendAsync(path, HearingScene.Amiable, "amiable.wav", [("model", "whisper"), .. values]);
}
