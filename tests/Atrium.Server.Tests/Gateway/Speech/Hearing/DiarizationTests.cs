using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Gateway.Speech.Sockets;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>Who of several speaks, in a talk of two of the hub's own voices.</summary>
public sealed class DiarizationTests(HearingScene scene) : IClassFixture<HearingScene>, IAsyncLifetime
{
    private const string V32 = "/speechtotext/v3.2/transcriptions";
    private const string Dated = "/speechtotext/transcriptions:submit?api-version=2024-11-15";
    private const string Id = "0123456789abcdef0123456789abcdef";
    private const string Ml = "?api-version=2024-04-01";
    private static readonly string[] Sentences =
    [
        "Please send the signed contract back by the end of next week.", "My brother bought seven apples and a bottle of fresh milk yesterday.",
        "Nobody knows why the train from the city was so late this morning.", "The garden behind the house was full of tall trees and yellow flowers.",
        "Every student in the class has to write a short letter to a friend.", "In the winter the mountain road is closed because of the heavy snow.",
    ];

    private readonly ConcurrentQueue<JsonNode> asked = [];
    private LocalWeb web = null!;
    private byte[] talk = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        talk = await TalkAsync();
        web = await LocalWeb.StartAsync(AnswerAsync);
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    [Fact]
    public async Task A_fast_transcription_tells_of_each_phrase_who_says_it()
    {
        var (status, _, body) = await scene.SendAsync("/speechtotext/transcriptions:transcribe?api-version=2024-11-15", talk, "a.wav", [("definition", """{"locales":["en-US"],"diarization":{"enabled":true,"maxSpeakers":2}}""")], "audio");
        Assert.True(status == HttpStatusCode.OK, body);
        DemandTurns(JsonNode.Parse(body)!["phrases"]!.AsArray().Select(phrase => ((string)phrase!["text"]!, (int)phrase["speaker"]!)));

        (_, _, body) = await scene.SendAsync("/speechtotext/transcriptions:transcribe?api-version=2024-11-15", talk, "a.wav", [("definition", """{"locales":["en-US"],"diarization":{"enabled":false}}""")], "audio");
        Assert.All(JsonNode.Parse(body)!["phrases"]!.AsArray(), phrase => Assert.Null(phrase!["speaker"]));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task The_openai_api_tells_it_by_letters(string streams)
    {
        var (status, type, body) = await scene.SendAsync("/openai/v1/audio/transcriptions", talk, "a.wav", [("model", "whisper"), ("response_format", "diarized_json"), ("stream", streams)]);
        Assert.True(status == HttpStatusCode.OK, body);
        var told = type == "text/event-stream" ? body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(item => JsonNode.Parse(item["data: ".Length..])!).ToList() : null;
        var whole = told is null ? JsonNode.Parse(body)! : told[^1];
        var turns = told is null ? whole["segments"]!.AsArray().ToList() : [.. told.SkipLast(1)];
        Assert.Equal((string?)whole["text"], string.Join(' ', turns.Select(turn => (string?)turn!["text"])));
        DemandTurns(turns.Select(turn => ((string)turn!["text"]!, ((string)turn["speaker"]!)[0] - 'A' + 1)));
        Assert.Equal(turns.Select(turn => (double)turn!["start"]!).Order(), turns.Select(turn => (double)turn!["start"]!));
    }

    [Theory]
    [InlineData(V32, """{"diarizationEnabled":true}""")]
    [InlineData(V32, """{"diarizationEnabled":true,"diarization":{"speakers":{"minCount":2,"maxCount":2}}}""")]
    [InlineData(Dated, """{"timeToLiveHours":48,"diarization":{"enabled":true,"maxSpeakers":2}}""")]
    public async Task A_batch_tells_of_each_phrase_who_says_it(string path, string properties)
    {
        var (_, key) = await scene.AddProjectAsync($"talk-{Guid.NewGuid():N}"[..20]);
        var (view, result, _) = await TranscribeAsync(path, key, properties, "/talk.wav");
        foreach (var (name, value) in JsonNode.Parse(properties)!.AsObject())
        {
            Assert.Equal(value!.ToJsonString(), view["properties"]![name]!.ToJsonString());
        }

        DemandTurns(Phrases(result!));
    }

    [Fact]
    public async Task A_batch_without_it_names_nobody_and_two_channels_are_refused_as_published()
    {
        var (_, key) = await scene.AddProjectAsync($"talk-{Guid.NewGuid():N}"[..20]);
        var (view, result, _) = await TranscribeAsync(V32, key, """{"diarizationEnabled":false}""", "/talk.wav");
        Assert.Equal(false, (bool?)view["properties"]!["diarizationEnabled"]);
        Assert.All(result!["recognizedPhrases"]!.AsArray(), phrase => Assert.Null(phrase!["speaker"]));
        (view, _, var report) = await TranscribeAsync(V32, key, """{"diarizationEnabled":true}""", "/stereo.wav");
        Assert.Equal("Failed", (string?)view["status"]);
        Assert.Contains("Stereo audio is not supported", (string?)report["details"]![0]!["errorMessage"], StringComparison.Ordinal);
        (_, result, _) = await TranscribeAsync(V32, key, """{"diarizationEnabled":true,"channels":[1]}""", "/stereo.wav");
        DemandTurns(Phrases(result!));
        (_, result, _) = await TranscribeAsync(V32, key, """{"diarizationEnabled":true,"channels":[0]}""", "/stereo.wav");
        Assert.Empty(Phrases(result!));
    }

    [Fact]
    public async Task A_connection_that_serves_fast_transcription_hears_the_whole_file_of_a_batch()
    {
        var (project, key) = await scene.AddProjectAsync($"talk-{Guid.NewGuid():N}"[..20]);
        var connection = new { category = "CognitiveService", authType = "ApiKey", target = web.Address, credentials = new { key = "k" }, metadata = new Dictionary<string, string> { ["Kind"] = "Speech", ["Serves"] = "transcriptions:transcribe" }, isSharedToAll = false };
        Assert.True((await scene.Hub.Client.CallAsync("PUT", $"{project}/connections/ears{Ml}", new { properties = connection })).Message.IsSuccessStatusCode);
        var (view, result, _) = await TranscribeAsync(V32, key, """{"diarizationEnabled":true,"diarization":{"speakers":{"maxCount":4}}}""", "/talk.wav");
        Assert.Equal(("Succeeded", "PT12.5S"), ((string?)view["status"], (string?)view["properties"]!["duration"]));
        Assert.Equal([("Good morning.", 1), ("Hello.", 3)], Phrases(result!));
        Assert.Equal("""{"locales":["en-US"],"profanityFilterMode":"None","diarization":{"enabled":true,"maxSpeakers":4}}""", Assert.Single(asked).ToJsonString());
        await TranscribeAsync(V32, key, """{"diarizationEnabled":true,"channels":[0]}""", "/stereo.wav");
        Assert.Equal("[0]", asked.Last()["channels"]!.ToJsonString());
    }

    [Fact]
    public async Task The_websocket_names_guests_for_phrases_and_nobody_in_between()
    {
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, "/speech/universal/v2", scene.Key, "language=en-US");
        await client.SendAsync("speech.context", Id, """{"phraseDetection":{"mode":"Conversation","speakerDiarization":{"mode":"Anonymous","audioSessionId":"a","audioOffsetMs":0}}}""");
        foreach (var chunk in (byte[][])[.. talk.Chunk(6400), []])
        {
            await client.SendAudioAsync(Id, chunk);
        }

        var heard = await client.HearUntilAsync("turn.end");
        var phrases = heard.Where(message => message.Path == "speech.phrase" && message.Json["DisplayText"] is not null).Select(message => message.Json).ToList();
        DemandTurns(phrases.Select(phrase => ((string)phrase["DisplayText"]!, int.Parse(((string)phrase["SpeakerId"]!)["Guest-".Length..], System.Globalization.CultureInfo.InvariantCulture))));
        Assert.All(heard.Where(message => message.Path == "speech.hypothesis"), message => Assert.Equal("Unknown", (string?)message.Json["SpeakerId"]));
    }

