using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Tests.Gateway.Speech.Hearing;
using Atrium.Server.Tests.Gateway.Speech.Speaking;

namespace Atrium.Server.Tests.Gateway;

/// <summary>One project asks more of a service than it can queue; another one's single call has its turn all the same.</summary>
public sealed class FairnessTests(HearingScene scene) : IClassFixture<HearingScene>
{
    /// <summary>More than any service lets one lane have.</summary>
    private const int Flood = 120;

    [Fact]
    public Task Speech_to_text_is_shared_fairly()
    {
        byte[] samples = [.. Enumerable.Repeat(HearingScene.Amiable[RiffHeader.Length..], 20).SelectMany(bytes => bytes)];
        byte[] wav = [.. RiffHeader.Of(AudioFormats.Find("riff-16khz-16bit-mono-pcm")!, samples.Length), .. samples];
        return IsFairAsync(() => Transcription(wav), () => Transcription(HearingScene.Amiable));
    }

    [Fact]
    public Task Text_to_speech_is_shared_fairly() => IsFairAsync(() => Speech(string.Concat(Enumerable.Repeat("This is one of very many sentences that take a while. ", 100))), () => Speech("One word."));

    [Fact]
    public Task Image_analysis_is_shared_fairly()
    {
        var image = File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Images"), "*.png").OrderByDescending(file => new FileInfo(file).Length).First());
        return IsFairAsync(() => Image(image), () => Image(image));
    }

    [Fact]
    public Task Translation_is_shared_fairly()
    {
        Assert.SkipUnless(File.Exists("/usr/share/apertium/modes/eng-spa.mode"), "Apertium with apertium-eng-spa is not installed.");
        return IsFairAsync(() => Translation(string.Concat(Enumerable.Repeat("The red house is very big and the dog sleeps in the garden. ", 150))), () => Translation("The red house."));
    }

    /// <summary>Floods, waits until the service has refused some of it, and asks once for somebody else.</summary>
    private async Task IsFairAsync(Func<HttpRequestMessage> large, Func<HttpRequestMessage> small)
    {
        var ((_, busy), (_, other)) = (await scene.AddProjectAsync($"busy-{Guid.NewGuid():N}"[..16]), await scene.AddProjectAsync($"calm-{Guid.NewGuid():N}"[..16]));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(small(), other, TestContext.Current.CancellationToken)).Status);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var answers = new ConcurrentBag<(HttpStatusCode Status, double? RetryAfter)>();
        var flood = Enumerable.Range(0, Flood).Select(_ => Task.Run(async () => answers.Add(await SendAsync(large(), busy, enough.Token)), enough.Token)).ToList();
        try
        {
            while (!answers.Any(answer => answer.Status == HttpStatusCode.TooManyRequests))
            {
                Assert.Contains(flood, task => !task.IsCompleted);
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            var clock = Stopwatch.StartNew();
            var (status, _) = await SendAsync(small(), other, TestContext.Current.CancellationToken);
            var waiting = flood.Count(task => !task.IsCompleted);
            var served = answers.Count(answer => answer.Status == HttpStatusCode.OK);
            TestContext.Current.TestOutputHelper!.WriteLine($"{clock.Elapsed.TotalSeconds:F1} s while {waiting} calls of the other project waited; {answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests)} were refused, {served} served");
            Assert.Equal(HttpStatusCode.OK, status);

            // In turn with the flood, and not behind it: far more of that waits than was served, on a machine of any speed.
            Assert.InRange(waiting, 10, Flood);
            Assert.InRange(served, 0, waiting / 2);
            Assert.All(answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests), answer => Assert.InRange(answer.RetryAfter ?? 0, 1, 60));
            Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.OK, $"{answer.Status}"));
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(flood).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task<(HttpStatusCode Status, double? RetryAfter)> SendAsync(HttpRequestMessage request, string key, CancellationToken cancellationToken)
    {
        using (request)
        {
            request.Headers.Add("Ocp-Apim-Subscription-Key", key);
            using var answer = await scene.Hub.Client.SendAsync(request, cancellationToken);
            return (answer.StatusCode, answer.Headers.RetryAfter?.Delta?.TotalSeconds);
        }
    }

    private static HttpRequestMessage Transcription(byte[] wav) => new(HttpMethod.Post, "/speechtotext/transcriptions:transcribe?api-version=2024-11-15")
    {
        Content = new MultipartFormDataContent { { new ByteArrayContent(wav), "audio", "a.wav" }, { new StringContent("""{"locales":["en-US"]}"""), "definition" } },
    };

    private static HttpRequestMessage Speech(string text)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/cognitiveservices/v1") { Content = new StringContent(SpeakingScene.Document(text), Encoding.UTF8, "application/ssml+xml") };
        request.Headers.Add("X-Microsoft-OutputFormat", "riff-16khz-16bit-mono-pcm");
        return request;
    }

    private static HttpRequestMessage Image(byte[] image) => new(HttpMethod.Post, "/computervision/imageanalysis:analyze?api-version=2024-02-01&features=read,objects,caption")
    {
        Content = new ByteArrayContent(image) { Headers = { ContentType = new("application/octet-stream") } },
    };

    private static HttpRequestMessage Translation(string text) => new(HttpMethod.Post, "/translate?api-version=3.0&from=en&to=es")
    {
        Content = new StringContent(new JsonArray(new JsonObject { ["Text"] = text }).ToJsonString(), Encoding.UTF8, "application/json"),
    };
}
