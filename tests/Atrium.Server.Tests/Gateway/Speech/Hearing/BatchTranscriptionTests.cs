using System.Net;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;
using Atrium.Server.Tests.Support;
using Atrium.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>Batch transcription, with a web server of the test's own that has the audio.</summary>
public sealed class BatchTranscriptionTests(HearingScene scene) : IClassFixture<HearingScene>, IAsyncLifetime
{
    private const string V32 = "/speechtotext/v3.2/transcriptions";
    private const string Dated = "?api-version=2024-11-15";
    private const string Said = "he might even have been made amiable himself";
    private readonly WebApplication web = Web();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string WebAddress => web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public async ValueTask InitializeAsync() => await web.StartAsync();

    public ValueTask DisposeAsync() => web.DisposeAsync();

    [Fact]
    public async Task Audio_files_become_results_that_a_link_leads_to()
    {
        var (_, key) = await ProjectAsync();
        var made = await CallAsync("POST", V32, key, Order($"{WebAddress}/amiable.wav?sig=secret-signature", properties: new { wordLevelTimestampsEnabled = true, displayFormWordLevelTimestampsEnabled = true }));
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal((string?)made.Body["self"], made.Message.Headers.Location?.ToString());
        Assert.Equal(("NotStarted", "en-US", "A name"), ((string?)made.Body["status"], (string?)made.Body["locale"], (string?)made.Body["displayName"]));
        Assert.Equal("""{"diarizationEnabled":false,"wordLevelTimestampsEnabled":true,"displayFormWordLevelTimestampsEnabled":true,"channels":[0,1],"punctuationMode":"DictatedAndAutomatic","profanityFilterMode":"Masked"}""", made.Body["properties"]!.ToJsonString());

        var done = await EndedAsync(made, key);
        Assert.Equal("Succeeded", (string?)done["status"]);
        Assert.StartsWith("PT3.", (string?)done["properties"]!["duration"], StringComparison.Ordinal);
        Assert.DoesNotContain("secret-signature", done.ToJsonString(), StringComparison.Ordinal);

        var files = await FilesAsync(done, key);
        Assert.Equal([("contenturl_0.json", "Transcription"), ("report.json", "TranscriptionReport")], files.Select(f => ((string)f["name"]!, (string)f["kind"]!)));
        var result = await ContentAsync(files[0]);
        Assert.Equal((long)files[0]["properties"]!["size"]!, result.Length);
        var json = JsonNode.Parse(result)!;
        Assert.Equal($"{WebAddress}/amiable.wav", (string?)json["source"]);
        Assert.Equal(0, (int)json["combinedRecognizedPhrases"]![0]!["channel"]!);
        Assert.Equal(("He might even have been made amiable himself.", Said), ((string?)json["combinedRecognizedPhrases"]![0]!["display"], (string?)json["combinedRecognizedPhrases"]![0]!["lexical"]));
        var phrase = Assert.Single(json["recognizedPhrases"]!.AsArray())!;
        Assert.Equal("Success", (string?)phrase["recognitionStatus"]);
        Assert.Equal(System.Xml.XmlConvert.ToTimeSpan((string)phrase["offset"]!).Ticks, (double)phrase["offsetInTicks"]!);
        Assert.Equal(Said.Split(' '), phrase["nBest"]![0]!["words"]!.AsArray().Select(w => (string)w!["word"]!));
        Assert.Equal("himself.", (string?)phrase["nBest"]![0]!["displayWords"]!.AsArray()[^1]!["displayText"]);
        var report = JsonNode.Parse(await ContentAsync(files[1]))!;
        Assert.Equal((1, 0), ((int)report["successfulTranscriptionsCount"]!, (int)report["failedTranscriptionsCount"]!));
        Assert.DoesNotContain("secret-signature", report.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal((string?)files[0]["self"], (string?)(await CallAsync("GET", (string)files[0]["self"]!, key)).Body["self"]);
    }

    [Fact]
    public async Task The_dated_form_of_the_api_reads_and_writes_its_own_names()
    {
        var (_, key) = await ProjectAsync();
        var made = await CallAsync("POST", "/speechtotext/transcriptions:submit" + Dated, key, Order($"{WebAddress}/amiable.wav", properties: new { timeToLiveHours = 48, channels = new[] { 0 } }));
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.EndsWith(Dated, (string?)made.Body["self"], StringComparison.Ordinal);
        Assert.Equal(48, (int)made.Body["properties"]!["timeToLiveHours"]!);
        var done = await EndedAsync(made, key);
        Assert.InRange((long)done["properties"]!["durationMilliseconds"]!, 3200, 3400);
        var files = await FilesAsync(done, key);
        Assert.Contains("durationMilliseconds", await ContentAsync(files[0]), StringComparison.Ordinal);
        var old = await CallAsync("GET", $"{V32}/{((string)done["self"]!).Split('/', '?')[^2]}", key);
        Assert.StartsWith("PT3.", (string?)old.Body["properties"]!["duration"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("GET", "/speechtotext/transcriptions", key)).Status);
    }

    [Fact]
    public async Task What_cannot_be_had_or_heard_stands_in_the_report_and_does_not_stop_the_rest()
    {
        var (_, key) = await ProjectAsync();
        var made = await CallAsync("POST", V32, key, Order([$"{WebAddress}/missing", $"{WebAddress}/amiable.wav", $"{WebAddress}/text", "http://127.0.0.2/amiable.wav", $"{WebAddress}/empty"]));
        var done = await EndedAsync(made, key);
        Assert.Equal("Succeeded", (string?)done["status"]);
        var files = await FilesAsync(done, key);
        Assert.Equal(["contenturl_1.json", "report.json"], files.Select(f => (string)f["name"]!));
        var report = JsonNode.Parse(await ContentAsync(files[1]))!;
        Assert.Equal(["DownloadError", null, "InvalidAudioFormat", "DownloadError", "InvalidAudioFormat"], report["details"]!.AsArray().Select(d => (string?)d!["errorKind"]));
        Assert.Contains("404", (string?)report["details"]![0]!["errorMessage"], StringComparison.Ordinal);

        var failed = await EndedAsync(await CallAsync("POST", V32, key, Order($"{WebAddress}/missing")), key);
        Assert.Equal(("Failed", "InvalidData"), ((string?)failed["status"], (string?)failed["properties"]!["error"]!["code"]));
        Assert.Equal(["report.json"], (await FilesAsync(failed, key)).Select(f => (string)f["name"]!));
    }

    [Fact]
    public async Task Blobs_of_the_projects_own_container_are_read_one_by_one_or_all()
    {
        var (project, key) = await ProjectAsync();
        var services = scene.Hub.Services;
        var scope = (await ProjectScope.FindAsync(Contracts.ResourceId.Parse(project), new ResourceReader(services.GetRequiredService<IAtriumStore>()), Cancel))!;
        var blobs = services.GetRequiredService<IProjectBlobs>();
        foreach (var name in (string[])["calls/one.wav", "calls/two.wav", "other/three.wav"])
        {
            await blobs.WriteAsync(scope, ProjectContainer.Data, name, new MemoryStream(HearingScene.Amiable), "audio/wav", Cancel);
        }

        var one = await blobs.AddressAsync(scope, ProjectContainer.Data, "calls/one.wav", Cancel);
        var done = await EndedAsync(await CallAsync("POST", V32, key, Order(one.AbsoluteUri)), key);
        Assert.Equal("Succeeded", (string?)done["status"]);
        var container = (await blobs.AddressAsync(scope, ProjectContainer.Data, "", Cancel)).AbsoluteUri.TrimEnd('/');
        var all = await EndedAsync(await CallAsync("POST", V32, key, new { contentContainerUrl = container, locale = "en-US", displayName = "All" }), key);
        Assert.Equal(4, (await FilesAsync(all, key)).Count);

        // Another project's container is an address like any other outside, and that is not public.
        var (_, stranger) = await ProjectAsync();
        var refused = await EndedAsync(await CallAsync("POST", V32, stranger, Order(one.AbsoluteUri)), stranger);
        Assert.Equal("Failed", (string?)refused["status"]);
    }

    [Fact]
    public async Task Transcriptions_are_listed_page_by_page_filtered_changed_and_deleted()
    {
        var (_, key) = await ProjectAsync();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((string)(await EndedAsync(await CallAsync("POST", V32, key, Order($"{WebAddress}/{(i == 1 ? "missing" : "empty-silence")}")), key))["self"]!);
        }

        var first = (await CallAsync("GET", V32 + "?top=2", key)).Body;
        Assert.Equal([ids[2], ids[1]], first["values"]!.AsArray().Select(t => (string)t!["self"]!));
        var second = (await CallAsync("GET", (string)first["@nextLink"]!, key)).Body;
        Assert.Equal([ids[0]], second["values"]!.AsArray().Select(t => (string)t!["self"]!));
        Assert.Null(second["@nextLink"]);
        Assert.Equal([ids[1]], (await CallAsync("GET", V32 + "?filter=" + Uri.EscapeDataString("status eq 'Failed' and createdDateTime gt 2020-01-31T00:00:00Z"), key)).Body["values"]!.AsArray().Select(t => (string)t!["self"]!));
        Assert.Equal(2, (await CallAsync("GET", V32 + "?filter=status%2520ne%2520'Failed'", key)).Body["values"]!.AsArray().Count);
        foreach (var wrong in (string[])["?filter=colour%20eq%20'red'", "?filter=status%20eq", "?filter=createdDateTime%20gt%20soon", "?top=0", "?skip=-1"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("GET", V32 + wrong, key)).Status);
        }