    [Theory]
    [InlineData(V32, """{"diarizationEnabled":"yes"}""", "diarizationEnabled")]
    [InlineData(V32, """{"diarizationEnabled":true,"diarization":{}}""", "properties.diarization.speakers")]
    [InlineData(V32, """{"diarization":{"speakers":{"maxCount":36}}}""", "properties.diarization.speakers.maxCount")]
    [InlineData(V32, """{"diarization":{"speakers":{"minCount":0}}}""", "properties.diarization.speakers.minCount")]
    [InlineData(V32, """{"diarization":{"speakers":{"minCount":4,"maxCount":3}}}""", "properties.diarization.speakers.minCount")]
    [InlineData(Dated, """{"timeToLiveHours":48,"diarization":{"enabled":true,"maxSpeakers":1}}""", "properties.diarization.maxSpeakers")]
    [InlineData(Dated, """{"timeToLiveHours":48,"diarization":{"enabled":1}}""", "properties.diarization.enabled")]
    public async Task A_wrong_number_of_speakers_is_told_with_its_place(string path, string properties, string target)
    {
        var refused = await CallAsync("POST", path, scene.Key, Order(properties, "http://a"));
        Assert.Equal((HttpStatusCode.BadRequest, target), (refused.Status, (string?)refused.Body["target"]));
    }

