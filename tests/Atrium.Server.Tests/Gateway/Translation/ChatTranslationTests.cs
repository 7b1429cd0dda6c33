using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Translation;

/// <summary>Translation by a language model.</summary>
public sealed class ChatTranslationTests(TranslationScene scene) : IClassFixture<TranslationScene>
{
    [Theory]
    [InlineData("/translate?api-version=2026-06-06", """{"inputs":[{"text":" Hello ","language":"en","targets":[{"language":"ja","deploymentName":"far","tone":"formal","referenceTextPairs":[{"source":"a","target":"b"}]}]}]}""", """{"value":[{"translations":[{"language":"ja","sourceCharacters":7,"text":" Hallo "}]}]}""")]
    [InlineData("/translate?api-version=3.0&from=en&to=ja&category=far", """[{"text":" Hello "}]""", """[{"translations":[{"text":" Hallo ","to":"ja"}]}]""")]
    public async Task The_deployment_that_is_named_translates_and_its_tokens_are_counted(string path, string body, string expected)
    {
        Says("\nHallo\n");
        var answer = await scene.PostAsync(path, body);
        Assert.Equal((HttpStatusCode.OK, expected), (answer.Status, answer.Whole.ToJsonString()));
        Assert.Contains(("big-model", "far", 40, 5, 200), await scene.RowsAsync("translate"));
        var messages = scene.Upstream.Last["messages"]!.AsArray();
        Assert.Equal(("system", " Hello "), ((string?)messages[0]!["role"], (string?)messages[^1]!["content"]));
        Assert.Contains("from English to Japanese", (string?)messages[0]!["content"], StringComparison.Ordinal);
        Assert.Equal(body.Contains("tone", StringComparison.Ordinal), ((string)messages[0]!["content"]!).Contains("formal tone", StringComparison.Ordinal));
        Assert.Equal(body.Contains("reference", StringComparison.Ordinal) ? 4 : 2, messages.Count);
    }

    [Fact]
    public async Task The_deployment_set_aside_for_translation_translates_what_no_other_engine_has_for_its_own_project_alone()
    {
        var (mine, other) = (await scene.ProjectAsync("translator"), await scene.ProjectAsync("something"));
        Says("こんにちは");
        var answer = await scene.PostAsync("/translate?api-version=3.0&from=en&to=ja", """[{"text":"Hello"},{"text":""},{"text":"Hello"}]""", mine);
        Assert.Equal(["こんにちは", "", "こんにちは"], answer.Whole.AsArray().Select(item => (string?)item!["translations"]![0]!["text"]));
        var asked = scene.Upstream.Asked.Count;
        Assert.Equal(HttpStatusCode.NotImplemented, (await scene.PostAsync("/translate?api-version=3.0&from=en&to=ja", """[{"text":"Hello"}]""", other)).Status);
        Assert.Equal(asked, scene.Upstream.Asked.Count);
        var (known, fewer) = (await LanguagesAsync(mine), await LanguagesAsync(other));
        Assert.Contains("ja", known);
        Assert.DoesNotContain("ja", fewer);
    }

    [Theory]
    [InlineData("<p>Hallo <b>Welt</b></p>", 200)]
    [InlineData("<p>Hallo Welt</p>", 502)]
    [InlineData("<p>Hallo <b onclick='x()'>Welt</b></p>", 502)]
    public async Task A_model_that_changes_the_tags_is_not_believed(string says, int status)
    {
        Says(says);
        var answer = await scene.PostAsync("/translate?api-version=3.0&from=en&to=de&category=far&textType=html", """[{"text":"<p>Hello <b>world</b></p>"}]""");
        Assert.Equal(status, (int)answer.Status);
    }

    [Fact]
    public async Task A_model_that_goes_on_and_on_is_not_believed()
    {
        Says(new string('x', 5000));
        Assert.Equal((HttpStatusCode.BadGateway, "502000"), await RefusedAsync("category=far"));
    }

    [Fact]
    public async Task A_model_that_only_quotes_does_not_translate()
    {
        Assert.Equal((HttpStatusCode.BadRequest, "400079"), await RefusedAsync("category=no-such&allowFallback=false"));
        Assert.Equal((HttpStatusCode.NotImplemented, "501000"), await RefusedAsync("category=no-such"));
    }

    [Theory]
    [InlineData("/translate?api-version=3.0&from=en&to=es", "translate")]
    [InlineData("/dictionary/lookup?api-version=3.0&from=en&to=es", "dictionary/lookup")]
    [InlineData("/transliterate?api-version=3.0&language=ja&fromScript=Jpan&toScript=Latn", "transliterate")]
    public async Task A_connection_to_Azure_AI_Translator_answers_what_it_says_it_serves(string path, string operation)
    {
        var key = await scene.ProjectAsync("any");
        await scene.ConnectTranslatorAsync(key, operation);
        scene.Upstream.Says = ["""[{"answer":"theirs"}]"""];
        var answer = await scene.PostAsync(path, """[{"text":"bug"}]""", key);
        Assert.Equal((HttpStatusCode.OK, """[{"answer":"theirs"}]"""), (answer.Status, answer.Whole.ToJsonString()));
        Assert.Equal((path, "far-secret"), (scene.Upstream.Asked[^1].Path + scene.Upstream.LastSafety.Query, scene.Upstream.LastSafety.Key));
    }

    private async Task<(HttpStatusCode Status, string? Code)> RefusedAsync(string query)
    {
        var answer = await scene.PostAsync($"/translate?api-version=3.0&from=en&to=ja&{query}", """[{"text":"Hello"}]""");
        return (answer.Status, answer.ErrorCode);
    }

    private async Task<IEnumerable<string>> LanguagesAsync(string key) =>
        (await scene.Hub.Client.CallAsync("GET", "/languages?api-version=3.0&scope=translation", null, ("Ocp-Apim-Subscription-Key", key))).Body["translation"]!.AsObject().Select(language => language.Key);

    private void Says(string text) => scene.Upstream.Says =
    [
        new JsonObject { ["model"] = "big-model", ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["content"] = text } }) }.ToJsonString(),
        """{"model":"big-model","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
        """{"model":"big-model","choices":[],"usage":{"prompt_tokens":40,"completion_tokens":5,"total_tokens":45}}""",
    ];
}
