using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Language;

public sealed class TextAnalysisTests(LanguageScene scene) : IClassFixture<LanguageScene>
{
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
        Assert.Equal("""{"charactersCount":38,"transactionsCount":1}""", documents[0]!["statistics"]!.ToJsonString());
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
        Assert.Null(items[0]!["results"]!["documents"]![0]!["statistics"]);
        var first = (await CallAsync("GET", location + "&top=1")).Body;
        Assert.Equal("PiiEntityRecognitionLROResults", (string?)(await CallAsync("GET", new Uri((string)first["nextLink"]!).PathAndQuery)).Body["tasks"]!["items"]![0]!["kind"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("GET", location + "&top=all")).Status);
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
    [InlineData("""{"analysisInput":{"documents":[{"id":"1","text":"x"}]},"tasks":[{"kind":"ExtractiveSummarization"}]}""", 501)]
    [InlineData("""{"analysisInput":{"documents":[{"id":"1","text":"x"}]},"tasks":[{"kind":"LanguageDetection"}]}""", 400)]
    [InlineData("""{"analysisInput":{"documents":[{"id":"1","text":"x"}]},"tasks":[{"kind":"KeyPhraseExtraction","parameters":{"modelVersion":"2020"}}]}""", 400)]
    [InlineData("""{"analysisInput":{"documents":[{"id":"1","text":"x"}]},"tasks":[{"kind":"KeyPhraseExtraction","name":"a"}]}""", 400)]
    [InlineData("""{"cancelAfter":5,"analysisInput":{"documents":[{"id":"1","text":"x"}]},"tasks":[{"kind":"KeyPhraseExtraction"}]}""", 501)]
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
        Assert.Equal([(8, 13), (30, 12)], document["entities"]!.AsArray().Select(e => ((int)e!["offset"]!, (int)e["length"]!)));

