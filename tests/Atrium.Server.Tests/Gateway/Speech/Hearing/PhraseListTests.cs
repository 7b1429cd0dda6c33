using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Speech.Hearing;
using Atrium.Server.Tests.Gateway.Speech.Sockets;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>Phrases that are expected, on every way that has a place for them. The speech names one that nobody hears who does not expect it.</summary>
public sealed class PhraseListTests(HearingScene scene) : IClassFixture<HearingScene>
{
    private const string Fast = "/speechtotext/transcriptions:transcribe?api-version=2024-11-15";
    private const string Id = "0123456789abcdef0123456789abcdef";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fast_transcription_hears_the_phrases_of_its_list()
    {
        var speech = await SpeakAsync();
        Assert.DoesNotContain("Contoso", await TranscribeAsync(speech, "{}"), StringComparison.Ordinal);
        Assert.Contains("Contoso", await TranscribeAsync(speech, """{"locales":["en-US"],"phraseList":{"phrases":["Contoso","Fabrikam"]}}"""), StringComparison.Ordinal);
        Assert.Contains("Contoso", await TranscribeAsync(speech, """{"diarization":{"enabled":true,"maxSpeakers":2},"phraseList":{"phrases":["Contoso"],"biasingWeight":1.5}}"""), StringComparison.Ordinal);
        Assert.DoesNotContain("Contoso", await TranscribeAsync(speech, """{"phraseList":{"phrases":["Contoso"],"biasingWeight":0}}"""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"phrases":[1]}""", "definition.phraseList")]
    [InlineData("""{"phrases":"Contoso"}""", "definition.phraseList")]
    [InlineData("""["Contoso"]""", "definition.phraseList")]
    [InlineData("""{"biasingWeight":2.5}""", "definition.phraseList.biasingWeight")]
    [InlineData("""{"biasingWeight":"much"}""", "definition.phraseList.biasingWeight")]
    [InlineData("""{"words":["Contoso"]}""", "definition.phraseList.words")]
    public async Task A_wrong_list_is_told_with_its_place(string list, string target)
    {
        var (status, _, body) = await scene.SendAsync(Fast, HearingScene.Amiable, "a.wav", [("definition", $$"""{"phraseList":{{list}}}""")], "audio");
        Assert.Equal((HttpStatusCode.BadRequest, target), (status, (string?)JsonNode.Parse(body)!["target"]));
    }

    [Fact]
    public async Task Too_many_phrases_and_too_long_ones_are_refused()
    {
        foreach (var phrases in (string[][])[[.. Enumerable.Repeat("Contoso", 2001)], [new('a', 201)]])
        {
            var definition = new JsonObject { ["phraseList"] = new JsonObject { ["phrases"] = new JsonArray([.. phrases]) } };
            Assert.Equal(HttpStatusCode.BadRequest, (await scene.SendAsync(Fast, HearingScene.Amiable, "a.wav", [("definition", definition.ToJsonString())], "audio")).Status);
        }
    }

    [Theory]
    [InlineData("""{"groups":[{"type":"Generic","items":[{"text":"Fabrikam"},{"text":"Contoso"}]}]}""", true)]
    [InlineData("""{"Groups":[{"Type":"Generic","Items":[{"Text":"Contoso"}]}],"bias":1.2}""", true)]
    [InlineData("""{"groups":[{"type":"Generic","items":[{"text":"Fabrikam"}]}]}""", false)]
    public async Task A_connection_hears_the_phrases_of_its_context(string dgi, bool isHeard)
    {
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, "/speech/recognition/interactive/cognitiveservices/v1", scene.Key, "language=en-US");
        await client.SendAsync("speech.context", Id, $$"""{"dgi":{{dgi}}}""");
        foreach (var chunk in (byte[][])[.. (await SpeakAsync()).Chunk(6400), []])
        {
            await client.SendAudioAsync(Id, chunk);
        }

        var heard = await client.HearUntilAsync("speech.phrase");
        Assert.True(heard.Count > 0, client.Socket.CloseStatusDescription);
        Assert.Equal(isHeard, heard[^1].Json.ToString().Contains("Contoso", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"bias":7}""", "dgi.bias")]
    [InlineData("""{"referenceGrammars":["luis/app"]}""", "dgi.referenceGrammars")]
    public async Task A_context_with_what_is_not_served_ends_the_connection_with_the_reason(string dgi, string reason)
    {
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, "/speech/recognition/interactive/cognitiveservices/v1", scene.Key, "language=en-US");
        await client.SendAsync("speech.context", Id, $$"""{"dgi":{{dgi}}}""");
        await client.SendAudioAsync(Id, HearingScene.Amiable.AsSpan(0, 6400));
        await client.HearUntilAsync("turn.end");
        Assert.Contains(reason, client.Socket.CloseStatusDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keywords_are_heard_as_they_are_and_too_many_are_refused()
    {
        var speech = await SpeakAsync();
        var (_, _, text) = await scene.SendAsync("/openai/v1/audio/transcriptions", speech, "a.wav", [("model", "whisper"), ("response_format", "text"), ("keywords[]", "Contoso"), ("keywords[]", "Fabrikam")]);
        Assert.Contains("Contoso", text, StringComparison.Ordinal);
        foreach (var keywords in (string[][])[[.. Enumerable.Repeat("Contoso", 81)], [new('a', 201)]])
        {
            var (status, _, body) = await scene.SendAsync("/openai/v1/audio/transcriptions", speech, "a.wav", [("model", "whisper"), .. keywords.Select(keyword => ("keywords[]", keyword))]);
            Assert.Equal((HttpStatusCode.BadRequest, "keywords"), (status, (string?)JsonNode.Parse(body)!["error"]!["param"]));
        }
    }

    [Fact]
    public async Task The_names_of_a_prompt_are_heard()
    {
        var speech = await SpeakAsync();
        async Task<string> HearAsync(string prompt)
        {
            var (status, _, body) = await scene.SendAsync("/openai/v1/audio/transcriptions", speech, "a.wav", [("model", "whisper"), ("response_format", "text"), ("prompt", prompt)]);
            Assert.True(status == HttpStatusCode.OK, body);
            return body;
        }

        Assert.Contains("Contoso", await HearAsync("They spoke about Contoso and its contracts."), StringComparison.Ordinal);
        Assert.DoesNotContain("Contoso", await HearAsync("They spoke about contracts."), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ZyntriQix, Digique Plus, CynapseFive.", "ZyntriQix|Digique Plus|CynapseFive")]
    [InlineData("Hello. The talk is about OpenAI, GPT-3 and the city of New York. We like it!", "OpenAI|GPT-3|New York|Hello")]
    [InlineData("The weather was fine, they say.", "")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Names_are_taken_out_of_a_prompt(string? prompt, string names) =>
        Assert.Equal(names.Split('|', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), (PromptPhrases.Of(prompt)?.Phrases ?? []).Order(StringComparer.Ordinal));

    private async Task<string> TranscribeAsync(byte[] speech, string definition)
    {
        var (status, _, body) = await scene.SendAsync(Fast, speech, "a.wav", [("definition", definition)], "audio");
        Assert.True(status == HttpStatusCode.OK, body);
        return (string)JsonNode.Parse(body)!["combinedPhrases"]![0]!["text"]!;
    }

    private async Task<byte[]> SpeakAsync()
    {
        const string ssml = """<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-US"><voice name="slt">We will talk to Contoso about the new contract tomorrow.</voice></speak>""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cognitiveservices/v1")
        {
            Content = new StringContent(ssml, Encoding.UTF8, "application/ssml+xml"),
            Headers = { { "Ocp-Apim-Subscription-Key", scene.Key }, { "X-Microsoft-OutputFormat", "riff-16khz-16bit-mono-pcm" } },
        };
        using var answer = await scene.Hub.Client.SendAsync(request, Cancel);
        var audio = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.SkipWhen(Encoding.UTF8.GetString(audio).Contains("ModelNotPulled", StringComparison.Ordinal), "The models have not been pulled.");
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(audio));
        return audio;
    }
}
