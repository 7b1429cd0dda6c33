using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Tests.Gateway.Speech.Sockets;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>Other languages, and which of several it is, by a server of the test's own that is of the shape of Whisper's or of Azure Speech.</summary>
public sealed class ForeignEarTests(HearingScene scene) : IClassFixture<HearingScene>, IAsyncLifetime
{
    private const string Ml = "?api-version=2024-04-01";
    private const string Id = "0123456789abcdef0123456789abcdef";
    private const string Once = "/speech/recognition/interactive/cognitiveservices/v1";
    private const string Conversation = "/speech/recognition/conversation/cognitiveservices/v1";
    private static readonly (string Language, string Text)[] Answers = [("german", "Guten Tag."), ("french", "Bonjour."), ("german", "Bis bald.")];
    private readonly ConcurrentQueue<(string Path, Dictionary<string, string> Form, double Seconds)> asked = [];
    private LocalWeb web = null!;

    /// <summary>JSON that is answered in place of what was said; null for what was said.</summary>
    private string? wrong;

    /// <summary>Calls that are sent away before one is answered.</summary>
    private int busy;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static byte[] TwoPhrases
    {
        get
        {
            var (pause, samples) = (new byte[64_000], HearingScene.Amiable[RiffHeader.Length..]);
            byte[] data = [.. samples, .. pause, .. samples, .. pause];
            return [.. RiffHeader.Of(AudioFormats.Find("riff-16khz-16bit-mono-pcm")!, data.Length), .. data];
        }
    }

