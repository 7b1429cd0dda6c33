using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Speech.Speaking;

/// <summary>Batch synthesis.</summary>
public sealed class BatchSynthesisTests(SpeakingScene scene) : IClassFixture<SpeakingScene>
{
    private const string Batches = "/texttospeech/batchsyntheses";
    private const string Version = "?api-version=2024-04-01";

    [Fact]
    public async Task Texts_become_a_file_each_with_words_and_sentences_and_are_counted_each()
    {
        var id = NewId();
        var order = new
        {
            inputKind = "PlainText",
            synthesisConfig = new { voice = "en-US-JennyNeural", rate = "+10%" },
            inputs = new[] { new { content = "The rainbow has seven colors." }, new { content = "It is seen after rain. Look up!" } },
            properties = new { outputFormat = "riff-16khz-16bit-mono-pcm", wordBoundaryEnabled = true, sentenceBoundaryEnabled = true },
        };
        var operation = Guid.NewGuid();
        var made = await CallAsync("PUT", $"{Batches}/{id}{Version}", order, ("Operation-Id", operation.ToString()));
        Assert.Equal((HttpStatusCode.Created, id, "NotStarted"), (made.Status, (string?)made.Body["id"], (string?)made.Body["status"]));
        Assert.Equal(operation.ToString(), made.Message.Headers.GetValues("Operation-Id").Single());
        Assert.EndsWith($"/texttospeech/operations/{operation}{Version}", made.Message.Headers.GetValues("Operation-Location").Single(), StringComparison.Ordinal);
        var ended = await EndAsync(id);
        Assert.Equal(("Succeeded", 2, 0, 60), ((string?)ended["status"], (int)ended["properties"]!["succeededAudioCount"]!, (int)ended["properties"]!["failedAudioCount"]!, (int)ended["properties"]!["billingDetails"]!["neuralCharacters"]!));
        Assert.Equal("Succeeded", (string?)(await CallAsync("GET", $"/texttospeech/operations/{operation}{Version}")).Body["status"]);

        using var zip = await ResultAsync(ended);
        Assert.Equal(["0001.wav", "0001.word.json", "0001.sentence.json", "0002.wav", "0002.word.json", "0002.sentence.json", "summary.json"], zip.Entries.Select(entry => entry.FullName));
        var wav = Read(zip, "0001.wav");
        Assert.Equal(("RIFF", wav.Length - 8), (System.Text.Encoding.ASCII.GetString(wav, 0, 4), BitConverter.ToInt32(wav, 4)));
        var words = JsonNode.Parse(Read(zip, "0002.word.json"))!.AsArray();
        Assert.Equal(["It", "is", "seen", "after", "rain", "Look", "up"], words.Select(word => (string?)word!["Text"]));
        Assert.Equal(words.Select(word => (long)word!["AudioOffset"]!).Order(), words.Select(word => (long)word!["AudioOffset"]!));
        Assert.Equal(["It is seen after rain.", "Look up!"], JsonNode.Parse(Read(zip, "0002.sentence.json"))!.AsArray().Select(sentence => (string?)sentence!["Text"]));
        var summary = JsonNode.Parse(Read(zip, "summary.json"))!;
        Assert.Equal("0002.wav", (string?)summary["results"]![1]!["audioFileName"]);
        Assert.Equal(wav.Length, (int)summary["results"]![0]!["properties"]!["sizeInBytes"]!);

        // Jobs of the other tests may be under way: of all rows, those of these two texts.
        var rows = await scene.RowsAsync("batchsyntheses");
        Assert.Equal([(29, 200), (31, 200)], rows.Select(row => ((int)row!["tokensIn"]!, (int)row["status"]!)).Where(row => row.Item1 is 29 or 31).Order());
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", $"{Batches}/{id}{Version}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", $"{Batches}/{id}{Version}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Hub.Client.GetAsync(new Uri((string)ended["outputs"]!["result"]!).PathAndQuery, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_document_that_is_none_fails_alone_and_the_summary_says_why()
    {
        var ended = await RunAsync(new { inputKind = "SSML", inputs = new[] { new { content = SpeakingScene.Document("Good.") }, new { content = "<speak>no end" } } });
        Assert.Equal(("Succeeded", 1, 1), ((string?)ended["status"], (int)ended["properties"]!["succeededAudioCount"]!, (int)ended["properties"]!["failedAudioCount"]!));
        using var zip = await ResultAsync(ended);
        var results = JsonNode.Parse(Read(zip, "summary.json"))!["results"]!;
        Assert.Equal(("Succeeded", "Failed"), ((string?)results[0]!["status"], (string?)results[1]!["status"]));
        Assert.NotEqual("", (string?)results[1]!["error"]);
        var failed = await RunAsync(new { inputKind = "SSML", inputs = new[] { new { content = "<speak>no end" } } });
        Assert.Equal("Failed", (string?)failed["status"]);
        Assert.Contains("No input could be spoken", (string?)failed["properties"]!["error"]!["message"], StringComparison.Ordinal);
        Assert.Null(failed["outputs"]);
    }

    [Fact]
    public async Task Inputs_are_joined_into_one_file_where_that_is_wanted()
    {
        var inputs = new[] { new { content = "One." }, new { content = "And two, three, four and five." } };
        var apart = await RunAsync(new { inputKind = "PlainText", synthesisConfig = new { voice = "en-US-GuyNeural" }, inputs });
        var joined = await RunAsync(new { inputKind = "PlainText", synthesisConfig = new { voice = "en-US-GuyNeural" }, inputs, properties = new { concatenateResult = true } });
        using var zip = await ResultAsync(joined);
        Assert.Equal(["0001.wav", "summary.json"], zip.Entries.Select(entry => entry.FullName));
        Assert.InRange((int)joined["properties"]!["durationInMilliseconds"]!, (int)apart["properties"]!["durationInMilliseconds"]! - 500, (int)apart["properties"]!["durationInMilliseconds"]! + 500);
    }

    [Theory]
    [InlineData("{}", 400, "inputKind")]
    [InlineData("""{"inputKind":"PlainText","inputs":[{"content":"a"}]}""", 400, "synthesisConfig")]
    [InlineData("""{"inputKind":"PlainText","inputs":[{"content":"a"}],"synthesisConfig":{"voice":"nobody"}}""", 400, "nobody")]
    [InlineData("""{"inputKind":"PlainText","inputs":[{"content":"a"}],"synthesisConfig":{"voice":"en-US-JennyNeural","rate":"quick"}}""", 400, "quick")]
    [InlineData("""{"inputKind":"SSML","inputs":[]}""", 400, "inputs")]
    [InlineData("""{"inputKind":"SSML","inputs":[{"content":7},{}]}""", 400, "inputs[1]")]
    [InlineData("""{"inputKind":"SSML","inputs":[{"content":"a"}],"properties":{"outputFormat":"no-such","timeToLiveInHours":0.5,"concatenateResult":"yes"}}""", 400, "no-such")]
    [InlineData("""{"inputKind":"SSML","inputs":[{"content":"a"}],"properties":[]}""", 400, "properties")]
    [InlineData("""{"inputKind":"SSML","inputs":[{"content":"a"}],"customVoices":{"a":"b"}}""", 501, "customVoices")]
    [InlineData("""{"inputKind":"SSML","inputs":[{"content":"a"}],"properties":{"destinationContainerUrl":"https://a"}}""", 400, "destinationContainerUrl")]
    [InlineData("no JSON", 400, "JSON")]
    public async Task What_is_wrong_is_refused_in_words(string body, int status, string told)
    {
        var answer = await scene.Hub.Client.CallAsync("PUT", $"{Batches}/{NewId()}{Version}", body, ("Ocp-Apim-Subscription-Key", scene.Key));
        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(told, answer.Body["error"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_is_one_synthesis_and_lists_go_page_by_page()
    {
        var order = new { inputKind = "SSML", inputs = new[] { new { content = SpeakingScene.Document("a") } } };
        var id = NewId();
        Assert.Equal(HttpStatusCode.Created, (await CallAsync("PUT", $"{Batches}/{id}{Version}", order)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await CallAsync("PUT", $"{Batches}/{id}{Version}", order)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("PUT", $"{Batches}/-no{Version}", order)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("PUT", $"{Batches}/{NewId()}{Version}", order, ("Operation-Id", "no guid"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("GET", Batches)).Status);
        Assert.Equal(HttpStatusCode.Created, (await CallAsync("PUT", $"{Batches}/{NewId()}{Version}", order)).Status);
        var (found, next) = (new List<string>(), (string?)$"{Batches}{Version}&maxpagesize=1");
        while (next is not null)
        {
            var page = await CallAsync("GET", next);
            found.Add((string)page.Body["value"]!.AsArray().Single()!["id"]!);
            next = (string?)page.Body["nextLink"] is { } link ? new Uri(link).PathAndQuery : null;
        }

        Assert.Contains(id, found);
        Assert.Equal(found.Distinct(), found);
    }

    private static string NewId() => $"job-{Guid.NewGuid():N}";

    private async Task<JsonObject> RunAsync(object order)
    {
        var id = NewId();
        var made = await CallAsync("PUT", $"{Batches}/{id}{Version}", order);
        Assert.True(made.Status is HttpStatusCode.Created, made.ToString());
        return await EndAsync(id);
    }

    private async Task<JsonObject> EndAsync(string id)
    {
        JsonObject view;
        while ((string?)(view = (await CallAsync("GET", $"{Batches}/{id}{Version}")).Body)["status"] is not ("Succeeded" or "Failed"))
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        return view;
    }

    private async Task<ZipArchive> ResultAsync(JsonObject view)
    {
        // Without a key: the link is the right.
        var answer = await scene.Hub.Client.GetAsync(new Uri((string)view["outputs"]!["result"]!).PathAndQuery, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "application/zip"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return new(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    private static byte[] Read(ZipArchive zip, string name)
    {
        using var entry = zip.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        entry.CopyTo(bytes);
        return bytes.ToArray();
    }

    private Task<Answer> CallAsync(string method, string path, object? body = null, params (string, string)[] headers) => scene.Hub.Client.CallAsync(method, path, body, [("Ocp-Apim-Subscription-Key", scene.Key), .. headers]);
}
