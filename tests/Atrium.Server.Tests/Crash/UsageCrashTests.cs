using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Crash;

/// <summary>kill -9 of the server while the data plane is used: what a client saw whole is counted, once.</summary>
public sealed class UsageCrashTests
{
    private const int Clients = 4;
    private const int Kills = 6;
    private const int LongestPause = 900;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_whose_answer_was_seen_whole_is_counted_exactly_once()
    {
        using var hub = await KillableHub.StartAsync();
        var seen = new ConcurrentBag<string>();
        var sent = new ConcurrentBag<string>();
        using var enough = new CancellationTokenSource();
        var calling = Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(() => CallAsync(hub, number, sent, seen, enough.Token), Cancel)));
        for (var kill = 0; kill < Kills; kill++)
        {
            // At least one answer in each life of the server, or nothing is shown.
            for (var before = seen.Count; seen.Count == before;)
            {
                await Task.Delay(10, Cancel);
            }

            await Task.Delay(RandomNumberGenerator.GetInt32(LongestPause), Cancel);
            await hub.CrashAsync();
        }

        await enough.CancelAsync();
        await calling;
        var counted = await CountedAsync(hub);
        TestContext.Current.TestOutputHelper!.WriteLine($"{sent.Count} sent, {seen.Count} seen whole, {counted.Count} counted");
        Assert.Empty(seen.Except(counted.Keys));
        Assert.Empty(counted.Keys.Except(sent));
        Assert.All(counted, call => Assert.Equal((call.Key, 1), (call.Key, call.Value)));
    }

    private static async Task CallAsync(KillableHub hub, int number, ConcurrentBag<string> sent, ConcurrentBag<string> seen, CancellationToken enough)
    {
        for (var call = 0; !enough.IsCancellationRequested; call++)
        {
            var name = $"{number}-{call}";
            var clients = await hub.ClientsAsync();
            sent.Add(name);
            try
            {
                using var request = Request(call % 2 == 0, name);
                using var answer = await clients.Data.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
                var text = await answer.Content.ReadAsStringAsync(Cancel);
                Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
                if (call % 2 != 0 || text.Contains("data: [DONE]", StringComparison.Ordinal))
                {
                    seen.Add(name);
                }
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException)
            {
            }
        }
    }

    private static HttpRequestMessage Request(bool isStream, string name) => new(HttpMethod.Post, isStream ? "/openai/v1/chat/completions" : "/openai/v1/embeddings")
    {
        Content = isStream
            ? JsonContent.Create(new { model = "chat", stream = true, messages = new[] { new { role = "user", content = "Where is the key? The key is under the mat." } } })
            : JsonContent.Create(new { model = "embeddings", input = "Where is the key?" }),
        Headers = { { "x-atrium-tags", $"call={name}" } },
    };

    private static async Task<Dictionary<string, int>> CountedAsync(KillableHub hub)
    {
        var clients = await hub.ClientsAsync();
        var totals = await clients.Management.CallAsync("GET", $"/subscriptions/{hub["subscriptionId"]}/providers/Atrium.Usage/totals?api-version=2026-11-01&by=tag&tag=call");
        return totals.Body["value"]!.AsArray().ToDictionary(total => (string)total!["value"]!, total => (int)total!["calls"]!);
    }
}
