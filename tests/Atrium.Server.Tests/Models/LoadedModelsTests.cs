using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Models;

/// <summary>What is in memory, as the administrator sees it, and what a caller sees when nothing more fits.</summary>
public sealed class LoadedModelsTests
{
    private const string Loaded = "/providers/Atrium.Models/loaded?api-version=2026-11-01";

    [Fact]
    public async Task A_model_is_loaded_by_the_first_call_that_needs_it_and_makes_way_for_the_next()
    {
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false", "--Models:MemoryMegabytes", "250"]);
        using var owner = await hub.OwnerAsync();
        var subscription = $"/subscriptions/{Guid.NewGuid()}";
        var key = (await NewHub.MakeAsync(owner, $"{subscription}/resourceGroups/g")).Key;
        Assert.All((await ModelsAsync()).Values, state => Assert.Equal("notLoaded", state));

        Assert.Equal(HttpStatusCode.OK, (await JudgeAsync(hub, key)).Status);
        var models = await ModelsAsync();
        Assert.Equal(("loaded", "loaded", "notLoaded"), (models["use-lite-en"], models["text-safety"], models["centernet-ppocr4"]));
        var answer = (await owner.CallAsync("GET", subscription + Loaded)).Body;
        Assert.Equal(250_000_000, (long)answer["memoryBytes"]!);
        Assert.InRange((long)answer["takenBytes"]!, 1, 250_000_000);

        using var image = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Images", "sign.png"), TestContext.Current.CancellationToken));
        image.Headers.ContentType = new("application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/computervision/imageanalysis:analyze?api-version=2023-10-01&features=read") { Content = image, Headers = { { "api-key", key } } };
        using var seen = await hub.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
        models = await ModelsAsync();
        Assert.Equal(("notLoaded", "loaded"), (models["use-lite-en"], models["centernet-ppocr4"]));

        async Task<Dictionary<string, string>> ModelsAsync() =>
            (await owner.CallAsync("GET", subscription + Loaded)).Body["value"]!.AsArray().ToDictionary(model => (string)model!["name"]!, model => (string)model!["state"]!);
    }

    [Fact]
    public async Task One_that_can_never_fit_is_503_and_names_the_setting()
    {
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false", "--Models:MemoryMegabytes", "100"]);
        using var owner = await hub.OwnerAsync();
        var refused = await JudgeAsync(hub, (await NewHub.MakeAsync(owner, $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g")).Key);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "ModelTooLarge"), (refused.Status, (string?)refused.Body["error"]!["code"]));
        Assert.Contains("Models:MemoryMegabytes", (string)refused.Body["error"]!["message"]!, StringComparison.Ordinal);
    }

    private static Task<Answer> JudgeAsync(HubServer hub, string key) =>
        hub.Client.CallAsync("POST", "/contentsafety/text:analyze?api-version=2024-09-01", new { text = "Good morning." }, ("api-key", key));
}
