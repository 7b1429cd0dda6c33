using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Files;

/// <summary>The files API (OpenAI, <c>/files</c>).</summary>
internal sealed class FileCalls(FileStore files, Metering metering)
{
    public static readonly GatewayOperation Read = new("files.read", "files", ActionOf("read"), null);
    public static readonly GatewayOperation Write = new("files.write", "files", ActionOf("write"), null);
    public static readonly GatewayOperation Delete = new("files.delete", "files", ActionOf("delete"), null);
    private const int MostListed = 10_000;

    public async Task UploadAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var upload = await FileUpload.ReadAsync(call.Http.Request, files.NewIncoming(), cancellationToken);
        await AnswerAsync(call, await files.AddAsync(call.Owner, upload.Path, upload.Name, upload.Purpose, upload.ExpiresAfter, cancellationToken), cancellationToken);
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken) => await AnswerAsync(call, await FindAsync(call, cancellationToken), cancellationToken);

    public async Task ListAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var purpose = call.Http.Request.Query["purpose"].FirstOrDefault();
        var all = (await files.ListAsync(call.Owner, after: null, MostListed, cancellationToken)).Where(file => purpose is null || (string?)file["purpose"] == purpose).ToList();
        await AnswerAsync(call, ListPage.Of(call.Http.Request, all, MostListed, idPrefix: FileStore.Prefix), cancellationToken);
    }

    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var file = await FindAsync(call, cancellationToken);
        await files.RemoveAsync(call.Owner, (string)file["id"]!, cancellationToken);
        await AnswerAsync(call, new() { ["id"] = (string)file["id"]!, ["object"] = "file", ["deleted"] = true }, cancellationToken);
    }

    public async Task DownloadAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var file = await FindAsync(call, cancellationToken);
        await using var content = await files.OpenAsync((string)file["id"]!, cancellationToken);
        var response = call.Http.Response;
        response.ContentType = "application/octet-stream";
        response.ContentLength = (long)file["bytes"]!;
        response.Headers.ContentDisposition = new Microsoft.Net.Http.Headers.ContentDispositionHeaderValue("attachment") { FileNameStar = (string)file["filename"]! }.ToString();
        metering.Record(call, StatusCodes.Status200OK);
        await content.CopyToAsync(response.Body, cancellationToken);
    }

    private static string ActionOf(string verb) => $"Microsoft.CognitiveServices/accounts/OpenAI/files/{verb}";

    private async Task<JsonObject> FindAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var id = (string)call.Http.Request.RouteValues["file"]!;
        return await files.FindAsync(call.Owner, id, cancellationToken) ?? throw ApiException.NotFound("file_not_found", $"No such File object: {id}");
    }

    private Task AnswerAsync(GatewayCall call, JsonObject body, CancellationToken cancellationToken)
    {
        if (IsBeforeExpiry(call.Http.Request))
        {
            JsonNode?[] answered = body["data"] is JsonArray list ? [.. list] : [body];
            foreach (var file in answered)
            {
                file!.AsObject().Remove("expires_at");
            }
        }

        return metering.AnswerAsync(call, Metering.Json, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
    }

    /// <summary>The api-versions of 2024 know no <c>expires_at</c>, and their .NET client fails on a property it does not know.</summary>
    private static bool IsBeforeExpiry(HttpRequest request) =>
        request.Query["api-version"].ToString() is { Length: > 0 } version && string.CompareOrdinal(version, "2025") < 0;
}