        var one = (await ResultsAsync(Body("PiiEntityRecognition", [new { id = "1", text }], new { piiCategories = new[] { "PhoneNumber" } })))["documents"]![0]!;
        Assert.Equal("👩‍💻 mail a@example.com or call ************.", (string?)one["redactedText"]);
    }

    [Theory]
    [InlineData("""{}""", "kind", "InvalidRequestBodyFormat")]
    [InlineData("""{"kind":"Poetry","analysisInput":{"documents":[{"id":"1","text":"a"}]}}""", "kind", "InvalidRequestBodyFormat")]
    [InlineData("""{"kind":"LanguageDetection","analysisInput":{"documents":[]}}""", "analysisInput.documents", "MissingInputDocuments")]
    [InlineData("""{"kind":"LanguageDetection","analysisInput":{"documents":[{"id":"1","text":"a"},{"id":"1","text":"b"}]}}""", "analysisInput.documents[1].id", "InvalidDocument")]
    [InlineData("""{"kind":"LanguageDetection","analysisInput":{"documents":[{"id":"1"}]}}""", "analysisInput.documents[0].text", "InvalidDocument")]
    [InlineData("""{"kind":"LanguageDetection","analysisInput":{"documents":[7]}}""", "analysisInput.documents[0]", "InvalidRequestBodyFormat")]
    [InlineData("""{"kind":"LanguageDetection","analysisInput":{"documents":[{"id":"1","text":7}]}}""", "analysisInput.documents[0].text", "InvalidRequestBodyFormat")]
    [InlineData("""{"kind":"LanguageDetection","analysisInput":{"documents":[{"id":"1","text":"a","language":"en"}]}}""", "analysisInput.documents[0].language", "InvalidRequestBodyFormat")]
    [InlineData("""{"kind":"PiiEntityRecognition","parametres":{},"analysisInput":{"documents":[{"id":"1","text":"a"}]}}""", "parametres", "InvalidRequestBodyFormat")]
    [InlineData("""{"kind":"PiiEntityRecognition","parameters":7,"analysisInput":{"documents":[{"id":"1","text":"a"}]}}""", "parameters", "InvalidRequestBodyFormat")]
    public async Task A_body_that_is_wrong_is_refused_with_its_field(string body, string field, string code)
    {
        var refused = await AnalyzeAsync(JsonNode.Parse(body)!);
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequest", field), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["target"]));
        Assert.Equal(code, (string?)refused.Body["error"]!["innererror"]!["code"]);
    }

    [Theory]
    [InlineData("PiiEntityRecognition", """{"stringIndexType":"Bytes"}""", "stringIndexType", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"loggingOptOut":"yes"}""", "loggingOptOut", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"modelVersion":"2021-01-15"}""", "modelVersion", "ModelVersionIncorrect")]
    [InlineData("PiiEntityRecognition", """{"opinionMining":true}""", "opinionMining", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"piiCatagories":["Email"]}""", "piiCatagories", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"piiCategories":["EMail"]}""", "piiCategories", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"excludePiiCategories":["EMail"]}""", "excludePiiCategories", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"domain":"law"}""", "domain", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"redactionPolicies":[{"policyKind":"blur"}]}""", "redactionPolicies[0].policyKind", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"redactionPolicies":[{"policyKind":"characterMask","redactionCharacter":"xx"}]}""", "redactionPolicies[0].redactionCharacter", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"redactionPolicies":[{"policyKind":"entityMask","redactionCharacter":"#"}]}""", "redactionPolicies[0].redactionCharacter", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"redactionPolicies":[{"isDefaultPolicy":true},{"isDefaultPolicy":true}]}""", "redactionPolicies", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"confidenceScoreThreshold":{"default":2}}""", "default", "InvalidParameterValue")]
    [InlineData("PiiEntityRecognition", """{"valueExclusionPolicy":{"excludedValues":"a"}}""", "valueExclusionPolicy", "InvalidParameterValue")]
    [InlineData("KeyPhraseExtraction", """{"opinionMining":true}""", "opinionMining", "InvalidParameterValue")]
    public async Task A_parameter_that_is_wrong_is_refused_by_its_name(string kind, string parameters, string field, string code)
    {
        var refused = await AnalyzeAsync(Body(kind, [new { id = "1", text = "a" }], JsonNode.Parse(parameters)));
        Assert.Equal((HttpStatusCode.BadRequest, $"parameters.{field}", code), (refused.Status, (string?)refused.Body["error"]!["target"], (string?)refused.Body["error"]!["innererror"]!["code"]));
    }

    [Theory]
    [InlineData("""{"domain":"phi"}""", "domain")]
    [InlineData("""{"piiCategories":["Email","Person"]}""", "Person")]
    [InlineData("""{"piiCategories":["Default","Organization"]}""", "Organization")]
    [InlineData("""{"entitySynonyms":[]}""", "entitySynonyms")]
    [InlineData("""{"disableEntityValidation":true}""", "disableEntityValidation")]
    [InlineData("""{"redactionPolicies":[{"policyKind":"syntheticReplacement"}]}""", "syntheticReplacement")]
    public async Task What_nothing_here_finds_is_refused_and_not_left_unmasked(string parameters, string named)
    {
        var refused = await AnalyzeAsync(Body("PiiEntityRecognition", [new { id = "1", text = "a" }], JsonNode.Parse(parameters)));
        Assert.Equal(HttpStatusCode.NotImplemented, refused.Status);
        Assert.Contains(named, (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"loggingOptOut":true,"modelVersion":"latest","domain":"none","piiCategories":["All"]}""", "Mail ************* or bob@example.org, call ************.")]
    [InlineData("""{"excludePiiCategories":["PhoneNumber","Person"]}""", "Mail ************* or ***************, call 312-555-1234.", 2)]
    [InlineData("""{"valueExclusionPolicy":{"excludedValues":["A@EXAMPLE.COM"]}}""", "Mail a@example.com or ***************, call ************.", 2)]
    [InlineData("""{"valueExclusionPolicy":{"caseSensitive":true,"excludedValues":["A@EXAMPLE.COM"]}}""", "Mail ************* or ***************, call ************.", 3)]
    [InlineData("""{"confidenceScoreThreshold":{"default":0.9}}""", "Mail ************* or ***************, call 312-555-1234.", 2)]
    [InlineData("""{"confidenceScoreThreshold":{"default":0.9,"overrides":[{"entity":"PhoneNumber","value":0.5,"language":"en"}]}}""", "Mail ************* or ***************, call ************.", 3)]
    [InlineData("""{"redactionPolicies":[{"policyKind":"characterMask","redactionCharacter":"#","unmaskLength":4}]}""", "Mail #########.com or ###########.org, call ########1234.", 3)]
    [InlineData("""{"redactionPolicies":[{"unmaskLength":2,"unmaskFromEnd":false}]}""", "Mail a@*********** or bo*************, call 31**********.", 3)]
    [InlineData("""{"redactionPolicies":[{"policyKind":"entityMask","entityTypes":["Email"]},{"policyKind":"noMask","isDefaultPolicy":true}]}""", "Mail [EMAIL_1] or [EMAIL_2], call 312-555-1234.", 3)]
    [InlineData("""{"redactionPolicy":{"policyKind":"DoNotRedact"}}""", null, 3)]
    public async Task Redaction_is_as_its_parameters_say(string parameters, string? redacted, int? entities = null)
    {
        const string text = "Mail a@example.com or bob@example.org, call 312-555-1234.";
        var document = (await ResultsAsync(Body("PiiEntityRecognition", [new { id = "1", text }], JsonNode.Parse(parameters))))["documents"]![0]!;
        redacted = entities is null ? redacted!.Replace("bob@example.org", "***************", StringComparison.Ordinal) : redacted;
        Assert.Equal((redacted, entities ?? 3), ((string?)document["redactedText"], document["entities"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_mask_of_the_category_tells_where_it_stands()
    {
        const string text = "🏨 b@example.org b@example.org";
        var document = (await ResultsAsync(Body("PiiEntityRecognition", [new { id = "1", text }], new { stringIndexType = "Utf16CodeUnit", redactionPolicies = new[] { new { policyKind = "entityMask" } } })))["documents"]![0]!;
        Assert.Equal("🏨 [EMAIL_1] [EMAIL_1]", (string?)document["redactedText"]);
        Assert.Equal([("[EMAIL_1]", 3, 9), ("[EMAIL_1]", 13, 9)], document["entities"]!.AsArray().Select(e => ((string)e!["mask"]!, (int)e["maskOffset"]!, (int)e["maskLength"]!)));
    }

    /// <summary>Counted by hand from the rules of Unicode 8.0: a mail address stands behind what is counted.</summary>
    [Theory]
    [InlineData("e\u0301", 1, 2, 2)]
    [InlineData("नि", 1, 2, 2)]
    [InlineData("क्षि", 2, 4, 4)]
    [InlineData("😀", 1, 1, 2)]
    [InlineData("👍🏽", 2, 2, 4)]
    [InlineData("👩‍💻", 2, 3, 5)]
    [InlineData("❤️", 1, 2, 2)]
    [InlineData("🇩🇪🇫🇷", 1, 4, 8)]
    [InlineData("\u1100\u1161\u11a8", 1, 3, 3)]
    [InlineData("\r\n", 1, 2, 2)]
    [InlineData("กำ", 1, 2, 2)]
    public async Task Places_are_counted_as_the_caller_asks(string before, int elements, int points, int units)
    {
        foreach (var (type, expected) in ((string?, int)[])[(null, elements), ("TextElements_v8", elements), ("UnicodeCodePoint", points), ("Utf16CodeUnit", units)])
        {
            var results = await ResultsAsync(Body("PiiEntityRecognition", [new { id = "1", text = $"{before} a@example.com" }], new { stringIndexType = type }));
            var entity = Assert.Single(results["documents"]![0]!["entities"]!.AsArray())!;
            Assert.Equal((type, expected + 1, 13), (type, (int)entity["offset"]!, (int)entity["length"]!));
        }
    }

    [Fact]
    public async Task The_answer_names_the_categories_that_were_looked_for_where_the_choice_was_ours()
    {
        var answer = await AnalyzeAsync(Body("PiiEntityRecognition", [new { id = "1", text = "a" }]));
        Assert.Contains("Email, IPAddress", answer.Message.Headers.GetValues("x-atrium-categories-analyzed").Single(), StringComparison.Ordinal);
        Assert.False((await AnalyzeAsync(Body("PiiEntityRecognition", [new { id = "1", text = "a" }], new { piiCategories = new[] { "Email" } }))).Message.Headers.Contains("x-atrium-categories-analyzed"));
    }

    [Fact]
    public async Task A_document_that_cannot_be_analyzed_is_an_error_of_its_own_and_others_succeed()
    {
        var hinted = await ResultsAsync(Body("LanguageDetection", [new { id = "1", text = "communication", countryHint = "fr" }, new { id = "2", text = "communication", countryHint = "us" }, new { id = "3", text = "communication", countryHint = "none" }, new { id = "4", text = "a", countryHint = "xx" }]));
        Assert.Equal(["fr", "en"], hinted["documents"]!.AsArray().Take(2).Select(d => (string?)d!["detectedLanguage"]!["iso6391Name"]));
        Assert.Equal(("4", "InvalidCountryHint"), ((string?)hinted["errors"]![0]!["id"], (string?)hinted["errors"]![0]!["error"]!["innererror"]!["code"]));

        var spoken = await ResultsAsync(Body("SentimentAnalysis", [new { id = "1", language = "en-GB", text = "Good." }, new { id = "2", language = "english", text = "Good." }, new { id = "3", language = "auto", text = "The room was really wonderful and clean." }, new { id = "4", language = "auto", text = "Das Zimmer war wirklich wunderbar und sauber." }]));
        Assert.Equal(["1", "3"], spoken["documents"]!.AsArray().Select(d => (string?)d!["id"]));
        Assert.Equal("en", (string?)spoken["documents"]![1]!["detectedLanguage"]!["iso6391Name"]);
        Assert.Equal(["2", "4"], spoken["errors"]!.AsArray().Select(e => (string?)e!["id"]));
        Assert.All(spoken["errors"]!.AsArray(), e => Assert.Equal("UnsupportedLanguageCode", (string?)e!["error"]!["innererror"]!["code"]));
    }

    [Theory]
    [InlineData("LanguageDetection", 1000)]
    [InlineData("SentimentAnalysis", 10)]
    [InlineData("KeyPhraseExtraction", 10)]
    [InlineData("PiiEntityRecognition", 5)]
    public async Task Each_kind_takes_as_many_documents_as_published(string kind, int most)
    {
        var refused = await AnalyzeAsync(Body(kind, [.. Enumerable.Range(0, most + 1).Select(i => new { id = $"{i}", text = "a" })]));
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidDocumentBatch"), (refused.Status, (string?)refused.Body["error"]!["innererror"]!["code"]));
        Assert.Equal(HttpStatusCode.OK, (await AnalyzeAsync(Body(kind, [.. Enumerable.Range(0, most).Select(i => new { id = $"{i}", text = "a" })]))).Status);
    }

    [Theory]
    [InlineData("?api-version=banana", "api-version")]
    [InlineData("?api-version=2023-04-01&showStats=perhaps", "showStats")]
    [InlineData("?api-version=2023-04-01&showstatistics=true", "showstatistics")]
    public async Task A_query_that_is_wrong_is_refused(string query, string field)
    {
        var refused = await CallAsync("POST", "/language/:analyze-text" + query, Body("LanguageDetection", [new { id = "1", text = "a" }]));
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused.Body["error"]!["target"]));
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
        var refused = await scene.Hub.Client.CallAsync("POST", "/language/:analyze-text?api-version=2023-04-01", Body("LanguageDetection", [new { id = "1", text = "a" }]), ("Ocp-Apim-Subscription-Key", "wrong"));
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
        scene.CallAsync("POST", "/language/:analyze-text?api-version=2023-04-01" + query, body);

    private Task<Answer> CallAsync(string method, string path, object? body = null) => scene.CallAsync(method, path, body);
}