    [Theory]
    [InlineData("""{"diarization":{"enabled":true,"maxSpeakers":36}}""", "definition.diarization.maxSpeakers")]
    [InlineData("""{"channels":[0,1],"diarization":{"enabled":true,"maxSpeakers":2}}""", "definition.channels")]
    public async Task A_wrong_definition_is_told_with_its_place(string definition, string target)
    {
        var (status, _, body) = await scene.SendAsync("/speechtotext/transcriptions:transcribe?api-version=2024-11-15", talk, "a.wav", [("definition", definition)], "audio");
        Assert.Equal((HttpStatusCode.BadRequest, target), (status, (string?)JsonNode.Parse(body)!["target"]));
    }

    /// <summary>Two who take turns, in the order of the sentences: all of the one by the first, all of the other by the second.</summary>
    private static void DemandTurns(IEnumerable<(string Text, int Speaker)> phrases)
    {
        var told = phrases.ToList();
        string Of(int parity) => string.Join(' ', told.Where(phrase => phrase.Speaker == parity + 1).Select(phrase => HearingScene.Words(phrase.Text)));
        Assert.Equal([1, 2], told.Select(phrase => phrase.Speaker).Distinct());
        foreach (var (word, parity) in new[] { ("contract", 0), ("apples", 1), ("train", 0), ("garden", 1), ("student", 0), ("mountain", 1) })
        {
            Assert.True(Of(parity).Contains(word, StringComparison.Ordinal) && !Of(1 - parity).Contains(word, StringComparison.Ordinal), $"'{word}' is not {parity + 1}'s: {string.Join(" | ", told)}");
        }
    }

    private static IEnumerable<(string, int)> Phrases(JsonNode result) => result["recognizedPhrases"]!.AsArray().Select(phrase => ((string)phrase!["nBest"]![0]!["display"]!, (int)phrase["speaker"]!));

    private async Task<byte[]> TalkAsync()
    {
        string[] voices = ["en-US-JennyNeural", "en-GB-RyanNeural"];
        var said = string.Concat(Sentences.Select((sentence, i) => $"<voice name='{voices[i % 2]}'>{sentence}<break time='700ms'/></voice>"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cognitiveservices/v1")
        {
            Content = new StringContent($"<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='en-US'>{said}</speak>", Encoding.UTF8, "application/ssml+xml"),
            Headers = { { "Ocp-Apim-Subscription-Key", scene.Key }, { "X-Microsoft-OutputFormat", "riff-16khz-16bit-mono-pcm" } },
        };
        using var answer = await scene.Hub.Client.SendAsync(request, Cancel);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.SkipWhen(Encoding.UTF8.GetString(bytes).Contains("ModelNotPulled", StringComparison.Ordinal), "The models have not been pulled.");
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        return bytes;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            await context.Response.Body.WriteAsync(context.Request.Path == "/stereo.wav" ? HearingScene.OnTheSecondChannel(talk) : talk);
            return;
        }

        asked.Enqueue(JsonNode.Parse((await context.Request.ReadFormAsync())["definition"]!)!);
        await context.Response.WriteAsync("""
            {"durationMilliseconds":12500,"combinedPhrases":[],"phrases":[
            {"speaker":1,"offsetMilliseconds":100,"durationMilliseconds":900,"text":"Good morning.","confidence":0.9,"locale":"en-US","words":[{"text":"Good","offsetMilliseconds":100,"durationMilliseconds":200}]},
            {"speaker":3,"offsetMilliseconds":2000,"durationMilliseconds":500,"text":"Hello.","confidence":0.9,"locale":"en-US"}]}
            """);
    }

    private async Task<(JsonObject View, JsonNode? Result, JsonNode Report)> TranscribeAsync(string path, string key, string properties, string file)
    {
        var made = await CallAsync("POST", path, key, Order(properties, web.Address + file));
        Assert.True(made.Status == HttpStatusCode.Created, made.ToString());
        var view = await Waits.UntilAsync(async () => (await CallAsync("GET", (string)made.Body["self"]!, key)).Body, view => (string?)view["status"] is "Succeeded" or "Failed");
        var files = (await CallAsync("GET", (string)view["links"]!["files"]!, key)).Body["values"]!.AsArray();
        return (view, files.Count > 1 ? await ContentAsync(files[0]!) : null, await ContentAsync(files[^1]!));
    }

    private async Task<JsonNode> ContentAsync(JsonNode file) => JsonNode.Parse(await scene.Hub.Client.GetStringAsync(new Uri((string)file["links"]!["contentUrl"]!), Cancel))!;

    private static JsonObject Order(string properties, string url) => new() { ["contentUrls"] = new JsonArray(url), ["locale"] = "en-US", ["displayName"] = "n", ["properties"] = JsonNode.Parse(properties) };

    private Task<Answer> CallAsync(string method, string path, string key, object? body = null) => scene.Hub.Client.CallAsync(method, path, body, ("Ocp-Apim-Subscription-Key", key));
}
