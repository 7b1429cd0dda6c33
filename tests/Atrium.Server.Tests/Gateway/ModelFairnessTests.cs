using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Atrium.Server.Tests.Gateway.Vision;

namespace Atrium.Server.Tests.Gateway;

/// <summary>One project sends far more than a model's queue holds: it is told so with <c>Retry-After</c>, and another project's single call does not wait for its queue.</summary>
public sealed class ModelFairnessTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string Sentence = "The quick brown fox jumps over the lazy dog and runs far away into the deep green forest. ";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>Until a flood is more than the queue holds.</summary>
    private static readonly TimeSpan Flooded = TimeSpan.FromMinutes(1);

    /// <summary>Fewer would be no flood of which a part could still wait.</summary>
    private const int FewestServed = 8;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => ["chat", "ocr", "objects", "imageSafety", "textSafety", "embeddings"];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Who_floods_a_service_is_refused_and_holds_nobody_else_up(string service)
    {
        if (service is "chat")
        {
            await scene.AddStoriesAsync();
        }

        await scene.DeployAsync("embeddings", new { format = "Atrium", name = "atrium-embed-en", version = "1" });
        var (busy, other) = (await scene.AddProjectAsync($"b{Guid.NewGuid():N}"[..12]), await scene.AddProjectAsync($"o{Guid.NewGuid():N}"[..12]));
        using (var first = await CallAsync(service, other.Key, isSmall: true))
        {
            Assert.True(first.StatusCode == HttpStatusCode.OK, await first.Content.ReadAsStringAsync(Cancel));
        }

        var watch = Stopwatch.StartNew();
        var refused = new TaskCompletionSource();
        var flood = Enumerable.Range(0, 220).Select(_ => Timed(service, busy.Key, watch, refused)).ToList();
        await Task.WhenAny(refused.Task, Task.WhenAll(flood)).WaitAsync(Flooded, Cancel);
        Assert.True(refused.Task.IsCompleted, $"{service}: nothing was refused.");
        var before = watch.Elapsed;
        using var single = await CallAsync(service, other.Key, isSmall: true);
        var took = watch.Elapsed - before;
        var answers = await Task.WhenAll(flood);

        Assert.True(single.StatusCode == HttpStatusCode.OK, $"{service}: {await single.Content.ReadAsStringAsync(Cancel)}");
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{service}: {answer.Status} {answer.Body}"));
        var served = answers.Where(answer => answer.Status is HttpStatusCode.OK).ToList();
        Assert.True(served.Count >= FewestServed, $"{service}: {served.Count} served.");
        Assert.All(answers.Where(answer => answer.Status is HttpStatusCode.TooManyRequests), answer => Assert.InRange(answer.RetryAfter!.Value, 1, 60));

        // It came in the midst of the flood, and was answered at once or while much of it still waited: some floods are over within a second.
        Assert.True(took < Soon || served.Count(answer => answer.At > before + took) >= Math.Max(1, served.Count / 4), $"{service}: {took} of {watch.Elapsed}; {served.Count} served.");
    }

    private async Task<(HttpStatusCode Status, int? RetryAfter, TimeSpan At, string Body)> Timed(string service, string key, Stopwatch watch, TaskCompletionSource refused)
    {
        using var answer = await CallAsync(service, key, isSmall: false);
        if (answer.StatusCode is HttpStatusCode.TooManyRequests)
        {
            refused.TrySetResult();
        }

        var body = await answer.Content.ReadAsStringAsync(Cancel);
        return (answer.StatusCode, (int?)answer.Headers.RetryAfter?.Delta?.TotalSeconds, watch.Elapsed, body[..Math.Min(200, body.Length)]);
    }

    private async Task<HttpResponseMessage> CallAsync(string service, string key, bool isSmall)
    {
        HttpContent Image() => new ByteArrayContent(VisionScene.Image(isSmall ? "sign.png" : "invoice.png")) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        var (path, content) = service switch
        {
            "chat" => ("/openai/v1/chat/completions", JsonContent.Create(new { model = "stories", messages = new[] { new { role = "user", content = "Once upon a time" } }, max_tokens = isSmall ? 8 : 120, temperature = 0 })),
            "ocr" => ("/computervision/imageanalysis:analyze?api-version=2024-02-01&features=read", Image()),
            "objects" => ("/computervision/imageanalysis:analyze?api-version=2024-02-01&features=objects", Image()),
            "imageSafety" => ("/contentsafety/image:analyze?api-version=2024-09-01", JsonContent.Create(new { image = new { content = Convert.ToBase64String(VisionScene.Image("invoice.png")) }, categories = new[] { "Sexual" } })),
            "textSafety" => ("/contentsafety/text:analyze?api-version=2024-09-01", JsonContent.Create(new { text = isSmall ? Sentence : string.Concat(Enumerable.Repeat(Sentence, 100)) })),
            _ => ("/openai/v1/embeddings", JsonContent.Create(new { model = "embeddings", input = Enumerable.Repeat(isSmall ? Sentence : string.Concat(Enumerable.Repeat(Sentence, 8)), isSmall ? 1 : 48) })),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { { "api-key", key }, { "Ocp-Apim-Subscription-Key", key } } };
        return await scene.Hub.Client.SendAsync(request, Cancel);
    }
}