        var changed = await CallAsync("PATCH", ids[0], key, new { displayName = "Another name", customProperties = new Dictionary<string, string> { ["team"] = "red" } });
        Assert.Equal(("Another name", "red"), ((string?)changed.Body["displayName"], (string?)changed.Body["customProperties"]!["team"]));
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", ids[0], key)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", ids[0], key)).Status);
        var gone = await CallAsync("GET", ids[0], key);
        Assert.Equal((HttpStatusCode.NotFound, "NotFound"), (gone.Status, (string?)gone.Body["code"]));
    }

    [Fact]
    public async Task Another_projects_transcriptions_are_as_if_they_did_not_exist()
    {
        var ((_, key), (_, other)) = (await ProjectAsync(), await ProjectAsync());
        var done = await EndedAsync(await CallAsync("POST", V32, key, Order($"{WebAddress}/empty-silence")), key);
        var self = (string)done["self"]!;
        var file = (string)(await FilesAsync(done, key))[0]["self"]!;
        foreach (var stranger in (string[])[other, scene.Key])
        {
            foreach (var (method, path) in ((string, string)[])[("GET", self), ("PATCH", self), ("GET", self + "/files"), ("GET", file)])
            {
                Assert.Equal((method, path, HttpStatusCode.NotFound), (method, path, (await CallAsync(method, path, stranger, method == "PATCH" ? new { displayName = "x" } : null)).Status));
            }

            await CallAsync("DELETE", self, stranger);
            Assert.DoesNotContain(self, (await CallAsync("GET", V32, stranger)).ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await CallAsync("GET", self, key)).Status);
    }

    [Fact]
    public async Task A_link_is_good_for_one_file_and_a_time_and_cannot_be_forged()
    {
        var (_, key) = await ProjectAsync();
        var done = await EndedAsync(await CallAsync("POST", V32, key, Order($"{WebAddress}/empty-silence")), key);
        var files = (string)done["links"]!["files"]!;
        var link = (string)(await CallAsync("GET", files + "?sasValidityInSeconds=1", key)).Body["values"]![0]!["links"]!["contentUrl"]!;
        await Task.Delay(1200, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Hub.Client.GetAsync(new Uri(link), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Hub.Client.GetAsync(new Uri(link[..^10] + "AAAAAAAAAA"), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Hub.Client.GetAsync(new Uri(link[..(link.LastIndexOf('/') + 1)] + "%20"), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("GET", files + "?sasValidityInSeconds=no", key)).Status);
        var lasting = (string)(await CallAsync("GET", files, key)).Body["values"]![0]!["links"]!["contentUrl"]!;
        Assert.Equal(HttpStatusCode.OK, (await scene.Hub.Client.GetAsync(new Uri(lasting), Cancel)).StatusCode);
        await CallAsync("DELETE", (string)done["self"]!, key);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Hub.Client.GetAsync(new Uri(lasting), Cancel)).StatusCode);
    }

    [Fact]
    public async Task Each_file_leaves_one_row_with_the_seconds_that_were_heard()
    {
        var (project, key) = await ProjectAsync();
        await EndedAsync(await CallAsync("POST", V32, key, Order([$"{WebAddress}/amiable.wav", $"{WebAddress}/stereo.wav", $"{WebAddress}/missing"])), key);
        var rows = (await scene.Hub.Client.CallAsync("GET", $"{scene.Subscription}/providers/Atrium.Usage/rows?api-version=2026-11-01&project={Uri.EscapeDataString(project)}")).Body["value"]!.AsArray()
            .Where(row => (string?)row!["operation"] == "transcriptions").ToArray();
        Assert.Equal([("moonshine-tiny", 2L), ("moonshine-tiny", 4L)], rows.Select(row => ((string)row!["model"]!, (long)row["tokensIn"]!)).Order());
    }

    [Theory]
    [InlineData("""{"locale":"en-US","displayName":"n"}""", "contentUrls")]
    [InlineData("""{"contentUrls":[],"locale":"en-US","displayName":"n"}""", "contentUrls")]
    [InlineData("""{"contentUrls":["file:///etc/passwd"],"locale":"en-US","displayName":"n"}""", "contentUrls[0]")]
    [InlineData("""{"contentUrls":["http://a"],"contentContainerUrl":"http://b","locale":"en-US","displayName":"n"}""", "contentUrls")]
    [InlineData("""{"contentUrls":["http://a"],"locale":"e","displayName":"n"}""", "locale")]
    [InlineData("""{"contentUrls":["http://a"],"locale":"en-US"}""", "displayName")]
    [InlineData("""{"contentUrls":["http://a"],"locale":"en-US","displayName":"n","properties":{"channels":[9]}}""", "properties.channels")]
    [InlineData("""{"contentUrls":["http://a"],"locale":"en-US","displayName":"n","properties":{"punctuationMode":"Much"}}""", "properties.punctuationMode")]
    [InlineData("""{"contentUrls":["http://a"],"locale":"en-US","displayName":"n","properties":{"profanityFilterMode":"Much"}}""", "properties.profanityFilterMode")]
    [InlineData("""{"contentUrls":["http://a"],"locale":"en-US","displayName":"n","properties":{"timeToLive":"a day"}}""", "properties.timeToLive")]
    [InlineData("""{"contentUrls":["http://a"],"locale":"en-US","displayName":"n","properties":{"timeToLive":"P40D"}}""", "properties.timeToLive")]
    [InlineData("""{"contentUrls":["http://a"],"locale":"en-US","displayName":"n","customProperties":{"a":1}}""", "customProperties")]
    [InlineData("""{"contentUrls":["http://a"],"locale":"en-US","displayName":"n","properties":{"languageIdentification":{"candidateLocales":["en-US"]}}}""", "properties.languageIdentification.candidateLocales")]
    [InlineData("""{"contentUrls":["http://a"],"locale":"en-US","displayName":"n","properties":{"languageIdentification":{"mode":"Often","candidateLocales":["en-US","de-DE"]}}}""", "properties.languageIdentification.mode")]
    public async Task A_wrong_order_is_told_with_its_place(string body, string target)
    {
        var refused = await CallAsync("POST", V32, scene.Key, body);
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequest", target), (refused.Status, (string?)refused.Body["code"], (string?)refused.Body["target"]));
    }

    [Theory]
    [InlineData("""{"contentUrls":["http://a"],"locale":"fr-FR","displayName":"n"}""", "English only")]
    [InlineData("""{"contentUrls":["http://a"],"locale":"en-US","displayName":"n","properties":{"languageIdentification":{"candidateLocales":["fr-FR","de-DE"]}}}""", "by ear")]
    public async Task What_no_embedded_model_can_names_what_could(string body, string reason)
    {
        var refused = await CallAsync("POST", V32, scene.Key, body);
        Assert.Equal(HttpStatusCode.NotImplemented, refused.Status);
        Assert.Contains(reason, (string?)refused.Body["message"], StringComparison.Ordinal);
        Assert.Contains("Serves 'transcriptions:transcribe'", (string?)refused.Body["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model", """{"self":"https://far.example/speechtotext/v3.2/models/827712a5-f942-4997-91c3-7c6cde35600b"}""")]
    [InlineData("dataset", """{"self":"https://far.example/speechtotext/v3.2/datasets/827712a5-f942-4997-91c3-7c6cde35600b"}""")]
    [InlineData("project", """{"self":"https://far.example/speechtotext/v3.2/projects/827712a5-f942-4997-91c3-7c6cde35600b"}""")]
    public async Task Entities_that_are_not_here_are_said_to_be_and_not_left_out(string name, string reference)
    {
        var refused = await CallAsync("POST", V32, scene.Key, $$"""{"contentUrls":["http://a"],"locale":"en-US","displayName":"n","{{name}}":{{reference}}}""");
        Assert.Equal(HttpStatusCode.NotImplemented, refused.Status);
        Assert.Contains($"'{name}'", (string?)refused.Body["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_base_model_may_be_named()
    {
        var self = (string)(await CallAsync("GET", "/speechtotext/v3.2/models/base", scene.Key)).Body["values"]![0]!["self"]!;
        var (_, key) = await ProjectAsync();
        Assert.Equal(HttpStatusCode.Created, (await CallAsync("POST", V32, key, new { contentUrls = new[] { "http://a" }, locale = "en-US", displayName = "n", model = new { self } })).Status);
    }

    [Fact]
    public async Task Locales_and_the_base_model_are_listed()
    {
        Assert.Contains("en-US", (await CallAsync("GET", V32 + "/locales", scene.Key)).Whole.AsArray().Select(locale => (string?)locale));
        var models = (await CallAsync("GET", "/speechtotext/v3.2/models/base?filter=" + Uri.EscapeDataString("locale eq 'en-US'"), scene.Key)).Body["values"]!.AsArray();
        var self = (string)Assert.Single(models)!["self"]!;
        Assert.Equal("moonshine-tiny", (string?)(await CallAsync("GET", self, scene.Key)).Body["displayName"]);
        Assert.Equal(HttpStatusCode.NotImplemented, (await CallAsync("GET", "/speechtotext/v3.2/datasets", scene.Key)).Status);
    }

    private static object Order(string url, object? properties = null) => new { contentUrls = new[] { url }, locale = "en-US", displayName = "A name", properties };

    private static object Order(string[] urls) => new { contentUrls = urls, locale = "en-US", displayName = "A name" };

    private Task<(string Id, string Key)> ProjectAsync() => scene.AddProjectAsync($"batch-{Guid.NewGuid():N}"[..20]);

    private Task<Answer> CallAsync(string method, string path, string key, object? body = null) => scene.Hub.Client.CallAsync(method, path, body, ("Ocp-Apim-Subscription-Key", key));

    private async Task<JsonObject> EndedAsync(Answer made, string key)
    {
        Assert.True(made.Status == HttpStatusCode.Created, made.ToString());
        return (await UntilAsync(() => CallAsync("GET", (string)made.Body["self"]!, key), now => (string?)now.Body["status"] is "Succeeded" or "Failed")).Body;
    }

    private async Task<List<JsonObject>> FilesAsync(JsonObject transcription, string key) =>
        [.. (await CallAsync("GET", (string)transcription["links"]!["files"]!, key)).Body["values"]!.AsArray().Select(f => f!.AsObject())];

    private Task<string> ContentAsync(JsonObject file) => scene.Hub.Client.GetStringAsync(new Uri((string)file["links"]!["contentUrl"]!), Cancel);

    private static WebApplication Web()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/amiable.wav", () => Results.Bytes(HearingScene.Amiable, "audio/wav"));
        app.MapGet("/stereo.wav", () => Results.Bytes(WavWriter.Write(new float[32_000], channels: 2), "audio/wav"));
        app.MapGet("/empty-silence", () => Results.Bytes(WavWriter.Write(new float[16_000]), "audio/wav"));
        app.MapGet("/empty", () => Results.Bytes([], "audio/wav"));
        app.MapGet("/text", () => Results.Text("hello"));
        app.MapGet("/missing", () => Results.NotFound());
        return app;
    }
}
