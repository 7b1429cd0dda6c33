using System.Net;
using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Gateway.Speech.Hearing;
using Atrium.Server.Tests.Gateway.Speech.Sockets;
using Atrium.Server.Tests.Support;
using Atrium.Tests.Shared;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>English or another language, by ear, with no connection that could tell; the other ones are spoken by the hub itself, with espeak-ng.</summary>
public sealed class LanguageIdentificationTests(HearingScene scene) : IClassFixture<HearingScene>, IAsyncLifetime
{
    private const string Fast = "/speechtotext/transcriptions:transcribe?api-version=2024-11-15";
    private const string Id = "0123456789abcdef0123456789abcdef";
    private const string Once = "/speech/recognition/interactive/cognitiveservices/v1";
    private const string Conversation = "/speech/recognition/conversation/cognitiveservices/v1";
    private const string Amiable = "he might even have been made amiable himself";
    private static readonly byte[] Pause = new byte[48_000];
    private LocalWeb web = null!;
    private byte[] served = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static byte[] English => HearingScene.Amiable[RiffHeader.Length..];

    public async ValueTask InitializeAsync() => web = await LocalWeb.StartAsync(context => context.Response.Body.WriteAsync(served).AsTask());

    public ValueTask DisposeAsync() => web.DisposeAsync();

    [Theory]
    [InlineData("""["de-DE","en-GB"]""", "en-GB")]
    [InlineData("""["fr-FR","en-AU","de-DE","es-ES"]""", "en-AU")]
    public async Task English_is_told_among_any_others_and_written_down(string candidates, string told)
    {
        var phrase = await OnceAsync(Wav(English, Pause), candidates);
        Assert.Equal((Amiable, told, "High"), (HearingScene.Words((string)phrase["DisplayText"]!), (string?)phrase["PrimaryLanguage"]!["Language"], (string?)phrase["PrimaryLanguage"]!["Confidence"]));
    }

