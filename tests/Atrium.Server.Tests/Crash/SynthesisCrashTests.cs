using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Crash;

/// <summary>kill -9 of the server in the midst of a batch synthesis: it goes on where it stood, and every text is spoken and counted once.</summary>
public sealed class SynthesisCrashTests
{
    private const int Texts = 60;
    private const int Kills = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_synthesis_that_is_killed_again_and_again_speaks_every_text_and_counts_it_once()
    {
        using var hub = await KillableHub.StartAsync("--Models:Warm", "false");
        var order = new
        {
            inputKind = "PlainText",
            synthesisConfig = new { voice = "en-US-JennyNeural" },
            inputs = Enumerable.Range(0, Texts).Select(i => new { content = Text(i) }),
            properties = new { wordBoundaryEnabled = true },
        };
        const string one = "/texttospeech/batchsyntheses/killed?api-version=2024-04-01";
        var made = await (await hub.ClientsAsync()).Data.CallAsync("PUT", one, order);
        Assert.Equal(201, (int)made.Status);

        // The first kill is as soon as it runs, so one at least is in the midst of the work however fast that is.
        var lives = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var state = await UntilAsync(hub, one, status => status != "NotStarted");
            if (kill > 0)
            {
                await Task.Delay(RandomNumberGenerator.GetInt32(1500), Cancel);
                state = await StateAsync(hub, one);
            }

            lives.Add((string)state["status"]!);
            await hub.CrashAsync();
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"at each kill: {string.Join(", ", lives)}");
        Assert.Equal("Running", lives[0]);
        var ended = await UntilAsync(hub, one, status => status is "Succeeded" or "Failed");
        Assert.True((string?)ended["status"] == "Succeeded", ended.ToJsonString());
        var characters = Enumerable.Range(0, Texts).Sum(i => Text(i).Length);
        Assert.Equal((Texts, characters), ((int)ended["properties"]!["succeededAudioCount"]!, (int)ended["properties"]!["billingDetails"]!["neuralCharacters"]!));

        var clients = await hub.ClientsAsync();
        using var zip = new ZipArchive(await clients.Data.GetStreamAsync(new Uri((string)ended["outputs"]!["result"]!).PathAndQuery, Cancel));
        Assert.Equal((2 * Texts) + 1, zip.Entries.Count);
        for (var i = 0; i < Texts; i++)
        {
            using var words = new StreamReader(zip.GetEntry($"{i + 1:0000}.word.json")!.Open());
            Assert.Equal(Text(i).TrimEnd('.').Split(' '), JsonNode.Parse(await words.ReadToEndAsync(Cancel))!.AsArray().Select(word => (string)word!["Text"]!));
            Assert.True(zip.GetEntry($"{i + 1:0000}.wav")!.Length > 10_000);
        }

        var rows = await clients.Management.CallAsync("GET", $"/subscriptions/{hub["subscriptionId"]}/providers/Atrium.Usage/rows?api-version=2026-11-01");
        var spoken = rows.Body["value"]!.AsArray().Where(row => (string?)row!["operation"] == "batchsyntheses").ToList();
        Assert.Equal((Texts, characters), (spoken.Count, spoken.Sum(row => (int)row!["tokensIn"]!)));
    }

    private static string Text(int number) => string.Join(' ', Enumerable.Repeat("again", (number % 7) + 3)) + ".";

    private static async Task<JsonObject> StateAsync(KillableHub hub, string path) => (await (await hub.ClientsAsync()).Data.CallAsync("GET", path)).Body;

    private static async Task<JsonObject> UntilAsync(KillableHub hub, string path, Func<string?, bool> isSo)
    {
        JsonObject state;
        while (!isSo((string?)(state = await StateAsync(hub, path))["status"]))
        {
            await Task.Delay(50, Cancel);
        }

        return state;
    }
}
