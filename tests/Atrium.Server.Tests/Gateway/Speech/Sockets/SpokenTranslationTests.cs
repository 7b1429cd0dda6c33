using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Atrium.Inference.Packages;
using Atrium.Server.Models;
using Atrium.Server.Tests.Gateway.Speech.Hearing;
using Atrium.Server.Tests.Gateway.Translation;
using Atrium.Tests.Shared;

namespace Atrium.Server.Tests.Gateway.Speech.Sockets;

/// <summary>Speech translation as the official client speaks it.</summary>
public sealed class SpokenTranslationTests(TranslationScene scene) : IClassFixture<TranslationScene>, IAsyncLifetime
{
    private const string Older = "/speech/translation/cognitiveservices/v1";
    private const string Universal = "/stt/speech/universal/v2";
    private const string Id = "0123456789abcdef0123456789abcdef";
    private const string Said = "He might even have been made amiable himself.";

    public async ValueTask InitializeAsync() =>
        await new ModelPackageStore(new ModelsOptions().CacheFolder, null, TimeProvider.System).PullAsync(ModelPackages.Default, null, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task At_the_older_address_a_phrase_has_its_translations_within()
    {
        scene.SkipUnless("en", "es");
        var before = await RowsOfApertiumAsync();
        var heard = await TranslateAsync(Older, "from=en-US&to=es,ca&scenario=interactive");
        Assert.Equal(["turn.start", "speech.startDetected", "speech.endDetected", "translation.phrase", "turn.end"], heard.Select(message => message.Path).Where(path => path != "translation.hypothesis"));
        var phrase = heard[^2].Json;
        Assert.Equal(("Success", Said, "Success"), ((string?)phrase["RecognitionStatus"], (string?)phrase["Text"], (string?)phrase["Translation"]!["TranslationStatus"]));
        Assert.Equal(["es", "ca"], phrase["Translation"]!["Translations"]!.AsArray().Select(text => (string?)text!["Language"]));
        Assert.Contains("amable", (string?)phrase["Translation"]!["Translations"]![0]!["Text"], StringComparison.OrdinalIgnoreCase);
        Assert.All(heard.Where(message => message.Path == "translation.hypothesis"), message => Assert.Equal(2, message.Json["Translation"]!["Translations"]!.AsArray().Count));
        Assert.Contains(("moonshine-tiny", "", 200), (await scene.RowsAsync("speech.translation")).Select(row => (row.Model, row.Deployment, row.Status)));
        Assert.Equal(before + 2, await RowsOfApertiumAsync());
    }

    [Fact]
    public async Task At_the_universal_address_translations_hold_their_phrase_and_a_deployment_may_make_them()
    {
        Says("彼は愛想よくなれたかもしれない。");
        var heard = await TranslateAsync(Universal, "", """{"phraseDetection":{"mode":"Interactive"},"translation":{"targetLanguages":["ja-JP"],"category":"far","onSuccess":{"action":"None"}}}""");
        var answer = heard.Last(message => message.Path == "translation.response").Json;
        Assert.Equal((Said, "Success"), ((string?)answer["SpeechPhrase"]!["DisplayText"], (string?)answer["TranslationStatus"]));
        Assert.Equal(("ja-JP", "彼は愛想よくなれたかもしれない。"), ((string?)answer["Translations"]![0]!["Language"], (string?)answer["Translations"]![0]!["DisplayText"]));
        Assert.Equal(Said, (string?)scene.Upstream.Last["messages"]!.AsArray()[^1]!["content"]);
        Assert.Contains(("big-model", "far", 40, 5, 200), await scene.RowsAsync("translate"));
    }

    [Fact]
    public async Task An_engine_that_fails_leaves_what_was_heard_and_says_why()
    {
        scene.Upstream.Status = 500;
        try
        {
            var heard = await TranslateAsync(Older, "from=en-US&to=ja&category=far&scenario=interactive");
            var translation = heard.Last(message => message.Path == "translation.phrase").Json["Translation"]!;
            Assert.Equal(("Error", 0), ((string?)translation["TranslationStatus"], translation["Translations"]!.AsArray().Count));
            Assert.NotEqual("", (string?)translation["FailureReason"]);
            Assert.Equal("turn.end", heard[^1].Path);
        }
        finally
        {
            scene.Upstream.Status = 200;
        }
    }

    [Fact]
    public async Task A_connection_to_Azure_AI_Translator_translates_what_it_serves()
    {
        var key = await scene.ProjectAsync("any");
        await scene.ConnectTranslatorAsync(key, "translate");
        scene.Upstream.Says = ["""[{"translations":[{"text":"Er hätte sogar liebenswürdig werden können.","to":"de"}]}]"""];
        var heard = await TranslateAsync(Older, "from=en-US&to=de&scenario=interactive", key: key);
        var translation = heard.Last(message => message.Path == "translation.phrase").Json["Translation"]!;
        Assert.Equal("Er hätte sogar liebenswürdig werden können.", (string?)translation["Translations"]![0]!["Text"]);
        Assert.Equal("?api-version=3.0&from=en&to=de&textType=plain", scene.Upstream.LastSafety.Query);
        Assert.Contains(("connection translator", "", Said.Length, 0, 200), await scene.RowsAsync("translate"));
        scene.Upstream.Says = ["""[{"translations":[]},null]"""];
        heard = await TranslateAsync(Older, "from=en-US&to=de&scenario=interactive", key: key);
        Assert.Equal("Error", (string?)heard.Last(message => message.Path == "translation.phrase").Json["Translation"]!["TranslationStatus"]);
    }

    [Theory]
    [InlineData(Older, "translation.synthesis", "translation.synthesis.end", "SynthesisStatus")]
    [InlineData(Universal, "audio", "audio.end", "Status")]
    public async Task A_voice_speaks_the_translation_into_its_language(string path, string audioPath, string endPath, string status)
    {
        var heard = await TranslateAsync(path, "from=en-US&to=en&voice=en-US-JennyNeural&features=requireVoice", """{"phraseDetection":{"mode":"Interactive"}}""");
        var spoken = heard.Where(message => message.Path == audioPath).SelectMany(message => message.Body).ToArray();
        Assert.Equal(("RIFF", spoken.Length - 8), (System.Text.Encoding.ASCII.GetString(spoken, 0, 4), BitConverter.ToInt32(spoken, 4)));
        Assert.Equal("Success", (string?)heard.Single(message => message.Path == endPath).Json[status]);
        using var again = await ConnectAsync("/speech/recognition/interactive/cognitiveservices/v1", "language=en-US");
        await SendAudioAsync(again, spoken);
        var phrase = (await again.HearUntilAsync("turn.end")).Single(message => message.Path == "speech.phrase").Json;
        Assert.Equal(HearingScene.Words(Said), HearingScene.Words((string)phrase["DisplayText"]!));
    }

    [Fact]
    public async Task A_translation_is_spoken_in_its_language_where_a_voice_has_it()
    {
        scene.SkipUnless("en", "es");
        Espeak.SkipUnlessInstalled();
        var heard = await TranslateAsync(Older, "from=en-US&to=es&voice=es-ES-ElviraNeural&features=requireVoice", """{"phraseDetection":{"mode":"Interactive"}}""");
        var spoken = heard.Where(message => message.Path == "translation.synthesis").SelectMany(message => message.Body).ToArray();
        Assert.InRange((spoken.Length - 44) / 32_000.0, 1, 8);
        Assert.Equal("Success", (string?)heard.Single(message => message.Path == "translation.synthesis.end").Json["SynthesisStatus"]);
    }

    [Theory]
    [InlineData("to=xx,es", "No language of this name is known: xx")]
    [InlineData("to=ja", "No engine here translates from 'en' to 'ja'")]
    [InlineData("to=en&voice=de-DE-KatjaNeural", "No voice here speaks en as 'de-DE-KatjaNeural'")]
    [InlineData("to=af,am,ar,az,be,bg,bn,br,bs,cs,cy,da,de,el,et,eu,fa,fi,fr,ga,gl", "20 target languages; found 21")]
    public async Task What_cannot_be_translated_is_refused_before_anything_is_heard(string query, string reason)
    {
        using var client = await ConnectAsync(Older, $"from=en-US&{query}");
        await SendAudioAsync(client, HearingScene.Amiable);
        Assert.Empty(await client.HearUntilAsync("turn.end"));
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, client.Socket.CloseStatus);
        Assert.Contains(reason, client.Socket.CloseStatusDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_language_to_translate_into_there_is_no_connection() =>
        Assert.Equal((int)HttpStatusCode.BadRequest, (await Assert.ThrowsAsync<RefusedException>(() => ConnectAsync(Older, "from=en-US"))).Status);

    private async Task<int> RowsOfApertiumAsync() => (await scene.RowsAsync("translate")).Count(row => (row.Model, row.In, row.Status) == ("apertium", Said.Length, 200));

    private async Task<List<Heard>> TranslateAsync(string path, string query, string? context = null, string? key = null)
    {
        using var client = await ConnectAsync(path, query, key);
        if (context is not null)
        {
            await client.SendAsync("speech.context", Id, context);
        }

        await SendAudioAsync(client, HearingScene.Amiable);
        var heard = await client.HearUntilAsync("turn.end");
        Assert.True(heard.Count > 0, client.Socket.CloseStatusDescription);
        return heard;
    }

    private Task<SpeechClient> ConnectAsync(string path, string query, string? key = null) => SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, path, key ?? scene.Team.Key, query);

    private static async Task SendAudioAsync(SpeechClient client, byte[] wav)
    {
        foreach (var chunk in (byte[][])[.. wav.Chunk(32_000), new byte[32_000], []])
        {
            await client.SendAudioAsync(Id, chunk);
        }
    }

    private void Says(string text) => scene.Upstream.Says =
    [
        new JsonObject { ["model"] = "big-model", ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["content"] = text } }) }.ToJsonString(),
        """{"model":"big-model","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
        """{"model":"big-model","choices":[],"usage":{"prompt_tokens":40,"completion_tokens":5,"total_tokens":45}}""",
    ];
}