    [Theory]
    [InlineData("""["en-US","de-DE"]""", "de-DE", "German (Germany)")]
    [InlineData("""["de-AT","en-US","de-DE"]""", "de-AT", "'de-AT'")]
    [InlineData("""["en-US","de-DE","fr-FR"]""", null, "which other language")]
    public async Task Another_language_is_no_match_and_told_where_it_is_the_only_other_one(string candidates, string? told, string reason)
    {
        var phrase = await OnceAsync(Wav(await GermanAsync(), Pause), candidates);
        Assert.Equal(("NoMatch", told), ((string?)phrase["RecognitionStatus"], (string?)phrase["PrimaryLanguage"]?["Language"]));
        Assert.Contains(reason, (string?)phrase["Reason"], StringComparison.Ordinal);
        Assert.Contains("Serves 'transcriptions:transcribe'", (string?)phrase["Reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_English_among_the_candidates_the_connection_ends_with_the_reason()
    {
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Once, scene.Key, "language=de-DE");
        await client.SendAsync("speech.context", Id, """{"languageId":{"languages":["de-DE","fr-FR"]}}""");
        await SendAsync(client, HearingScene.Amiable);
        await client.HearUntilAsync("turn.end");
        Assert.StartsWith("The embedded recognizer understands English only, not 'de-DE, fr-FR'", client.Socket.CloseStatusDescription, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DetectContinuous", new[] { "en-US", "de-DE", "en-US" })]
    [InlineData("DetectAtAudioStart", new[] { "en-US", "en-US", "en-US" })]
    public async Task A_conversation_tells_it_phrase_by_phrase_or_as_at_the_start(string mode, string[] told)
    {
        var audio = Wav(English, English, Pause, await GermanAsync(), Pause, English, Pause);
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Conversation, scene.Key, "language=en-US");
        await client.SendAsync("speech.context", Id, $$$"""{"phraseDetection":{"mode":"Conversation"},"languageId":{"mode":"{{{mode}}}","languages":["en-US","de-DE"]}}""");
        await SendAsync(client, audio);
        var phrases = (await client.HearUntilAsync("turn.end")).Where(message => message.Path == "speech.phrase" && message.Json["PrimaryLanguage"] is not null).Select(message => message.Json).ToList();
        Assert.Equal(told, phrases.Select(phrase => (string?)phrase["PrimaryLanguage"]!["Language"]).Where((_, i) => i == 0 || i > phrases.Count - 3));
        Assert.All(phrases, phrase => Assert.Equal((string?)phrase["PrimaryLanguage"]!["Language"] == "de-DE", (string?)phrase["RecognitionStatus"] == "NoMatch"));
    }

    [Theory]
    [InlineData("""{"locales":["de-DE","en-US"]}""", "de-DE", "German (Germany)")]
    [InlineData("""{"locales":["de-DE","en-US","it-IT"]}""", null, "which other language")]
    public async Task A_fast_transcription_has_the_English_and_leaves_the_rest_without_text(string definition, string? told, string reason)
    {
        var german = await GermanAsync();
        var (status, _, body) = await scene.SendAsync(Fast, Wav(English, Pause, german, Pause), "a.wav", [("definition", definition)], "audio");
        Assert.True(status == HttpStatusCode.OK, body);
        var phrases = JsonNode.Parse(body)!["phrases"]!.AsArray();
        Assert.Equal((Amiable, "en-US"), (HearingScene.Words((string)phrases[0]!["text"]!), (string?)phrases[0]!["locale"]));
        Assert.True(phrases.Count > 1, body);
        Assert.All(phrases.Skip(1), phrase => Assert.Equal(("", told), ((string?)phrase!["text"], (string?)phrase["locale"])));
        Assert.Equal(Amiable, HearingScene.Words((string)JsonNode.Parse(body)!["combinedPhrases"]![0]!["text"]!));

        (status, _, body) = await scene.SendAsync(Fast, Wav(german, Pause), "a.wav", [("definition", definition)], "audio");
        Assert.Equal(HttpStatusCode.NotImplemented, status);
        Assert.Contains(reason, body, StringComparison.Ordinal);
        Assert.Contains("transcriptions:transcribe", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_ask_has_every_word_written_down()
    {
        var (status, _, body) = await scene.SendAsync(Fast, Wav(English, Pause, await GermanAsync(), Pause), "a.wav", [("definition", "{}")], "audio");
        Assert.True(status == HttpStatusCode.OK, body);
        var phrases = JsonNode.Parse(body)!["phrases"]!.AsArray();
        Assert.True(phrases.Count > 1, body);
        Assert.All(phrases, phrase => Assert.Equal((true, "en-US"), (((string)phrase!["text"]!).Length > 0, (string?)phrase["locale"])));
    }

    [Fact]
    public async Task Silence_in_any_language_is_no_error()
    {
        var (status, _, body) = await scene.SendAsync(Fast, Wav(Pause, Pause), "a.wav", [("definition", "{}")], "audio");
        Assert.True(status == HttpStatusCode.OK, body);
        Assert.Empty(JsonNode.Parse(body)!["phrases"]!.AsArray());
    }

    [Theory]
    [InlineData("Continuous")]
    [InlineData("Single")]
    public async Task A_batch_writes_the_English_of_a_file_and_says_which_file_is_in_another_language(string mode)
    {
        var german = await GermanAsync();
        served = Wav(English, English, Pause, german, Pause);
        var (_, files) = await BatchAsync(mode);
        var result = await ContentAsync(files[0]!);
        var phrases = result["recognizedPhrases"]!.AsArray();
        Assert.Equal(("Success", "en-US"), ((string?)phrases[0]!["recognitionStatus"], (string?)phrases[0]!["locale"]));
        Assert.Equal(mode == "Single" ? ("Success", "en-US") : ("Failure", "de-DE"), ((string?)phrases[^1]!["recognitionStatus"], (string?)phrases[^1]!["locale"]));

        served = Wav(german, Pause);
        var (view, report) = await BatchAsync(mode);
        Assert.Equal("Failed", (string?)view["status"]);
        var detail = (await ContentAsync(Assert.Single(report)!))["details"]![0]!;
        Assert.Equal(("Failed", "NoModel"), ((string?)detail["status"], (string?)detail["errorKind"]));
        Assert.Contains("German (Germany)", (string?)detail["errorMessage"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.95f, "x", "High")]
    [InlineData(0.05f, "", "High")]
    [InlineData(0.75f, "x", "Medium")]
    [InlineData(0.45f, "", "Low")]
    [InlineData(null, "x", "Low")]
    public void How_sure_it_is_comes_of_the_likelihood(float? likely, string text, string confidence) =>
        Assert.Equal(confidence, SpokenCandidates.ConfidenceOf(new SpeechPhrase(text, default, default, 1, []) { Likely = likely }));

    private static byte[] Wav(params byte[][] parts)
    {
        byte[] data = [.. parts.SelectMany(part => part)];
        return [.. RiffHeader.Of(AudioFormats.Find("riff-16khz-16bit-mono-pcm")!, data.Length), .. data];
    }

    /// <summary>Two sentences of German, as samples.</summary>
    private async Task<byte[]> GermanAsync()
    {
        Espeak.SkipUnlessInstalled();
        const string text = "Guten Tag, wir fahren morgen mit dem Zug nach Hamburg zu unseren Freunden.";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cognitiveservices/v1")
        {
            Content = new StringContent($"<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='de-DE'><voice name='de-DE-FemaleEspeak'>{text}</voice></speak>", new System.Net.Http.Headers.MediaTypeHeaderValue("application/ssml+xml")),
            Headers = { { "Ocp-Apim-Subscription-Key", scene.Key }, { "X-Microsoft-OutputFormat", "raw-16khz-16bit-mono-pcm" } },
        };
        using var answer = await scene.Hub.Client.SendAsync(request, Cancel);
        var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.SkipWhen(System.Text.Encoding.UTF8.GetString(body).Contains("ModelNotPulled", StringComparison.Ordinal), "The models have not been pulled.");
        Assert.True(answer.StatusCode == HttpStatusCode.OK, System.Text.Encoding.UTF8.GetString(body));
        return body;
    }

    private async Task<JsonNode> OnceAsync(byte[] wav, string candidates)
    {
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Once, scene.Key, "language=en-US");
        await client.SendAsync("speech.context", Id, $$$"""{"languageId":{"mode":"DetectAtAudioStart","languages":{{{candidates}}}}}""");
        await SendAsync(client, wav);
        var heard = await client.HearUntilAsync("turn.end");
        Assert.SkipWhen(client.Socket.CloseStatusDescription?.Contains("pulled", StringComparison.Ordinal) is true, "The models have not been pulled.");
        return heard.Last(message => message.Path == "speech.phrase").Json;
    }

    private async Task<(JsonNode View, JsonArray Files)> BatchAsync(string mode)
    {
        var order = new { contentUrls = new[] { web.Address + "/a.wav" }, locale = "en-US", displayName = "n", properties = new { languageIdentification = new { mode, candidateLocales = new[] { "en-US", "de-DE" } } } };
        var made = await CallAsync("POST", "/speechtotext/v3.2/transcriptions", order);
        Assert.True(made.Status == HttpStatusCode.Created, made.ToString());
        var view = await Waits.UntilAsync(async () => (await CallAsync("GET", (string)made.Body["self"]!)).Body, view => (string?)view["status"] is "Succeeded" or "Failed");
        return (view, (await CallAsync("GET", (string)view["links"]!["files"]!)).Body["values"]!.AsArray());
    }

    private async Task<JsonNode> ContentAsync(JsonNode file) => JsonNode.Parse(await scene.Hub.Client.GetStringAsync(new Uri((string)file["links"]!["contentUrl"]!), Cancel))!;

    private static async Task SendAsync(SpeechClient client, byte[] wav)
    {
        foreach (var chunk in (byte[][])[.. wav.Chunk(6400), []])
        {
            await client.SendAudioAsync(Id, chunk);
        }
    }

    private Task<Answer> CallAsync(string method, string path, object? body = null) => scene.Hub.Client.CallAsync(method, path, body, ("Ocp-Apim-Subscription-Key", scene.Key));
}
