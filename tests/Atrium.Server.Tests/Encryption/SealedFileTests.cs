using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Encryption;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Encryption;

/// <summary>Files of the OpenAI API in a hub with a customer's key.</summary>
public sealed class SealedFileTests : IAsyncLifetime
{
    private const string Mark = "only the owner of the file reads this";
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Mark + "; ", 10_000)));
    private EncryptionScene scene = null!;
    private string customerKey = "";
    private string key = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        scene = await EncryptionScene.MakeAsync();
        customerKey = await scene.NewKeyAsync("k");
        await scene.NewProjectAsync(await scene.NewHubAsync("team", customerKey), "one");
        key = (string)(await scene.Owner.CallAsync("POST", $"{scene.WorkspaceId("one")}/listApiKeys{EncryptionScene.Ml}")).Body["key1"]!;
    }

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task A_file_lies_encrypted_and_is_read_as_it_came_and_goes_with_its_deletion()
    {
        var file = await UploadAsync(Content, key);
        Assert.Equal(Content.Length, (int)file["bytes"]!);
        Assert.False(scene.IsOnDisk(Mark));
        Assert.Equal(Content, await ReadAsync(file));
        await scene.Server.Services.GetRequiredService<FileSweep>().SweepAsync(Cancel);
        Assert.Equal(Content, await ReadAsync(file));
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("DELETE", $"files/{file["id"]}")).Status);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(scene.Server.Data, "files"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_customers_key_that_is_taken_away_stops_files_too_and_an_upload_leaves_nothing()
    {
        var file = await UploadAsync(Content, key);
        await scene.EnableAsync(customerKey, enabled: false);
        scene.Clock.Now += HubKey.Relied;
        var read = await CallAsync("GET", $"files/{file["id"]}/content");
        Assert.Equal((HttpStatusCode.Forbidden, KeyRefusals.Code), (read.Status, read.ErrorCode));
        var before = Directory.GetFiles(Path.Combine(scene.Server.Data, "files"), "*", SearchOption.AllDirectories);
        var written = await SendAsync(Encoding.UTF8.GetBytes("refused words"), key);
        Assert.Equal((HttpStatusCode.Forbidden, KeyRefusals.Code), (written.Status, written.ErrorCode));
        Assert.Equal(before, Directory.GetFiles(Path.Combine(scene.Server.Data, "files"), "*", SearchOption.AllDirectories));
        await scene.EnableAsync(customerKey, enabled: true);
        scene.Clock.Now += HubKey.Relied;
        Assert.Equal(Content, await ReadAsync(file));
    }

    [Fact]
    public async Task A_batch_reads_and_writes_encrypted_files_and_leaves_its_answers_nowhere_else()
    {
        var model = new { sku = new { name = "Standard", capacity = 1 }, properties = new { model = new { format = "Atrium", name = "atrium-quote", version = "1" } } };
        var deployed = await scene.Owner.CallAsync("PUT", $"{scene.WorkspaceId("one")}/deployments/quote{EncryptionScene.Ml}", model);
        Assert.True(deployed.Status is HttpStatusCode.Created or HttpStatusCode.OK, deployed.ToString());
        var line = JsonSerializer.Serialize(new { custom_id = "a", method = "POST", url = "/v1/chat/completions", body = new { model = "quote", messages = new[] { new { role = "user", content = Mark + ". Who reads this?" } } } });
        var input = await UploadAsync(Encoding.UTF8.GetBytes(line + "\n"), key, "batch");
        var batch = await scene.Server.Client.CallAsync("POST", "/openai/v1/batches", new { input_file_id = (string)input["id"]!, endpoint = "/v1/chat/completions", completion_window = "24h" }, ("api-key", key));
        Assert.True(batch.Status == HttpStatusCode.OK, batch.ToString());
        var ended = batch.Body;
        for (var i = 0; (string?)ended["status"] is not ("completed" or "failed"); i++)
        {
            Assert.True(i < 3000, ended.ToJsonString());
            await Task.Delay(20, Cancel);
            ended = (await CallAsync("GET", $"batches/{batch.Body["id"]}")).Body;
        }

        Assert.Equal("completed", (string?)ended["status"]);
        Assert.Contains(Mark, Encoding.UTF8.GetString(await ContentAsync((string)ended["output_file_id"]!)), StringComparison.Ordinal);
        for (var i = 0; scene.IsOnDisk(Mark); i++)
        {
            Assert.True(i < 3000, "The answers still lie in the folder of the batch.");
            await Task.Delay(20, Cancel);
        }
    }

    private async Task<JsonNode> UploadAsync(byte[] content, string apiKey, string purpose = "user_data")
    {
        var made = await SendAsync(content, apiKey, purpose);
        Assert.True(made.Status == HttpStatusCode.OK, made.ToString());
        return made.Body;
    }

    private async Task<Answer> SendAsync(byte[] content, string apiKey, string purpose = "user_data")
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "a.jsonl" }, { new StringContent(purpose), "purpose" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/openai/v1/files") { Content = form, Headers = { { "api-key", apiKey } } };
        return await Answer.ReadAsync(await scene.Server.Client.SendAsync(request, Cancel));
    }

    private Task<byte[]> ReadAsync(JsonNode file) => ContentAsync((string)file["id"]!);

    private async Task<byte[]> ContentAsync(string file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/openai/v1/files/{file}/content") { Headers = { { "api-key", key } } };
        using var answer = await scene.Server.Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync(Cancel);
    }

    private Task<Answer> CallAsync(string method, string path) => scene.Server.Client.CallAsync(method, $"/openai/v1/{path}", null, ("api-key", key));
}
