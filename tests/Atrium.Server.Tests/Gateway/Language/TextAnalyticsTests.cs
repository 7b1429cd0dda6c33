using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Language;

public sealed class TextAnalyticsTests(LanguageScene scene) : IClassFixture<LanguageScene>
{
    private const string Root = "/text/analytics/v3.1";
    [Theory]
    [InlineData("/languages", "Guten Morgen, wie geht es Ihnen heute?", "detectedLanguage.iso6391Name", "de")]
    [InlineData("/sentiment?stringIndexType=Utf16CodeUnit", "The staff was rude and awful!", "sentiment", "negative")]
    [InlineData("/keyPhrases?loggingOptOut=true&model-version=latest", "She has a very modern medical office.", "keyPhrases", """["modern medical office"]""")]
    [InlineData("/entities/recognition/pii?domain=none&piiCategories=Email,URL", "a@example.com 312-555-1234", "redactedText", "************* 312-555-1234")]
    [InlineData("/entities/recognition/pii?piiCategories=Email&piiCategories=PhoneNumber", "a@example.com 312-555-1234", "redactedText", "************* ************")]
    public async Task Each_kind_of_analysis_has_an_address(string path, string text, string member, string expected)
    {
        var answer = await CallAsync("POST", Root + path, Body(text));
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body.ToJsonString());
        JsonNode found = answer.Body["documents"]![0]!;
        Assert.Equal("1", (string?)found["id"]);
        found = member.Split('.').Aggregate(found, (node, name) => node[name]!);
        Assert.Equal(expected, found is JsonValue ? (string?)found : found.ToJsonString());
        Assert.NotNull(answer.Body["modelVersion"]);
    }

    [Theory]
    [InlineData("/entities/recognition/general", """{"documents":[{"id":"1","text":"a"}]}""", 501, null, null)]
    [InlineData("/entities/linking", """{"documents":[{"id":"1","text":"a"}]}""", 501, null, null)]
    [InlineData("/entities/health/jobs", """{"documents":[{"id":"1","text":"a"}]}""", 501, null, null)]
    [InlineData("/sentiment?opinionMining=true", """{"documents":[{"id":"1","text":"a"}]}""", 501, null, null)]
    [InlineData("/entities/recognition/pii?domain=phi", """{"documents":[{"id":"1","text":"a"}]}""", 501, null, null)]
    [InlineData("/languages", """{"documents":[]}""", 400, "documents", "MissingInputDocuments")]
    [InlineData("/languages", """{"documents":[{"id":"1","text":"a"}],"kind":"x"}""", 400, "kind", "InvalidRequestBodyFormat")]
    [InlineData("/languages", """{"documents":[{"id":"1","text":"a"},{"id":"1","text":"a"}]}""", 400, "documents[1].id", "InvalidDocument")]
    [InlineData("/languages?model-version=2019-10-01", """{"documents":[{"id":"1","text":"a"}]}""", 400, "model-version", "ModelVersionIncorrect")]
    [InlineData("/languages?showStats=7", """{"documents":[{"id":"1","text":"a"}]}""", 400, "showStats", "InvalidParameterValue")]
    [InlineData("/keyPhrases?domain=none", """{"documents":[{"id":"1","text":"a"}]}""", 400, "domain", "InvalidRequestBodyFormat")]
    [InlineData("/sentiment?stringIndexType=Bytes", """{"documents":[{"id":"1","text":"a"}]}""", 400, "stringIndexType", "InvalidParameterValue")]
    [InlineData("/analyze", """{"analysisInput":{"documents":[{"id":"1","text":"a"}]},"tasks":{}}""", 400, "tasks", "InvalidRequestBodyFormat")]
    [InlineData("/analyze", """{"analysisInput":{"documents":[{"id":"1","text":"a"}]},"tasks":{"poems":[{}]}}""", 400, "tasks.poems", "InvalidRequestBodyFormat")]
    [InlineData("/analyze", """{"analysisInput":{"documents":[{"id":"1","text":"a"}]},"tasks":{"keyPhraseExtractionTasks":[{"parameters":{"model-version":"1"}}]}}""", 400, "parameters.model-version", "ModelVersionIncorrect")]
    [InlineData("/analyze", """{"analysisInput":{"documents":[{"id":"1","text":"a"}]},"tasks":{"keyPhraseExtractionTasks":[{"parameters":5}]}}""", 400, "tasks.keyPhraseExtractionTasks", "InvalidRequestBodyFormat")]
    [InlineData("/analyze", """{"analysisInput":{"documents":[{"id":"1","text":"a"}]},"tasks":{"entityLinkingTasks":[{}]}}""", 501, null, null)]
    public async Task What_is_not_served_is_refused_in_the_caller_s_words(string path, string body, int status, string? field, string? code)
    {
        var refused = await CallAsync("POST", Root + path, JsonNode.Parse(body));
        Assert.Equal((status, field, code), ((int)refused.Status, (string?)refused.Body["error"]!["target"], (string?)refused.Body["error"]!["innererror"]?["code"]));
    }

    [Fact]
    public async Task A_job_has_a_list_for_each_kind_and_pages_of_documents()
    {
        var documents = Enumerable.Range(1, 22).Select(i => new { id = $"{i}", text = i == 21 ? "" : $"Mail a{i}@example.com about the modern medical office." });
        var tasks = new { entityRecognitionPiiTasks = new object[] { new { parameters = new Dictionary<string, string> { ["model-version"] = "latest", ["stringIndexType"] = "UnicodeCodePoint" }, taskName = "data" } }, keyPhraseExtractionTasks = new[] { new { } } };
        var accepted = await CallAsync("POST", Root + "/analyze", new { displayName = "both", analysisInput = new { documents }, tasks });
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        var location = new Uri(accepted.Message.Headers.GetValues("operation-location").Single()).PathAndQuery;
        JsonObject job;
        do
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            job = (await CallAsync("GET", location)).Body;
        }
        while ((string?)job["status"] is "notStarted" or "running");

        Assert.SkipWhen((string?)job["status"] == "failed", "The models have not been pulled.");
        Assert.Equal(("succeeded", "both", 2), ((string?)job["status"], (string?)job["displayName"], (int)job["tasks"]!["completed"]!));
        var data = Assert.Single(job["tasks"]!["entityRecognitionPiiTasks"]!.AsArray())!;
        Assert.Equal(("data", "succeeded", 20, 0), ((string?)data["taskName"], (string?)data["status"], data["results"]!["documents"]!.AsArray().Count, data["results"]!["errors"]!.AsArray().Count));
        Assert.Single(job["tasks"]!["keyPhraseExtractionTasks"]!.AsArray());
        Assert.Null(data["results"]!["statistics"]);

        var rest = (await CallAsync("GET", new Uri((string)job["@nextLink"]!).PathAndQuery + "&showStats=true")).Body;
        data = rest["tasks"]!["entityRecognitionPiiTasks"]![0]!;
        Assert.Equal(["22"], data["results"]!["documents"]!.AsArray().Select(d => (string?)d!["id"]));
        Assert.Equal(["21"], data["results"]!["errors"]!.AsArray().Select(d => (string?)d!["id"]));
        Assert.Equal(22, (int)data["results"]!["statistics"]!["documentsCount"]!);
        Assert.Null(rest["@nextLink"]);
    }

    [Fact]
    public async Task Nobody_analyzes_without_a_key() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await scene.Hub.Client.CallAsync("POST", Root + "/languages", Body("a"), ("Ocp-Apim-Subscription-Key", "wrong"))).Status);

    private static object Body(string text) => new { documents = new[] { new { id = "1", text } } };

    private Task<Answer> CallAsync(string method, string path, object? body = null) => scene.CallAsync(method, path, body);
}