    public async ValueTask InitializeAsync()
    {
        web = await LocalWeb.StartAsync(AnswerAsync);
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    [Fact]
    public async Task Short_audio_of_another_language_is_heard_by_the_deployment_that_is_set_aside()
    {
        var key = await ProjectAsync(isAzure: false);
        var (status, _, body) = await scene.SendAsync("/speech/recognition/conversation/cognitiveservices/v1?language=de-DE&format=detailed&wordLevelTimestamps=true", HearingScene.Amiable, "audio/wav", key);
        Assert.True(status == HttpStatusCode.OK, body);
        var best = JsonNode.Parse(body)!["NBest"]![0]!;
        Assert.Equal(("Guten Tag.", "guten tag"), ((string?)best["Display"], (string?)best["Lexical"]));
        Assert.Equal(["guten", "tag"], best["Words"]!.AsArray().Select(word => (string?)word!["Word"]));
        var (path, form, seconds) = Assert.Single(asked);
        Assert.Equal(("/v1/audio/transcriptions", "whisper-large", "verbose_json", "de", "word"), (path, form["model"], form["response_format"], form["language"], form["timestamp_granularities[]"]));
        Assert.InRange(seconds, 1.5, 3.5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fast_transcription_tells_of_each_phrase_which_of_the_locales_it_is(bool isAzure)
    {
        // The connection to Azure gets the whole form; a server of the OpenAI API gets it phrase by phrase.
        var key = await ProjectAsync(isAzure);
        var (status, _, body) = await scene.SendAsync("/speechtotext/transcriptions:transcribe?api-version=2024-11-15", TwoPhrases, "a.wav", [("definition", """{"locales":["en-US","de-AT","fr-FR"]}""")], "audio", key);
        Assert.True(status == HttpStatusCode.OK, body);
        var phrases = JsonNode.Parse(body)!["phrases"]!.AsArray();
        Assert.Equal(isAzure ? [("de-AT", "Guten Tag.")] : [("de-AT", "Guten Tag."), ("fr-FR", "Bonjour.")], phrases.Select(phrase => ((string)phrase!["locale"]!, (string)phrase["text"]!)));
        Assert.Equal(isAzure ? 1 : 2, asked.Count);
        Assert.All(asked, call => Assert.False(call.Form.ContainsKey("language")));
    }

    [Theory]
    [InlineData(false, "Continuous")]
    [InlineData(true, "Continuous")]
    [InlineData(false, "Single")]
    public async Task A_batch_identifies_the_language_of_each_phrase_or_of_the_file(bool isAzure, string mode)
    {
        var key = await ProjectAsync(isAzure);
        var order = new { contentUrls = new[] { Address + "/two.wav" }, locale = "en-US", displayName = "n", properties = new { languageIdentification = new { mode, candidateLocales = new[] { "en-US", "de-DE", "fr-FR" } } } };
        var made = await CallAsync("POST", "/speechtotext/v3.2/transcriptions", key, order);
        Assert.True(made.Status == HttpStatusCode.Created, made.ToString());
        Assert.Equal(3, made.Body["properties"]!["languageIdentification"]!["candidateLocales"]!.AsArray().Count);
        var view = await Waits.UntilAsync(async () => (await CallAsync("GET", (string)made.Body["self"]!, key)).Body, view => (string?)view["status"] is "Succeeded" or "Failed");
        Assert.True((string?)view["status"] == "Succeeded", view.ToJsonString());
        var files = (await CallAsync("GET", (string)view["links"]!["files"]!, key)).Body["values"]!.AsArray();
        var result = JsonNode.Parse(await scene.Hub.Client.GetStringAsync(new Uri((string)files[0]!["links"]!["contentUrl"]!), Cancel))!;
        Assert.Equal([("de-DE", "Guten Tag."), (mode == "Single" ? "de-DE" : "fr-FR", "Bonjour.")], result["recognizedPhrases"]!.AsArray().Select(phrase => ((string)phrase!["locale"]!, (string)phrase["nBest"]![0]!["display"]!)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_websocket_identifies_continuously(bool isAzure)
    {
        var heard = await ListenAsync(await ProjectAsync(isAzure), """{"phraseDetection":{"mode":"Conversation"},"languageId":{"mode":"DetectContinuous","languages":["en-US","de-DE","fr-FR"]}}""");
        var phrases = heard.Where(message => message.Path == "speech.phrase" && message.Json["DisplayText"] is not null).Select(message => message.Json);
        Assert.Equal(
            [("de-DE", "High", "Guten Tag."), ("fr-FR", "High", "Bonjour.")],
            phrases.Select(phrase => ((string)phrase["PrimaryLanguage"]!["Language"]!, (string)phrase["PrimaryLanguage"]!["Confidence"]!, (string)phrase["DisplayText"]!)));
        var rows = await scene.Hub.Client.CallAsync("GET", $"{scene.Subscription}/providers/Atrium.Usage/rows?api-version=2026-11-01");
        Assert.Contains(rows.Body["value"]!.AsArray(), row => (string?)row!["operation"] == "speech.recognition" && (string?)row["model"] == (isAzure ? "connection ears" : "whisper-large") && (int)row["status"]! == 200);
    }

    [Fact]
    public async Task The_websocket_identifies_at_the_start_and_then_stays_with_that_language()
    {
        var heard = await ListenAsync(await ProjectAsync(isAzure: false), """{"phraseDetection":{"mode":"Conversation"},"languageId":{"mode":"DetectAtAudioStart","languages":["en-US","de-DE","fr-FR"]}}""");
        Assert.Equal(2, heard.Count(message => message.Path == "speech.phrase" && (string?)message.Json["PrimaryLanguage"]?["Language"] == "de-DE"));
        Assert.Equal([null, "de"], asked.Select(call => call.Form.GetValueOrDefault("language")));
    }

    [Fact]
    public async Task A_language_that_none_of_the_candidates_is_is_no_match()
    {
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Once, await ProjectAsync(isAzure: false), "language=es-ES");
        await client.SendAsync("speech.context", Id, """{"languageId":{"mode":"DetectAtAudioStart","languages":["es-ES","it-IT"]}}""");
        await SendAsync(client, TwoPhrases);
        var heard = await client.HearUntilAsync("turn.end");
        Assert.Equal("NoMatch", (string?)heard.Last(message => message.Path == "speech.phrase").Json["RecognitionStatus"]);
    }

    [Theory]
    [InlineData("""{"said":"nothing"}""")]
    [InlineData("""{"text":null,"language":"german"}""")]
    [InlineData("""{"text":"Guten Tag.","language":"german","words":[{"word":"Guten","start":1e300,"end":1e300}]}""")]
    [InlineData("""{"text":"Guten Tag.","language":"german","words":[{"word":"Guten","start":922337203685,"end":922337203685}]}""")]
    [InlineData("""{"text":"Guten Tag.","language":"german","words":[{"word":null,"start":0,"end":1}]}""")]
    public async Task A_server_that_answers_something_else_is_said_to(string says)
    {
        var key = await ProjectAsync(isAzure: false);
        wrong = says;
        var (status, _, body) = await scene.SendAsync("/speech/recognition/conversation/cognitiveservices/v1?language=de-DE", HearingScene.Amiable, "audio/wav", key);
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Contains("verbose_json", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"phrases":[{"text":null,"locale":"de-DE"}]}""")]
    [InlineData("""{"phrases":[{"text":"Guten Tag.","locale":"de-DE","words":[{"text":"Guten","offsetMilliseconds":1e300,"durationMilliseconds":1}]}]}""")]
    public async Task A_service_that_answers_something_else_is_said_to(string says)
    {
        var key = await ProjectAsync(isAzure: true);
        wrong = says;
        var (status, _, body) = await scene.SendAsync("/speech/recognition/conversation/cognitiveservices/v1?language=de-DE", HearingScene.Amiable, "audio/wav", key);
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Contains("no fast transcription", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, """{"said":"nothing"}""", "no fast transcription")]
    [InlineData(false, """{"said":"nothing"}""", "verbose_json")]
    public async Task A_batch_ends_at_once_where_what_is_answered_cannot_be_read(bool isAzure, string says, string reason)
    {
        wrong = says;
        var (view, report) = await TranscribeAsync(await ProjectAsync(isAzure));
        Assert.Equal(("Failed", "InvalidData"), ((string?)view["status"], (string?)view["properties"]!["error"]!["code"]));
        Assert.Equal("RecognizerFailed", (string?)report["details"]![0]!["errorKind"]);
        Assert.Contains(reason, (string?)report["details"]![0]!["errorMessage"], StringComparison.Ordinal);
        Assert.Single(asked);
    }

    [Fact]
    public async Task A_batch_asks_a_server_again_that_is_busy_for_a_moment()
    {
        busy = 2;
        var (view, report) = await TranscribeAsync(await ProjectAsync(isAzure: true));
        Assert.Equal(("Succeeded", 1), ((string?)view["status"], (int)report["successfulTranscriptionsCount"]!));
        Assert.Equal((-2, 2), (busy, asked.Count));
    }

    [Fact]
    public async Task What_is_only_ordered_is_counted_with_no_deployment_and_what_is_heard_with_the_one_that_hears()
    {
        await ProjectAsync(isAzure: false);
        var order = new { contentUrls = new[] { Address + "/two.wav" }, locale = "de-DE", displayName = "n" };
        var made = await CallAsync("POST", "/speechtotext/v3.2/transcriptions", scene.Key, order);
        Assert.True(made.Status == HttpStatusCode.Created, made.ToString());
        while ((string?)(await CallAsync("GET", (string)made.Body["self"]!, scene.Key)).Body["status"] is not ("Succeeded" or "Failed"))
        {
            await Task.Delay(200, Cancel);
        }

        var rows = (await scene.Hub.Client.CallAsync("GET", $"{scene.Subscription}/providers/Atrium.Usage/rows?api-version=2026-11-01")).Body["value"]!.AsArray();
        var ordered = rows.Where(row => (int)row!["status"]! == StatusCodes.Status201Created).ToList();
        Assert.NotEmpty(ordered);
        Assert.All(ordered, row => Assert.Equal(("", ""), ((string?)row!["deployment"], (string?)row["model"])));
        Assert.Contains(rows, row => (string?)row!["deployment"] == "transcriber" && (string?)row["model"] == "whisper-large");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Phrases_that_are_expected_go_on_to_who_hears(bool isAzure)
    {
        await ListenAsync(await ProjectAsync(isAzure), """{"dgi":{"groups":[{"type":"Generic","items":[{"text":"Contoso"},{"text":"Fabrikam"}]}]},"phraseDetection":{"mode":"Conversation","language":"de-DE"}}""");
        Assert.All(asked, call => Assert.Equal(
            isAzure ? """{"phrases":["Contoso","Fabrikam"]}""" : "Contoso, Fabrikam",
            isAzure ? JsonNode.Parse(call.Form["definition"])!["phraseList"]!.ToJsonString() : call.Form["prompt"]));
        Assert.NotEmpty(asked);
    }

    [Fact]
    public async Task A_weight_of_phrases_is_refused_where_who_hears_knows_none()
    {
        const string definition = """{"locales":["de-DE"],"phraseList":{"phrases":["Contoso"],"biasingWeight":2}}""";
        var (status, _, body) = await scene.SendAsync("/speechtotext/transcriptions:transcribe?api-version=2024-11-15", HearingScene.Amiable, "a.wav", [("definition", definition)], "audio", await ProjectAsync(isAzure: false));
        Assert.Equal(HttpStatusCode.NotImplemented, status);
        Assert.Contains("biasingWeight", body, StringComparison.Ordinal);
        Assert.Empty(asked);
    }

    private string Address => web.Address;

    /// <summary>Both phrases by a batch: the transcription at its end, and its report.</summary>
    private async Task<(JsonObject View, JsonNode Report)> TranscribeAsync(string key)
    {
        var order = new { contentUrls = new[] { Address + "/two.wav" }, locale = "de-DE", displayName = "n", properties = new { languageIdentification = new { candidateLocales = new[] { "de-DE", "fr-FR" } } } };
        var made = await CallAsync("POST", "/speechtotext/v3.2/transcriptions", key, order);
        Assert.True(made.Status == HttpStatusCode.Created, made.ToString());
        var view = await Waits.UntilAsync(async () => (await CallAsync("GET", (string)made.Body["self"]!, key)).Body, view => (string?)view["status"] is "Succeeded" or "Failed");
        var files = (await CallAsync("GET", (string)view["links"]!["files"]!, key)).Body["values"]!.AsArray();
        return (view, JsonNode.Parse(await scene.Hub.Client.GetStringAsync(new Uri((string)files[^1]!["links"]!["contentUrl"]!), Cancel))!);
    }

    /// <summary>Says German, French and German in turn, in the shape of the server that is asked.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            await context.Response.Body.WriteAsync(TwoPhrases);
            return;
        }

        if (Interlocked.Decrement(ref busy) >= 0)
        {
            context.Response.StatusCode = busy == 0 ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var form = await context.Request.ReadFormAsync();
        var (language, text) = Answers[asked.Count % Answers.Length];
        var isAzure = context.Request.Path.Value!.Contains("speechtotext", StringComparison.Ordinal);
        asked.Enqueue((context.Request.Path, form.ToDictionary(value => value.Key, value => value.Value.ToString()), (form.Files[0].Length - RiffHeader.Length) / 32_000.0));
        var candidates = isAzure ? JsonNode.Parse(form["definition"]!)!["locales"]!.AsArray().Select(locale => (string)locale!).ToList() : [];
        object answer = wrong is not null ? JsonNode.Parse(wrong)!
            : isAzure ? new { durationMilliseconds = 2000, combinedPhrases = Array.Empty<object>(), phrases = new[] { new { offsetMilliseconds = 0, durationMilliseconds = 900, text, confidence = 0.9, locale = candidates.First(locale => locale.StartsWith(language == "german" ? "de" : "fr", StringComparison.Ordinal)) } } }
            : new
            {
                task = "transcribe", language, duration = 2.0, text,
                words = text.Split(' ').Select((word, i) => new { word = word.Trim('.'), start = i * 0.3, end = (i + 1) * 0.3 }),
                segments = new[] { new { id = 0, text, avg_logprob = -0.1 } },
            };
        await context.Response.WriteAsJsonAsync(answer);
    }

    /// <summary>A project that hears by the server, in one of its shapes.</summary>
    private async Task<string> ProjectAsync(bool isAzure)
    {
        var (project, key) = await scene.AddProjectAsync($"ear-{Guid.NewGuid():N}"[..20]);
        object properties = isAzure
            ? new { category = "CognitiveService", authType = "ApiKey", target = Address, credentials = new { key = "k" }, metadata = new Dictionary<string, string> { ["Kind"] = "Speech", ["Serves"] = "transcriptions:transcribe" }, isSharedToAll = false }
            : new { category = "OpenAI", authType = "ApiKey", target = Address, credentials = new { key = "k" } };
        var made = await scene.Hub.Client.CallAsync("PUT", $"{(isAzure ? project : scene.HubId)}/connections/ears{Ml}", new { properties });
        Assert.True(made.Message.IsSuccessStatusCode, made.ToString());
        if (!isAzure)
        {
            await scene.DeployAsync("transcriber", new { format = "OpenAI", name = "whisper-large", source = $"{scene.HubId}/connections/ears" });
        }

        return isAzure ? key : scene.Key;
    }

    private async Task<List<Heard>> ListenAsync(string key, string context)
    {
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Conversation, key, "language=en-US");
        await client.SendAsync("speech.context", Id, context);
        await SendAsync(client, TwoPhrases);
        var heard = await client.HearUntilAsync("turn.end");
        Assert.True(heard.Count > 0, client.Socket.CloseStatusDescription);
        return heard;
    }

    private static async Task SendAsync(SpeechClient client, byte[] wav)
    {
        foreach (var chunk in (byte[][])[.. wav.Chunk(6400), []])
        {
            await client.SendAudioAsync(Id, chunk);
        }
    }

    private Task<Answer> CallAsync(string method, string path, string key, object? body = null) => scene.Hub.Client.CallAsync(method, path, body, ("Ocp-Apim-Subscription-Key", key));
}
