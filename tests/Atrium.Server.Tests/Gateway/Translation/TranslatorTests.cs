using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Translation;

/// <summary>The Translator API with Apertium, as <c>./test</c> installs it.</summary>
public sealed class TranslatorTests(TranslationScene scene) : IClassFixture<TranslationScene>
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("/translate?api-version=3.0&from=en&to=es")]
    [InlineData("/translator/text/v3.0/translate?api-version=3.0&from=en&to=es")]
    [InlineData("/translator/text/v3.0/translate?from=EN-us&to=es")]
    public async Task A_list_of_texts_is_translated(string path)
    {
        scene.SkipUnless("en", "es");
        var answer = await scene.PostAsync(path, """[{"text":"The red house."},{"Text":"The dog"}]""");
        Assert.Equal("""[{"translations":[{"text":"La casa roja.","to":"es"}]},{"translations":[{"text":"El perro","to":"es"}]}]""", Said(answer));
        Assert.Equal("21", answer.Message.Headers.GetValues("X-Metered-Usage").Single());
        Assert.Contains(("apertium", "", 21, 0, 200), await scene.RowsAsync("translate"));
    }

    [Fact]
    public async Task Inputs_have_targets_of_their_own()
    {
        scene.SkipUnless("en", "es");
        scene.SkipUnless("en", "pt-pt");
        var answer = await scene.PostAsync("/translate?api-version=2026-06-06", """
            {"inputs":[{"text":"The red house.","language":"en","targets":[{"language":"es"},{"language":"pt-PT"}]},{"text":"The <b>dog</b>","language":"en","textType":"Html","targets":[{"language":"es"}]}]}
            """);
        Assert.Equal(
            """{"value":[{"translations":[{"language":"es","sourceCharacters":14,"text":"La casa roja."},{"language":"pt-PT","sourceCharacters":14,"text":"A casa vermelha."}]},{"translations":[{"language":"es","sourceCharacters":14,"text":"El <b>perro</b>"}]}]}""",
            Said(answer));
    }

    [Fact]
    public async Task The_language_is_found_where_none_is_given()
    {
        scene.SkipUnless("en", "es");
        var answer = await scene.PostAsync("/translate?api-version=3.0&to=en", """[{"text":"La casa es muy grande y los niños están jugando en el jardín."},{"text":"123"}]""");
        SkipWithoutModels(answer);
        var items = JsonNode.Parse(Said(answer))!;
        Assert.Equal("es", (string?)items[0]!["detectedLanguage"]!["language"]);
        Assert.Contains("The house is very big", (string?)items[0]!["translations"]![0]!["text"], StringComparison.Ordinal);
        Assert.Equal("123", (string?)items[1]!["translations"]![0]!["text"]);

        var suggested = JsonNode.Parse(Said(await scene.PostAsync("/translate?api-version=3.0&to=en&suggestedFrom=es", """[{"text":"123"}]""")))!;
        Assert.Equal("es", (string?)suggested[0]!["detectedLanguage"]!["language"]);
    }

    [Fact]
    public async Task Languages_are_detected()
    {
        var answer = await scene.PostAsync("/detect?api-version=3.0", """[{"text":"Guten Morgen, wie geht es Ihnen heute?"},{"text":"Ово је српски текст."}]""");
        SkipWithoutModels(answer);
        var items = JsonNode.Parse(Said(answer))!.AsArray();
        Assert.Equal(["de", "sr-Cyrl"], items.Select(item => (string?)item!["language"]));
        Assert.All(items, item => Assert.False((bool)item!["isTransliterationSupported"]!));
        Assert.False((bool)items[0]!["isTranslationSupported"]!);
    }

    [Fact]
    public async Task Sentences_are_measured_with_the_white_space_behind_them()
    {
        var answer = await scene.PostAsync("/breaksentence?api-version=3.0&language=en", """[{"text":"How are you? I am fine. What did you do today?"},{"text":""},{"text":"  One"}]""");
        Assert.Equal("""[{"sentLen":[13,11,22]},{"sentLen":[0]},{"sentLen":[5]}]""", Said(answer));

        scene.SkipUnless("en", "es");
        var translated = JsonNode.Parse(Said(await scene.PostAsync("/translate?api-version=3.0&from=en&to=es&includeSentenceLength=true", """[{"text":"The house. The dog."}]""")))!;
        var lengths = translated[0]!["translations"]![0]!["sentLen"]!;
        Assert.Equal("[11,8]", lengths["srcSentLen"]!.ToJsonString());
        Assert.Equal(((string)translated[0]!["translations"]![0]!["text"]!).Length, lengths["transSentLen"]!.AsArray().Sum(length => (int)length!));
    }

    [Fact]
    public async Task The_languages_are_those_that_are_installed_and_need_no_key()
    {
        var engine = scene.Apertium;
        var answer = await scene.Hub.Client.CallAsync("GET", "/languages?api-version=3.0&scope=translation");
        Assert.Equal(engine.Languages, answer.Body["translation"]!.AsObject().Select(language => language.Key));
        if (engine.Languages.Contains("es"))
        {
            Assert.Equal("""{"name":"Spanish","nativeName":"español","dir":"ltr"}""", answer.Body["translation"]!["es"]!.ToJsonString(Plain));
        }

        var again = await scene.Hub.Client.CallAsync("GET", "/languages?api-version=3.0&scope=translation", null, ("If-None-Match", answer.Message.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await scene.Hub.Client.CallAsync("GET", "/languages?api-version=3.0", null, ("Ocp-Apim-Subscription-Key", "wrong"))).Status);
        Assert.Equal(400001, (int)(await scene.Hub.Client.CallAsync("GET", "/languages?api-version=3.0&scope=poems")).Body["error"]!["code"]!);
        Assert.Equal(["translation", "transliteration", "models"], (await scene.Hub.Client.CallAsync("GET", "/languages?api-version=2026-06-06")).Body.AsObject().Select(scope => scope.Key));
    }

    [Theory]
    [InlineData("Marked", "Asterisk", "eres un ***!")]
    [InlineData("Marked", "Tag", "eres un <profanity>cabrón</profanity>!")]
    [InlineData("Deleted", "Asterisk", "eres un!")]
    public async Task Profane_words_of_the_translation_are_masked(string action, string marker, string expected)
    {
        var answer = await scene.PostAsync($"/translate?api-version=3.0&from=es&to=es&profanityAction={action}&profanityMarker={marker}", """[{"text":"eres un cabrón!"}]""");
        SkipWithoutModels(answer);
        Assert.Equal(expected, (string?)JsonNode.Parse(Said(answer))![0]!["translations"]![0]!["text"]);
        var without = await scene.PostAsync($"/translate?api-version=3.0&from=ca&to=ca&profanityAction={action}", """[{"text":"hola"}]""");
        Assert.Equal((HttpStatusCode.NotImplemented, 501000), (without.Status, (int)without.Body["error"]!["code"]!));
    }

    [Theory]
    [InlineData("?api-version=3.0&to=es", "{}", 400005, "body")]
    [InlineData("?api-version=3.0&to=es", "[]", 400005, "list of one text")]
    [InlineData("?api-version=3.0&to=es", "[{\"text\":7}]", 400020, "Element 0")]
    [InlineData("?api-version=3.0&to=es", "nonsense", 400074, "not JSON")]
    [InlineData("?api-version=3.0", "[{\"text\":\"a\"}]", 400036, "'to' is required")]
    [InlineData("?api-version=3.0&to=xx", "[{\"text\":\"a\"}]", 400036, "'xx'")]
    [InlineData("?api-version=3.0&to=es&from=xx", "[{\"text\":\"a\"}]", 400035, "'xx'")]
    [InlineData("?api-version=3.0&to=es&textType=word", "[{\"text\":\"a\"}]", 400071, "plain, html")]
    [InlineData("?api-version=3.0&to=es&profanityAction=Sing", "[{\"text\":\"a\"}]", 400042, "NoAction")]
    [InlineData("?api-version=3.0&to=es&category=x&allowFallback=false&from=en", "[{\"text\":\"a\"}]", 400079, "'x'")]
    [InlineData("?api-version=3.0&to=es&txtType=html", "[{\"text\":\"a\"}]", 400042, "'txtType'")]
    [InlineData("?api-version=3.0&to=es", "[{\"text\":\"a\",\"language\":\"en\"}]", 400020, "[0].language")]
    [InlineData("?api-version=3.0&to=es&includeAlignment=perhaps", "[{\"text\":\"a\"}]", 400042, "'includeAlignment'")]
    [InlineData("?api-version=3.0&to=es&includeAlignment=true", "[{\"text\":\"a\"}]", 501000, "'includeAlignment'")]
    [InlineData("?api-version=3.0&to=es&toScript=Latn", "[{\"text\":\"a\"}]", 501000, "'toScript'")]
    [InlineData("?api-version=3.0&to=es&fromScript=Latn", "[{\"text\":\"a\"}]", 501000, "'fromScript'")]
    [InlineData("?api-version=2026-06-06&to=es", "{\"inputs\":[{\"text\":\"a\",\"targets\":[{\"language\":\"es\"}]}]}", 400042, "'to'")]
    [InlineData("?api-version=2026-06-06", "{\"inputs\":[{\"text\":\"a\",\"targets\":[{\"language\":\"es\",\"tones\":\"formal\"}]}]}", 400042, "inputs[0].targets[0].tones")]
    [InlineData("?api-version=2026-06-06", "{\"inputs\":[{\"text\":\"a\",\"from\":\"en\",\"targets\":[{\"language\":\"es\"}]}]}", 400042, "inputs[0].from")]
    [InlineData("?api-version=2026-06-06", "{\"inputs\":[{\"text\":\"a\",\"script\":\"Latn\",\"targets\":[{\"language\":\"es\"}]}]}", 501000, "inputs[0].script")]
    [InlineData("?api-version=2026-06-06", "{\"inputs\":[{\"text\":\"a\",\"targets\":[{\"language\":\"es\",\"script\":\"Latn\"}]}]}", 501000, "targets[0].script")]
    [InlineData("?api-version=2.0&to=es", "[{\"text\":\"a\"}]", 400021, "3.0")]
    [InlineData("?to=es", "[{\"text\":\"a\"}]", 400021, "3.0")]
    [InlineData("?api-version=2026-06-06", "[{\"text\":\"a\"}]", 400005, "'inputs'")]
    [InlineData("?api-version=2026-06-06", "{\"inputs\":[{\"text\":\"a\"}]}", 400036, "inputs[0].targets")]
    [InlineData("?api-version=2026-06-06", "{\"inputs\":[7]}", 400020, "inputs[0]")]
    [InlineData("?api-version=2026-06-06", "{\"inputs\":[{\"text\":\"a\",\"targets\":[{\"language\":\"es\",\"tone\":\"angry\"}]}]}", 400042, "formal")]
    [InlineData("?api-version=2026-06-06", "{\"inputs\":[{\"text\":\"a\",\"targets\":[7]}]}", 400036, "targets[0].language")]
    [InlineData("?api-version=2026-06-06", "{\"inputs\":[{\"text\":\"a\",\"targets\":[{\"language\":\"es\",\"referenceTextPairs\":[{\"source\":1}]}]}]}", 400042, "referenceTextPairs")]
    public async Task A_mistake_is_told_with_the_published_code(string query, string body, int code, string words)
    {
        var refused = await scene.PostAsync("/translate" + query, body);
        Assert.Equal((code / 1000, code), ((int)refused.Status, (int)refused.Body["error"]!["code"]!));
        Assert.Contains(words, (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_is_told_at_once()
    {
        var refused = await scene.PostAsync("/translate?api-version=3.0&to=xx&from=yy&textType=word", "[{}]");
        Assert.All((string[])["'xx'", "'yy'", "'word'", "Element 0"], part => Assert.Contains(part, (string?)refused.Body["error"]!["message"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_much_is_refused()
    {
        Assert.Equal(400050, await CodeAsync(Texts(1, 50_001)));
        Assert.Equal(400077, await CodeAsync(Texts(11, 5_000)));
        Assert.Equal(400072, await CodeAsync(Texts(1001, 1)));

        async Task<int> CodeAsync(string body) => (int)(await scene.PostAsync("/translate?api-version=3.0&from=en&to=en", body)).Body["error"]!["code"]!;
        static string Texts(int count, int length) => $"[{string.Join(',', Enumerable.Repeat($$"""{"text":"{{new string('a', length)}}"}""", count))}]";
    }

    [Fact]
    public async Task Languages_that_no_engine_has_are_refused_with_what_would_serve_them()
    {
        var refused = await scene.PostAsync("/translate?api-version=3.0&from=ja&to=yo", """[{"text":"a"}]""");
        Assert.Equal((HttpStatusCode.NotImplemented, 501000), (refused.Status, (int)refused.Body["error"]!["code"]!));
        Assert.All((string[])["'ja' to 'yo'", "apt-get install apertium", "'translator'"], part => Assert.Contains(part, (string?)refused.Body["error"]!["message"], StringComparison.Ordinal));
        foreach (var path in (string[])["/transliterate?api-version=3.0&language=ja&fromScript=jpan&toScript=latn", "/dictionary/examples?api-version=3.0&from=en&to=es"])
        {
            Assert.Equal(HttpStatusCode.NotImplemented, (await scene.PostAsync(path, """[{"text":"a"}]""")).Status);
        }
    }

    [Theory]
    [InlineData("/detect?api-version=3.0&language=es", 400042)]
    [InlineData("/breaksentence?api-version=3.0&lang=es", 400042)]
    [InlineData("/breaksentence?api-version=3.0&script=Latin", 400003)]
    [InlineData("/breaksentence?api-version=3.0&script=Latn", 0)]
    public async Task Options_that_an_operation_does_not_have_are_refused(string path, int code) =>
        Assert.Equal(code, (int?)(await scene.PostAsync(path, "[{\"text\":\"a\"}]")).Body["error"]?["code"] ?? 0);

    [Theory]
    [InlineData("/detect?api-version=3.0", HttpStatusCode.OK)]
    [InlineData("/translate?api-version=3.0", HttpStatusCode.BadRequest)]
    public async Task Every_answer_has_the_ids_that_clients_look_for(string path, HttpStatusCode status)
    {
        var answer = await scene.Hub.Client.CallAsync("POST", path, "[{\"text\":\"a\"}]", ("Ocp-Apim-Subscription-Key", scene.Team.Key), ("X-ClientTraceId", "mine-1"), ("x-ms-client-request-id", "mine-2"));
        Assert.Equal(status, answer.Status);
        string Header(string name) => answer.Message.Headers.GetValues(name).Single();
        Assert.Equal(("mine-1", "mine-2", Header("X-RequestId")), (Header("X-ClientTraceId"), Header("x-ms-client-request-id"), Header("apim-request-id")));
    }

    [Fact]
    public async Task Nobody_translates_without_a_key()
    {
        var refused = await scene.Hub.Client.CallAsync("POST", "/translate?api-version=3.0&to=es", """[{"text":"a"}]""", ("Ocp-Apim-Subscription-Key", "wrong"));
        Assert.Equal((HttpStatusCode.Unauthorized, 401000), (refused.Status, (int)refused.Body["error"]!["code"]!));
    }

    private static string Said(Answer answer)
    {
        Assert.True(answer.Status is HttpStatusCode.OK, answer.ToString());
        return answer.Whole.ToJsonString(Plain);
    }

    private static void SkipWithoutModels(Answer answer) => Assert.SkipWhen(answer.Status is HttpStatusCode.ServiceUnavailable && answer.ToString().Contains("pulled", StringComparison.Ordinal), "The models have not been pulled.");
}
