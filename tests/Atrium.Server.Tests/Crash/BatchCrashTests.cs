using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Crash;

/// <summary>kill -9 of the server in the midst of a batch: it goes on where it stood, and every line is in the output exactly once.</summary>
public sealed class BatchCrashTests
{
    private const int Lines = 1200;
    private const int Kills = 4;
    private const int LongestPause = 700;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_that_is_killed_again_and_again_answers_every_line_once()
    {
        using var hub = await KillableHub.StartAsync();
        var input = string.Concat(Enumerable.Range(0, Lines).Select(i => JsonSerializer.Serialize(new
        {
            custom_id = $"line-{i}", method = "POST", url = "/v1/embeddings", body = new { model = "embeddings", input = $"This is sentence number {i} of many." },
        }) + "\n"));
        var clients = await hub.ClientsAsync();
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(input)), "file", "input.jsonl" } };
        var file = await Answer.ReadAsync(await clients.Data.PostAsync(new Uri("/openai/v1/files", UriKind.Relative), form, Cancel));
        var made = await clients.Data.CallAsync("POST", "/openai/v1/batches", new { input_file_id = (string)file.Body["id"]!, endpoint = "/v1/embeddings", completion_window = "24h" });
        var batch = (string)made.Body["id"]!;

        var seen = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(RandomNumberGenerator.GetInt32(LongestPause), Cancel);
            seen.Add((string)(await StateAsync(hub, batch))["request_counts"]!.ToJsonString());
            await hub.CrashAsync();
        }

        JsonObject ended;
        while ((string?)(ended = await StateAsync(hub, batch))["status"] is not ("completed" or "failed" or "cancelled" or "expired"))
        {
            await Task.Delay(200, Cancel);
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', seen));
        Assert.True((string?)ended["status"] == "completed", ended.ToJsonString());
        clients = await hub.ClientsAsync();
        var output = await clients.Data.GetStringAsync(new Uri($"/openai/v1/files/{ended["output_file_id"]}/content", UriKind.Relative), Cancel);
        var ids = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (string)JsonNode.Parse(line)!["custom_id"]!).ToList();
        Assert.Equal(Lines, ids.Count);
        Assert.Equal(Enumerable.Range(0, Lines).Select(i => $"line-{i}").Order(), ids.Order());
        Assert.Null(ended["error_file_id"]);
    }

    private static async Task<JsonObject> StateAsync(KillableHub hub, string batch) => (await (await hub.ClientsAsync()).Data.CallAsync("GET", $"/openai/v1/batches/{batch}")).Body;
}
