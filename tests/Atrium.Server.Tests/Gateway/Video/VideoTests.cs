using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Atrium.Inference.Packages;
using Atrium.Persistence;
using Atrium.Server.Gateway.Video;
using Atrium.Server.Hubs;
using Atrium.Server.Models;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;
using Atrium.Server.Tests.Gateway.Vision;
using Atrium.Server.Tests.Support;
using Atrium.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Gateway.Video;

/// <summary>Jobs over a video of the test's own: an invoice for three seconds, faces for three, a sign for three; and a sentence read aloud.</summary>
public sealed class VideoTests(VisionScene scene) : IClassFixture<VisionScene>, IDisposable
{
    private const string Version = "?api-version=2025-11-01";
    private readonly TempFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_video_becomes_a_timeline_of_what_is_seen_read_and_said()
    {
        var (operation, location) = await SendAsync(await File.ReadAllBytesAsync(await FilmAsync("mp4"), Cancel));
        var done = await EndAsync(operation);
        Assert.True((string?)done["status"] == "Succeeded", done.ToJsonString());
        Assert.Equal($"/contentunderstanding/analyzerResults/{operation}", new Uri(location).AbsolutePath);
        Assert.Equal(100, (int)done["percentCompleted"]!);

        var content = done["result"]!["contents"]![0]!;
        Assert.Equal(("audioVisual", 640, 360), ((string?)content["kind"], (int)content["width"]!, (int)content["height"]!));
        Assert.InRange((int)content["endTimeMs"]!, 8900, 9200);
        Assert.Equal([0, 3000, 6000], content["keyFrameTimesMs"]!.AsArray().Select(time => (int)time!));
        Assert.Equal([3000, 6000], content["cameraShotTimesMs"]!.AsArray().Select(time => (int)time!));

        var shots = content["fields"]!["Timeline"]!["valueArray"]!.AsArray().Select(shot => shot!["valueObject"]!).ToList();
        Assert.Equal(["Invoice No. 48213", "Total due: $1,299.50 by 2026-12-01", "Contact: billing@example.org", "Thank you"], Texts(shots[0]["Text"]!));
        Assert.Equal(["EXIT", "Gate 12"], Texts(shots[2]["Text"]!));
        Assert.Contains("person", Texts(shots[1]["Tags"]!));
        Assert.InRange((int)shots[1]["People"]!["valueInteger"]!, 1, 40);
        Assert.Equal(0, (int)shots[0]["People"]!["valueInteger"]!);
        Assert.Contains("# Video: 00:00.000 => 00:0", (string?)content["markdown"], StringComparison.Ordinal);

        var said = string.Join(' ', content["transcriptPhrases"]!.AsArray().Select(phrase => (string?)phrase!["text"]));
        Assert.Contains("amiable himself", said, StringComparison.OrdinalIgnoreCase);
        Assert.All(content["transcriptPhrases"]!.AsArray(), phrase => Assert.NotEmpty(phrase!["words"]!.AsArray()));

        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", operation)).Status);
        Assert.Equal("OperationNotFound", (await CallAsync("GET", operation)).ErrorCode);
    }

    [Fact]
    public async Task A_video_is_fetched_by_URL_where_the_network_lets_it_and_from_the_projects_own_blobs()
    {
        var film = await FilmAsync("webm");
        var (id, key) = await ProjectAsync();
        var project = await ProjectScope.FindAsync(Contracts.ResourceId.Parse(id), new ResourceReader(scene.Hub.Services.GetRequiredService<IAtriumStore>()), Cancel);
        await using (var content = File.OpenRead(film))
        {
            await scene.Hub.Services.GetRequiredService<IProjectBlobs>().WriteAsync(project!, ProjectContainer.Data, "films/a b.webm", content, "video/webm", Cancel);
        }

        const string blob = "azureml://datastores/workspaceblobstore/paths/films/a%20b.webm";
        Assert.Equal("Succeeded", (string?)(await AnalyzedAsync(new { inputs = new[] { new { url = blob } } }, key))["status"]);

        // Another project has no such blob, and an account has no blobs.
        foreach (var other in (string[])[(await ProjectAsync()).Key, scene.Key])
        {
            var refused = await AnalyzedAsync(new { url = blob }, other);
            Assert.Equal(("Failed", "InvalidVideoUrl"), ((string?)refused["status"], (string?)refused["error"]!["code"]));
        }

        foreach (var url in (string[])[scene.WebAddress + "/missing", scene.WebAddress + "/inside", scene.WebAddress + "/file", "http://127.0.0.2/a.mp4"])
        {
            Assert.Equal("InvalidVideoUrl", (string?)(await AnalyzedAsync(new { url }, scene.Key))["error"]!["code"]);
        }

        Assert.Equal("InvalidVideo", (string?)(await AnalyzedAsync(new { url = scene.WebAddress + "/sign.png" }, scene.Key))["error"]!["code"]);
    }

