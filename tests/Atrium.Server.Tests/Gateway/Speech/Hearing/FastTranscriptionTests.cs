using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;
using Atrium.Tests.Shared;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>transcriptions:transcribe of Azure Speech.</summary>
public sealed class FastTranscriptionTests(HearingScene scene) : IClassFixture<HearingScene>
{
    private const string Path = "/speechtotext/transcriptions:transcribe?api-version=2024-11-15";
    private const string Said = "He might even have been made amiable himself.";

    [Fact]
    public async Task All_that_is_said_comes_with_its_words()
    {
        var (status, _, body) = await SendAsync("""{"locales":["en-GB"],"profanityFilterMode":"Masked"}""");
        Assert.True(status == HttpStatusCode.OK, body);
        var answer = JsonNode.Parse(body)!;
        Assert.InRange((int)answer["durationMilliseconds"]!, 3200, 3400);
        Assert.Equal($$"""[{"text":"{{Said}}"}]""", answer["combinedPhrases"]!.ToJsonString());
        var phrase = Assert.Single(answer["phrases"]!.AsArray())!.AsObject();
        Assert.Equal((Said, "en-GB", false), ((string?)phrase["text"], (string?)phrase["locale"], phrase.ContainsKey("channel")));
        Assert.Equal(Said, string.Join(' ', phrase["words"]!.AsArray().Select(w => (string)w!["text"]!)));
        Assert.All(phrase["words"]!.AsArray(), w => Assert.InRange((int)w!["offsetMilliseconds"]! + (int)w["durationMilliseconds"]!, 200, 3400));
        Assert.InRange((double)phrase["confidence"]!, 0.5, 1);
    }

    [Fact]
    public async Task Channels_are_heard_one_by_one()
    {
        var samples = new float[32_000];
        var answer = JsonNode.Parse((await SendAsync("""{"locales":["en-US"],"channels":[0,1]}""", HearingScene.OnTheSecondChannel(HearingScene.Amiable))).Body)!;
        Assert.Equal(1, (int)Assert.Single(answer["phrases"]!.AsArray())!["channel"]!);
        Assert.Equal($$"""[{"channel":1,"text":"{{Said}}"}]""", answer["combinedPhrases"]!.ToJsonString());
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("""{"channels":[1]}""", WavWriter.Write(samples))).Status);
    }

    [Theory]
    [InlineData("{", "definition")]
    [InlineData("[]", "definition")]
    [InlineData("""{"locales":"en-US"}""", "definition.locales")]
    [InlineData("""{"locales":["e n"]}""", "definition.locales")]
    [InlineData("""{"channels":[7]}""", "definition.channels")]
    [InlineData("""{"profanityFilterMode":"Loud"}""", "definition.profanityFilterMode")]
    [InlineData("""{"phraseList":{"phrases":[1]}}""", "definition.phraseList")]
    [InlineData("""{"diarization":true}""", "definition.diarization")]
    [InlineData("""{"language":"en-US"}""", "definition.language")]
    [InlineData("""{"audioUrl":"https://example.org/a.wav"}""", "definition.audioUrl")]
    public async Task A_wrong_definition_is_told_with_its_place(string definition, string target)
    {
        var (status, _, body) = await SendAsync(definition);
        var error = JsonNode.Parse(body)!;
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequest", target), (status, (string?)error["code"], (string?)error["target"]));
        Assert.NotNull(error["innerError"]!["code"]);
    }

    [Theory]
    [InlineData("""{"locales":["fr-FR"]}""", "English only")]
    [InlineData("""{"locales":["de-DE","fr-FR"]}""", "by ear")]
    [InlineData("""{"enhancedMode":{"enabled":true,"task":"translate","targetLanguage":"es"}}""", "enhancedMode")]
    public async Task What_no_embedded_model_can_names_the_connection_that_could(string definition, string reason)
    {
        var (status, _, body) = await SendAsync(definition);
        Assert.Equal(HttpStatusCode.NotImplemented, status);
        var message = (string?)JsonNode.Parse(body)!["message"];
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains("Serves 'transcriptions:transcribe'", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audio_and_api_version_must_be_there()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.SendAsync(Path, null, "", [("definition", "{}")])).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.SendAsync("/speechtotext/transcriptions:transcribe", HearingScene.Amiable, "a.wav", [("definition", "{}")], "audio")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("{}", "no audio"u8.ToArray()[..3])).Status);
    }

    [Fact]
    public async Task Audio_comes_from_the_address_that_the_definition_names()
    {
        await using var web = await LocalWeb.StartAsync(context => context.Response.Body.WriteAsync(HearingScene.Amiable).AsTask());
        var (status, _, body) = await scene.SendAsync(Path, null, "", [("definition", $$"""{"phraseList":{"phrases":["amiable"]},"audioUrl":"{{web.Address}}/a.wav","locales":["en-US"]}""")]);
        Assert.True(status == HttpStatusCode.OK, body);
        Assert.Equal(Said, (string?)JsonNode.Parse(body)!["combinedPhrases"]![0]!["text"]);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1/a.wav")]
    [InlineData("not an address")]
    public async Task An_address_that_cannot_be_reached_is_told(string url)
    {
        var (status, _, body) = await scene.SendAsync(Path, null, "", [("definition", $$"""{"audioUrl":"{{url}}"}""")]);
        Assert.Equal((HttpStatusCode.BadRequest, "definition.audioUrl"), (status, (string?)JsonNode.Parse(body)!["target"]));
    }

    [Fact]
    public async Task A_connection_that_says_so_answers_instead()
    {
        await using var upstream = new ScriptedUpstream { Says = ["""{"durationMilliseconds":4200,"combinedPhrases":[{"text":"Bonjour"}],"phrases":[]}"""] };
        await upstream.StartAsync();
        var (project, key) = await scene.AddProjectAsync($"fast-{Guid.NewGuid():N}"[..20]);
        var connection = new { properties = new { category = "CognitiveService", authType = "ApiKey", target = upstream.Address, metadata = new Dictionary<string, string> { ["Kind"] = "Speech", ["Serves"] = "recognition,transcriptions:transcribe" }, credentials = new { key = "speech-secret" } } };
        Assert.Equal(HttpStatusCode.OK, (await scene.Hub.Client.CallAsync("PUT", $"{project}/connections/speech?api-version=2024-04-01", connection)).Status);
        var (status, _, body) = await scene.SendAsync(Path, HearingScene.Amiable, "a.wav", [("definition", """{"locales":["fr-FR"]}""")], "audio", key);
        Assert.True(status == HttpStatusCode.OK, body);
        Assert.Equal((HttpStatusCode.OK, "Bonjour"), (status, (string?)JsonNode.Parse(body)!["combinedPhrases"]![0]!["text"]));
        Assert.Equal(("/speechtotext/transcriptions:transcribe", """{"locales":["fr-FR"]}""", HearingScene.Amiable.Length), (upstream.Asked[^1].Path, (string?)upstream.Last["definition"], (int)(long)upstream.Last["audio"]!["length"]!));
        Assert.Equal(("?api-version=2024-11-15", "speech-secret"), upstream.LastSafety);
    }

    private Task<(HttpStatusCode Status, string? Type, string Body)> SendAsync(string definition, byte[]? audio = null) =>
        scene.SendAsync(Path, audio ?? HearingScene.Amiable, "a.wav", [("definition", definition)], "audio");
}
