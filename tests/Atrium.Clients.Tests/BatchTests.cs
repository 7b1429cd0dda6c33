#pragma warning disable OPENAI001 // The batch client is published as a preview.
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using Azure.AI.OpenAI;
using OpenAI;
using OpenAI.Files;

namespace Atrium.Clients.Tests;

/// <summary>Files and batches by OpenAI and Azure.AI.OpenAI.</summary>
public sealed class BatchTests(Hub hub)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("openai")]
    [InlineData("azure")]
    public async Task A_file_that_expires_is_read_like_another(string dialect)
    {
        var files = Client(dialect).GetOpenAIFileClient();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("batch"), "purpose" },
            { new StringContent("created_at"), "expires_after[anchor]" },
            { new StringContent("3600"), "expires_after[seconds]" },
            { new ByteArrayContent([1, 2, 3]), "file", "short.jsonl" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, hub["endpoint"] + "/openai/v1/files") { Content = form, Headers = { { "api-key", hub["apiKey"] } } };
        using var answer = await hub.Http.SendAsync(request, Cancel);
        var made = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.NotNull(made["expires_at"]);
        Assert.Equal("short.jsonl", (await files.GetFileAsync((string)made["id"]!, Cancel)).Value.Filename);
        Assert.Contains((string)made["id"]!, (await files.GetFilesAsync(Cancel)).Value.Select(f => f.Id));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("azure")]
    public async Task A_file_is_uploaded_listed_read_and_deleted(string dialect)
    {
        var files = Client(dialect).GetOpenAIFileClient();
        var file = (await files.UploadFileAsync(BinaryData.FromString("hello"), "hello.jsonl", FileUploadPurpose.Batch)).Value;
        Assert.Equal(("hello.jsonl", 5), (file.Filename, file.SizeInBytes));
        Assert.Equal("hello.jsonl", (await files.GetFileAsync(file.Id, Cancel)).Value.Filename);
        Assert.Equal("hello", (await files.DownloadFileAsync(file.Id, Cancel)).Value.ToString());
        Assert.Contains(file.Id, (await files.GetFilesAsync(Cancel)).Value.Select(f => f.Id));
        Assert.True((await files.DeleteFileAsync(file.Id, Cancel)).Value.Deleted);
        var gone = await Assert.ThrowsAsync<ClientResultException>(() => files.GetFileAsync(file.Id, Cancel));
        Assert.Equal(404, gone.Status);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("azure")]
    public async Task A_batch_answers_every_line_once(string dialect)
    {
        var (files, batches) = (Client(dialect).GetOpenAIFileClient(), Client(dialect).GetBatchClient());
        var lines = string.Join('\n', "abc".Select(id => $$"""{"custom_id":"{{id}}","method":"POST","url":"/v1/embeddings","body":{"model":"embeddings","input":"sentence {{id}}"} }"""));
        var input = (await files.UploadFileAsync(BinaryData.FromString(lines), "in.jsonl", FileUploadPurpose.Batch)).Value;
        using var content = BinaryContent.Create(BinaryData.FromObjectAsJson(new { input_file_id = input.Id, endpoint = "/v1/embeddings", completion_window = "24h" }));
        var made = await batches.CreateBatchAsync(content, waitUntilCompleted: true, new RequestOptions { CancellationToken = Cancel });
        var batch = JsonNode.Parse(made.GetRawResponse().Content.ToString())!;
        Assert.Equal("completed", (string?)batch["status"]);
        var output = (await files.DownloadFileAsync((string)batch["output_file_id"]!, Cancel)).Value.ToString();
        Assert.Equal(["a", "b", "c"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (string)JsonNode.Parse(line)!["custom_id"]!).Order());
    }

    private OpenAIClient Client(string dialect)
    {
        var key = new ApiKeyCredential(hub["apiKey"]);
        return dialect == "openai" ? new OpenAIClient(key, new() { Endpoint = new(hub["endpoint"] + "/openai/v1") }) : new AzureOpenAIClient(new(hub["endpoint"]), key);
    }
}
