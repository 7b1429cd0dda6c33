using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Language;

public sealed class TextAnalysisTests : IAsyncLifetime
{
    private HubServer hub = null!;
    private string key = "";

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false"]);
        key = (await NewHub.MakeAsync(hub.Client, $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g")).Key;
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task Languages_are_told_document_by_document()
    {
        var results = await ResultsAsync(Body("LanguageDetection", [new { id = "1", text = "Guten Morgen, wie geht es Ihnen heute?" }, new { id = "b", text = "123" }, new { id = "c", text = "" }]), "&showStats=true");
        var documents = results["documents"]!.AsArray();
        Assert.Equal(["1", "b"], documents.Select(d => (string?)d!["id"]));
        Assert.Equal(["de", "(Unknown)"], documents.Select(d => (string?)d!["detectedLanguage"]!["iso6391Name"]));
        Assert.Equal("German", (string?)documents[0]!["detectedLanguage"]!["name"]);
        var error = Assert.Single(results["errors"]!.AsArray());
        Assert.Equal(("c", "InvalidDocument"), ((string?)error!["id"], (string?)error["error"]!["innererror"]!["code"]));
        Assert.Equal("""{"documentsCount":3,"validDocumentsCount":2,"erroneousDocumentsCount":1,"transactionsCount":2}""", results["statistics"]!.ToJsonString());
    }

    [Fact]
    public async Task Several_analyses_of_the_same_texts_are_a_job()
    {
        var documents = new[] { new { id = "1", language = "en", text = "The room was wonderful. Mail a@example.com." }, new { id = "2", language = "de", text = "Das Zimmer." } };
        var tasks = new object[] { new { kind = "SentimentAnalysis", taskName = "mood" }, new { kind = "PiiEntityRecognition", taskName = "data" } };
        var accepted = await CallAsync("POST", "/language/analyze-text/jobs?api-version=2023-04-01", new { displayName = "both", analysisInput = new { documents }, tasks });
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
        Assert.Equal(("succeeded", "both", 2, 0), ((string?)job["status"], (string?)job["displayName"], (int)job["tasks"]!["completed"]!, (int)job["tasks"]!["inProgress"]!));
        var items = job["tasks"]!["items"]!.AsArray();
        Assert.Equal(["SentimentAnalysisLROResults", "PiiEntityRecognitionLROResults"], items.Select(item => (string?)item!["kind"]));
        Assert.Equal("2", (string?)items[0]!["results"]!["errors"]![0]!["id"]);
        Assert.Equal("The room was wonderful. Mail *************.", (string?)items[1]!["results"]!["documents"]![0]!["redactedText"]);
        Assert.Null(items[0]!["results"]!["statistics"]);
        Assert.Equal(2, (int)(await CallAsync("GET", location + "&showStats=true&skip=1&top=1")).Body["tasks"]!["items"]![0]!["results"]!["statistics"]!["documentsCount"]!);
        Assert.Equal(HttpStatusCode.Accepted, (await CallAsync("POST", location.Replace("?", ":cancel?", StringComparison.Ordinal), new { })).Status);
        Assert.Equal("succeeded", (string?)(await CallAsync("GET", location)).Body["status"]);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", $"/language/analyze-text/jobs/{Guid.NewGuid()}?api-version=2023-04-01")).Status);
    }

    [Theory]
    [InlineData("""{"analysisInput":{"documents":[{"id":"1","text":"x"}]}}""", 400)]
    [InlineData("""{"analysisInput":{"documents":[{"id":"1","text":"x"}]},"tasks":[{"kind":"None"}]}""", 400)]
    [InlineData("""{"analysisInput":{"documents":[]},"tasks":[{"kind":"KeyPhraseExtraction"}]}""", 400)]
    [InlineData("""{"analysisInput":{"documents":[{"id":"1","text":"x"}]},"tasks":[{"kind":"EntityRecognition"}]}""", 501)]
    public async Task A_job_that_cannot_be_done_is_refused_at_once(string body, int status) =>
        Assert.Equal(status, (int)(await CallAsync("POST", "/language/analyze-text/jobs?api-version=2023-04-01", JsonNode.Parse(body))).Status);

    [Fact]
    public async Task Sentiment_has_sentences_with_their_places()
    {
        const string text = "The 🏨 room was wonderful. The staff was rude and awful!  It has four walls.";
        var document = (await ResultsAsync(Body("SentimentAnalysis", [new { id = "1", language = "en", text }])))["documents"]![0]!;
        Assert.Equal("mixed", (string?)document["sentiment"]);
        var sentences = document["sentences"]!.AsArray();
        Assert.Equal(["positive", "negative", "neutral"], sentences.Select(s => (string?)s!["sentiment"]));
        Assert.Equal([0, 26, 57], sentences.Select(s => (int)s!["offset"]!));
        Assert.Equal([25, 29, 18], sentences.Select(s => (int)s!["length"]!));
        Assert.Equal("The staff was rude and awful!", (string?)sentences[1]!["text"]);
        Assert.Equal(1, document["confidenceScores"]!.AsObject().Sum(s => (double)s.Value!), 0.02);

        var units = (await ResultsAsync(Body("SentimentAnalysis", [new { id = "1", text }], new { stringIndexType = "Utf16CodeUnit" })))["documents"]![0]!["sentences"]!;
        Assert.Equal(text.IndexOf("The staff", StringComparison.Ordinal), (int)units[1]!["offset"]!);
    }

    [Fact]
    public async Task Key_phrases_are_those_of_the_text()
    {
        var results = await ResultsAsync(Body("KeyPhraseExtraction", [new { id = "1", text = "Dr. Smith has a very modern medical office, and she has great staff." }, new { id = "2", language = "fr", text = "Bonjour" }]));
        Assert.Equal("modern medical office", (string?)results["documents"]![0]!["keyPhrases"]![0]);
        Assert.Equal("UnsupportedLanguageCode", (string?)results["errors"]![0]!["error"]!["innererror"]!["code"]);
    }

    [Fact]
    public async Task Personal_data_is_masked()
    {
        const string text = "👩‍💻 mail a@example.com or call 312-555-1234.";
        var document = (await ResultsAsync(Body("PiiEntityRecognition", [new { id = "1", text }])))["documents"]![0]!;
        Assert.Equal("👩‍💻 mail ************* or call ************.", (string?)document["redactedText"]);
        Assert.Equal(["Email", "PhoneNumber"], document["entities"]!.AsArray().Select(e => (string?)e!["category"]));
        Assert.Equal([(7, 13), (29, 12)], document["entities"]!.AsArray().Select(e => ((int)e!["offset"]!, (int)e["length"]!)));

        var one = (await ResultsAsync(Body("PiiEntityRecognition", [new { id = "1", text }], new { piiCategories = new[] { "PhoneNumber" } })))["documents"]![0]!;
        Assert.Equal("👩‍💻 mail a@example.com or call ************.", (string?)one["redactedText"]);
    }

    [Theory]
    [InlineData("""{}""", "kind")]
    [InlineData("""{"kind":"Poetry","analysisInput":{"documents":[{"id":"1","text":"a"}]}}""", "kind")]
    [InlineData("""{"kind":"LanguageDetection","analysisInput":{"documents":[]}}""", "analysisInput.documents")]
    [InlineData("""{"kind":"LanguageDetection","analysisInput":{"documents":[{"id":"1","text":"a"},{"id":"1","text":"b"}]}}""", "analysisInput.documents[1].id")]
    [InlineData("""{"kind":"LanguageDetection","analysisInput":{"documents":[7]}}""", "analysisInput.documents[0]")]
    [InlineData("""{"kind":"LanguageDetection","analysisInput":{"documents":[{"id":"1","text":7}]}}""", "analysisInput.documents[0].text")]
    [InlineData("""{"kind":"PiiEntityRecognition","parameters":{"stringIndexType":"Bytes"},"analysisInput":{"documents":[{"id":"1","text":"a"}]}}""", "parameters.stringIndexType")]
    [InlineData("""{"kind":"PiiEntityRecognition","parameters":7,"analysisInput":{"documents":[{"id":"1","text":"a"}]}}""", "parameters")]
    public async Task A_body_that_is_wrong_is_refused_with_its_field(string body, string field)
    {
        var refused = await AnalyzeAsync(JsonNode.Parse(body)!);
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequest", field), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["target"]));
        Assert.Equal("InvalidRequestBodyFormat", (string?)refused.Body["error"]!["innererror"]!["code"]);
    }

    [Fact]
    public async Task Too_many_documents_are_refused_and_a_long_one_is_an_error_of_its_own()
    {
        var many = await AnalyzeAsync(Body("PiiEntityRecognition", [.. Enumerable.Range(0, 6).Select(i => new { id = $"{i}", text = "a" })]));
        Assert.Equal(HttpStatusCode.BadRequest, many.Status);
        var results = await ResultsAsync(Body("PiiEntityRecognition", [new { id = "long", text = new string('a', 5121) }, new { id = "short", text = "a" }]));
        Assert.Equal(("long", "short"), ((string?)results["errors"]![0]!["id"], (string?)results["documents"]![0]!["id"]));
    }

    [Theory]
    [InlineData("""{"kind":"EntityLinking","analysisInput":{"documents":[{"id":"1","text":"a"}]}}""")]
    [InlineData("""{"kind":"SentimentAnalysis","parameters":{"opinionMining":true},"analysisInput":{"documents":[{"id":"1","text":"a"}]}}""")]
    public async Task What_is_published_and_not_built_says_so(string body) => Assert.Equal(HttpStatusCode.NotImplemented, (await AnalyzeAsync(JsonNode.Parse(body)!)).Status);

    [Fact]
    public async Task Nobody_analyzes_without_a_key()
    {
        var refused = await hub.Client.CallAsync("POST", "/language/:analyze-text?api-version=2023-04-01", Body("LanguageDetection", [new { id = "1", text = "a" }]), ("Ocp-Apim-Subscription-Key", "wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
    }

    private static object Body(string kind, object[] documents, object? parameters = null) => new { kind, analysisInput = new { documents }, parameters };

    private async Task<JsonNode> ResultsAsync(object body, string query = "")
    {
        var answer = await AnalyzeAsync(body, query);
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body.ToJsonString());
        return answer.Body["results"]!;
    }

    private Task<Answer> AnalyzeAsync(object body, string query = "") =>
        hub.Client.CallAsync("POST", "/language/:analyze-text?api-version=2023-04-01" + query, body, ("Ocp-Apim-Subscription-Key", key));

    private Task<Answer> CallAsync(string method, string path, object? body = null) => hub.Client.CallAsync(method, path, body, ("Ocp-Apim-Subscription-Key", key));
}
