using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Gateway.Speech.Hearing;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atrium.Server.Tests.Crash;

/// <summary>kill -9 of the server in the midst of a batch transcription: it goes on where it stood, and every file is heard and counted once.</summary>
public sealed class TranscriptionCrashTests
{
    private const int Files = 24;
    private const int Kills = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_transcription_that_is_killed_again_and_again_hears_every_file_and_counts_it_once(bool tellsSpeakers)
    {
        await using var web = Web();
        await web.StartAsync(Cancel);
        var address = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var hub = await KillableHub.StartAsync("--Network:AllowedPrivateRanges:0", "127.0.0.1/32", "--Models:Warm", "false");
        var order = new { contentUrls = Enumerable.Range(0, Files).Select(i => $"{address}/{i}.wav"), locale = "en-US", displayName = "Many", properties = new { diarizationEnabled = tellsSpeakers } };
        var made = await (await hub.ClientsAsync()).Data.CallAsync("POST", "/speechtotext/v3.2/transcriptions", order);
        Assert.Equal(201, (int)made.Status);
        var path = new Uri((string)made.Body["self"]!).AbsolutePath;
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(500 + RandomNumberGenerator.GetInt32(1500), Cancel);
            await hub.CrashAsync();
        }

        JsonObject ended;
        while ((string?)(ended = (await (await hub.ClientsAsync()).Data.CallAsync("GET", path)).Body)["status"] is not ("Succeeded" or "Failed"))
        {
            await Task.Delay(200, Cancel);
        }

        Assert.True((string?)ended["status"] == "Succeeded", ended.ToJsonString());
        var clients = await hub.ClientsAsync();
        var files = (await clients.Data.CallAsync("GET", path + "/files")).Body["values"]!.AsArray();
        Assert.Equal(Enumerable.Range(0, Files).Select(i => $"contenturl_{i}.json"), files.Take(Files).Select(f => (string)f!["name"]!));
        foreach (var file in files.Take(Files))
        {
            var content = new Uri((string)file!["links"]!["contentUrl"]!);
            var result = JsonNode.Parse(await clients.Data.GetStringAsync(content.PathAndQuery, Cancel))!;
            Assert.Equal("he might even have been made amiable himself", (string?)result["combinedRecognizedPhrases"]![0]!["lexical"]);
            Assert.Equal(tellsSpeakers ? 1 : null, (int?)result["recognizedPhrases"]![0]!["speaker"]);
        }

        var rows = await clients.Management.CallAsync("GET", $"/subscriptions/{hub["subscriptionId"]}/providers/Atrium.Usage/rows?api-version=2026-11-01");
        Assert.Equal(Files, rows.Body["value"]!.AsArray().Count(row => (string?)row!["operation"] == "transcriptions"));
    }

    private static WebApplication Web()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/{name}", () => Results.Bytes(HearingScene.Amiable, "audio/wav"));
        return app;
    }
}