    [Fact]
    public async Task What_is_no_video_fails_with_its_reason()
    {
        SkipUnlessInstalled();
        var film = await File.ReadAllBytesAsync(await FilmAsync("mp4"), Cancel);
        var playlist = "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"u8.ToArray();
        foreach (var bytes in (byte[][])["hello"u8.ToArray(), film[..2000], film[..(film.Length / 2)], playlist, await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Audio", "amiable.wav"), Cancel), VisionScene.Image("sign.png")])
        {
            var done = await EndAsync((await SendAsync(bytes)).Id);
            Assert.True((string?)done["error"]?["code"] == "InvalidVideo", $"{bytes.Length} bytes: {done.ToJsonString()}");
        }
    }

    [Theory]
    [InlineData("{}", "url")]
    [InlineData("""{"url":"ftp://x/y"}""", "url")]
    [InlineData("""{"url":7}""", "url")]
    [InlineData("""{"inputs":[]}""", "inputs")]
    [InlineData("""{"inputs":[{"data":"not base64!"}]}""", "inputs[0].data")]
    [InlineData("""{"inputs":[{"url":"http://x/y","data":"AAAA"}]}""", "inputs[0].url")]
    [InlineData("""{"inputs":[{"url":"http://x/y","mimeType":"application/pdf"}]}""", "inputs[0].mimeType")]
    [InlineData("""{"inputs":[{"url":"http://x/y","contentRange":"1-2"}]}""", "inputs[0].contentRange")]
    [InlineData("""{"inputs":[{"url":"http://x/y"}],"models":{}}""", "models")]
    public async Task A_mistake_is_told_with_its_field(string body, string field)
    {
        var refused = await scene.Hub.Client.CallAsync("POST", $"/contentunderstanding/analyzers/prebuilt-video:analyze{Version}", body, ("Ocp-Apim-Subscription-Key", scene.Key));
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequest", field), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["target"]));
    }

    [Theory]
    [InlineData("&stringEncoding=latin1", """{"url":"http://x/y"}""", 400, "stringEncoding")]
    [InlineData("&processingLocation=moon", """{"url":"http://x/y"}""", 400, "processingLocation")]
    [InlineData("&allowInputTruncation=true", """{"url":"http://x/y"}""", 400, "allowInputTruncation")]
    [InlineData("", """{"inputs":[{"url":"http://x/y","range":"0-1000"}]}""", 501, "range")]
    [InlineData("", """{"inputs":[{"url":"http://x/y"}],"modelDeployments":{"gpt-4.1":"mine"}}""", 501, "modelDeployments")]
    public async Task What_would_change_nothing_is_refused(string query, string body, int status, string named)
    {
        var refused = await scene.Hub.Client.CallAsync("POST", $"/contentunderstanding/analyzers/prebuilt-video:analyze{Version}{query}", body, ("Ocp-Apim-Subscription-Key", scene.Key));
        Assert.Equal(status, (int)refused.Status);
        Assert.Contains(named, (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_analyzers_empty_bodies_and_strangers_are_told()
    {
        Assert.Equal(HttpStatusCode.NotImplemented, (await PostAsync("prebuilt-invoice:analyze", "{}", scene.Key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("mine:analyze", "{}", scene.Key)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("prebuilt-video:analyzeBinary", "", scene.Key)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("prebuilt-video:analyze", "{}", "wrong")).Status);
        var (id, _) = await SendAsync("hello"u8.ToArray());
        Assert.Equal("OperationNotFound", (await scene.Hub.Client.CallAsync("GET", $"/contentunderstanding/analyzerResults/{id}{Version}", null, ("Ocp-Apim-Subscription-Key", (await ProjectAsync()).Key))).ErrorCode);
        Assert.Equal("prebuilt-video", (string?)(await scene.Hub.Client.CallAsync("GET", $"/contentunderstanding/analyzers{Version}", null, ("Ocp-Apim-Subscription-Key", scene.Key))).Body["value"]![0]!["analyzerId"]);
    }

    [Fact]
    public async Task Watching_goes_on_where_it_stood()
    {
        SkipUnlessInstalled();
        var files = new VideoFiles(folder.Path);
        await Ffmpeg.EncodeAsync(["-loop", "1", "-i", Picture("sign.png")], Path.Combine(folder.Path, "film.mp4"), "-t", "70", "-r", "2", "-vf", Scaled, "-pix_fmt", "yuv420p");
        File.Move(Path.Combine(folder.Path, "film.mp4"), files.Input);
        var watcher = scene.Hub.Services.GetRequiredService<VideoWatcher>();
        var before = new Shot(TimeSpan.Zero, [], 0, ["seen before the crash"], "");
        files.WritePosition(new(TimeSpan.FromSeconds(60), null, [before]));
        var times = new List<TimeSpan>();
        var shots = await watcher.WatchAsync(files, TimeSpan.FromSeconds(70), times.Add, Cancel);
        Assert.Equal([0, 60], shots.Select(shot => shot.Start.TotalSeconds));
        Assert.Equal("EXIT", shots[1].Text[0]);
        Assert.Equal([.. Enumerable.Range(60, 10).Select(second => TimeSpan.FromSeconds(second))], times);
        Assert.Equal(shots.Count, (await watcher.WatchAsync(files, TimeSpan.FromSeconds(70), times.Add, Cancel)).Count);
        Assert.Equal(10, times.Count);
    }

    private const string Scaled = "scale=640:360:force_original_aspect_ratio=decrease,pad=640:360:(ow-iw)/2:(oh-ih)/2:white,setsar=1";

    private static string Picture(string name) => Path.Combine(AppContext.BaseDirectory, "Images", name);

    private static IEnumerable<string> Texts(JsonNode list) => list["valueArray"]!.AsArray().Select(item => (string)item!["valueString"]!);

    private static void SkipUnlessInstalled() => Assert.SkipWhen(Ffmpeg.Missing is not null, Ffmpeg.Missing ?? "");

    private async Task<string> FilmAsync(string format)
    {
        SkipUnlessInstalled();
        var faces = Path.Combine(new ModelPackageStore(new ModelsOptions().CacheFolder, null, TimeProvider.System).FolderOf(ModelPackages.VisionObjects), "assets", "samples.jpg");
        Assert.SkipUnless(File.Exists(faces), "The models have not been pulled.");
        var film = Path.Combine(folder.Path, $"film{Guid.NewGuid():N}.{format}");
        string[] Still(string picture) => ["-loop", "1", "-t", "3", "-i", picture];
        string[] coding = format == "webm" ? ["-c:v", "libvpx", "-deadline", "realtime", "-b:v", "2M", "-c:a", "libopus"] : ["-c:v", "libx264", "-c:a", "aac"];
        await Ffmpeg.EncodeAsync(
            [.. Still(Picture("invoice.png")), .. Still(faces), .. Still(Picture("sign.png")), "-i", Path.Combine(AppContext.BaseDirectory, "Audio", "amiable.wav")],
            film,
            ["-filter_complex", $"[0:v]{Scaled},fps=10[a];[1:v]{Scaled},fps=10[b];[2:v]{Scaled},fps=10[c];[a][b][c]concat=n=3:v=1:a=0[v];[3:a]adelay=1000|1000[s]", "-map", "[v]", "-map", "[s]", "-pix_fmt", "yuv420p", .. coding]);
        return film;
    }

    private async Task<(string Id, string Location)> SendAsync(byte[] video)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/contentunderstanding/analyzers/prebuilt-video:analyzeBinary{Version}")
        {
            Content = new ByteArrayContent(video) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
            Headers = { { "Ocp-Apim-Subscription-Key", scene.Key } },
        };
        var answer = await Answer.ReadAsync(await scene.Hub.Client.SendAsync(request, Cancel));
        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.ToString());
        return ((string)answer.Body["id"]!, answer.Message.Headers.GetValues("Operation-Location").Single());
    }

    private Task<Answer> PostAsync(string path, string body, string key) => scene.Hub.Client.CallAsync("POST", $"/contentunderstanding/analyzers/{path}{Version}", body, ("Ocp-Apim-Subscription-Key", key));

    private async Task<JsonObject> AnalyzedAsync(object body, string key)
    {
        var begun = await scene.Hub.Client.CallAsync("POST", $"/contentunderstanding/analyzers/prebuilt-video:analyze{Version}", body, ("Ocp-Apim-Subscription-Key", key));
        Assert.True(begun.Status == HttpStatusCode.Accepted, begun.ToString());
        return await EndAsync((string)begun.Body["id"]!, key);
    }

    private Task<Answer> CallAsync(string method, string id, string? key = null) =>
        scene.Hub.Client.CallAsync(method, $"/contentunderstanding/analyzerResults/{id}{Version}", null, ("Ocp-Apim-Subscription-Key", key ?? scene.Key));

    private async Task<JsonObject> EndAsync(string id, string? key = null)
    {
        for (var i = 0; i < 2400; i++)
        {
            var answer = await CallAsync("GET", id, key);
            Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
            if ((string?)answer.Body["status"] is "Succeeded" or "Failed")
            {
                return answer.Body;
            }

            await Task.Delay(100, Cancel);
        }

        throw new TimeoutException("The job did not end.");
    }

    private async Task<(string Id, string Key)> ProjectAsync()
    {
        const string ml = "?api-version=2024-04-01";
        var id = $"{scene.HubId[..scene.HubId.LastIndexOf('/')]}/v{Guid.NewGuid():N}"[..^20];
        await NewHub.MakeWorkspaceAsync(scene.Hub.Client, id, new { location = "local", kind = "project", properties = new { hubResourceId = scene.HubId } });
        return (id, (string)(await scene.Hub.Client.CallAsync("POST", $"{id}/listApiKeys{ml}")).Body["key1"]!);
    }
}
