using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;
using Atrium.Tests.Shared;

namespace Atrium.Server.Tests.Gateway.Speech.Speaking;

/// <summary>Languages other than English, by espeak-ng where it is installed.</summary>
public sealed class EspeakSpeakingTests(SpeakingScene scene) : IClassFixture<SpeakingScene>
{
    private const string Wave = "riff-16khz-16bit-mono-pcm";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_has_its_languages_and_says_who_speaks()
    {
        Espeak.SkipUnlessInstalled();
        var voices = (await scene.Hub.Client.CallAsync("GET", "/cognitiveservices/voices/list", null, ("Ocp-Apim-Subscription-Key", scene.Key))).Whole.AsArray();
        var own = voices.Single(voice => (string?)voice!["ShortName"] == "de-DE-FemaleEspeak")!;
        Assert.Equal(("espeak-ng", "22050", "German (Germany)"), ((string?)own["ExtendedPropertyMap"]!["Engine"], (string?)own["SampleRateHertz"], (string?)own["LocaleName"]));
        var named = voices.Single(voice => (string?)voice!["ShortName"] == "fr-FR-HenriNeural")!;
        Assert.Equal(("fr-FR-MaleEspeak", "Male", "Henri (spoken by fr-FR-MaleEspeak)"), ((string?)named["ExtendedPropertyMap"]!["SpokenBy"], (string?)named["Gender"], (string?)named["DisplayName"]));
        Assert.True(voices.Select(voice => ((string)voice!["Locale"]!).Split('-')[0]).Distinct().Count() > 70);

        // English stays with the voices that sound the most like people, but for who asks for the others by name.
        Assert.Equal("en-GB-AwbFlite", (string?)voices.Single(voice => (string?)voice!["ShortName"] == "en-GB-RyanNeural")!["ExtendedPropertyMap"]!["SpokenBy"]);
        Assert.DoesNotContain(voices, voice => (string?)voice!["Locale"] == "ja-JP");
    }

    [Theory]
    [InlineData("de-DE-KatjaNeural", "Guten Tag, wie geht es Ihnen?", "de-DE-FemaleEspeak")]
    [InlineData("es-MX-JorgeNeural", "Buenos días, ¿cómo está usted?", "es-MX-MaleEspeak")]
    [InlineData("zh-CN-XiaoxiaoNeural", "你好，世界。", "zh-CN-FemaleEspeak")]
    [InlineData("ar-EG-SalmaNeural", "مرحبا كيف حالك؟", "ar-SA-FemaleEspeak")]
    [InlineData("en-US-MaleEspeak", "Good morning to you.", "en-US-MaleEspeak")]
    public async Task A_document_is_spoken_by_a_voice_of_its_language(string voice, string text, string speaks)
    {
        Espeak.SkipUnlessInstalled();
        var (answer, body) = await scene.SpeakAsync(SpeakingScene.Document($"{text}<break time='1s'/><prosody rate='+20%' pitch='high'>{text}</prosody>", voice), Wave);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([speaks], answer.Headers.GetValues("x-atrium-voice"));
        Assert.InRange(body.Length / 32_000.0, 2, 9);
    }

    [Fact]
    public async Task A_document_may_change_its_language()
    {
        Espeak.SkipUnlessInstalled();
        var (answer, _) = await scene.SpeakAsync(SpeakingScene.Document("The word is <lang xml:lang='fr-FR'>déjà vu</lang>."), Wave);
        Assert.Equal(["en-US-SltFlite, fr-FR-FemaleEspeak"], answer.Headers.GetValues("x-atrium-voice"));
        var (phoneme, body) = await scene.SpeakAsync(SpeakingScene.Document("<phoneme alphabet='ipa' ph='a'>a</phoneme>", "de-DE-KatjaNeural"), Wave);
        Assert.Equal(HttpStatusCode.BadRequest, phoneme.StatusCode);
        Assert.Contains("English voices of flite only", System.Text.Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_OpenAI_API_takes_a_voice_of_another_language()
    {
        Espeak.SkipUnlessInstalled();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/openai/v1/audio/speech")
        {
            Content = System.Net.Http.Json.JsonContent.Create(new { model = "tts", input = "Buongiorno a tutti.", voice = "it-IT-ElsaNeural", response_format = "wav" }),
            Headers = { { "api-key", scene.Key } },
        };
        using var answer = await scene.Hub.Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["it-IT-FemaleEspeak"], answer.Headers.GetValues("x-atrium-voice"));
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync(Cancel)).Length / 48_000.0, 0.8, 4);
    }

    [Fact]
    public async Task A_batch_speaks_another_language_with_the_times_of_its_words()
    {
        Espeak.SkipUnlessInstalled();
        var address = $"/texttospeech/batchsyntheses/job-{Guid.NewGuid():N}?api-version=2024-04-01";
        var order = new { inputKind = "PlainText", synthesisConfig = new { voice = "pl-PL-ZofiaNeural" }, inputs = new[] { new { content = "Dzień dobry państwu." } }, properties = new { wordBoundaryEnabled = true } };
        Assert.Equal(HttpStatusCode.Created, (await scene.Hub.Client.CallAsync("PUT", address, order, ("Ocp-Apim-Subscription-Key", scene.Key))).Status);
        JsonObject job;
        while ((string?)(job = (await scene.Hub.Client.CallAsync("GET", address, null, ("Ocp-Apim-Subscription-Key", scene.Key))).Body)["status"] is not ("Succeeded" or "Failed"))
        {
            await Task.Delay(200, Cancel);
        }

        Assert.True((string?)job["status"] == "Succeeded", job.ToJsonString());
        using var zip = new ZipArchive(await scene.Hub.Client.GetStreamAsync(new Uri((string)job["outputs"]!["result"]!), Cancel));
        using var words = new StreamReader(zip.GetEntry("0001.word.json")!.Open());
        Assert.Equal(["Dzień", "dobry", "państwu"], JsonNode.Parse(await words.ReadToEndAsync(Cancel))!.AsArray().Select(word => (string?)word!["Text"]).Where(text => text != "."));
    }
}
