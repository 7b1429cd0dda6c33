using System.Net;
using System.Security.Cryptography;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Gateway;

/// <summary>Files of the OpenAI API that come in parts.</summary>
public sealed class UploadTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string V1 = "/openai/v1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parts_that_come_at_once_are_put_together_in_the_order_that_is_named()
    {
        var content = RandomNumberGenerator.GetBytes(300_001);
        byte[][] pieces = [content[..100_000], content[100_000..250_000], content[250_000..]];
#pragma warning disable CA5351 // The protocol's checksum.
        var sum = Convert.ToHexString(MD5.HashData(content));
#pragma warning restore CA5351
        var upload = await BeginAsync(content.Length, expires: new { anchor = "created_at", seconds = 3600 });
        var parts = await Task.WhenAll(pieces.Select(piece => PartAsync(upload, piece)));
        var done = await CallAsync("POST", $"{V1}/uploads/{upload}/complete", new { part_ids = parts, md5 = sum });
        Assert.True(done.Status == HttpStatusCode.OK, done.ToString());
        Assert.Equal(("completed", "späte liste.jsonl", content.Length), ((string?)done.Body["status"], (string?)done.Body["file"]!["filename"], (int)done.Body["file"]!["bytes"]!));
        var file = $"{V1}/files/{done.Body["file"]!["id"]}";
        Assert.Equal(3600, (long)(await CallAsync("GET", file)).Body["expires_at"]! - (long)done.Body["file"]!["created_at"]!);
        using var request = new HttpRequestMessage(HttpMethod.Get, file + "/content") { Headers = { { "api-key", scene.Key } } };
        using var answer = await scene.Hub.Client.SendAsync(request, Cancel);
        Assert.Equal(content, await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Empty(Incoming(upload));
        Assert.Equal("invalid_upload_status", (await CallAsync("POST", $"{V1}/uploads/{upload}/complete", new { part_ids = parts })).ErrorCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostPartAsync(upload, [1])).Status);
    }

    [Fact]
    public async Task What_is_not_as_it_was_announced_makes_no_file_and_the_upload_goes_on()
    {
        var upload = await BeginAsync(4);
        string first = await PartAsync(upload, [1, 2]), second = await PartAsync(upload, [3, 4]), third = await PartAsync(upload, [5]);
        foreach (var (body, field) in ((object, string)[])
        [
            (new { part_ids = new[] { first } }, "part_ids"), (new { part_ids = new[] { first, second, third } }, "part_ids"), (new { part_ids = new[] { first, first } }, "part_ids[1]"),
            (new { part_ids = new[] { first, "part_x" } }, "part_ids[1]"), (new { part_ids = Array.Empty<string>() }, "part_ids"), (new { }, "part_ids"),
            (new { part_ids = new[] { first, second }, md5 = "00" }, "md5"), (new { part_ids = new[] { first, second }, sha = "00" }, "sha"),
        ])
        {
            var refused = await CallAsync("POST", $"{V1}/uploads/{upload}/complete", body);
            Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused.Body["error"]!["param"]));
        }

        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CallAsync("POST", $"{V1}/uploads/{upload}/complete", new { part_ids = new[] { second, first } })));
        var made = Assert.Single(both, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(both.Where(answer => answer != made), answer => Assert.True(answer.Status is HttpStatusCode.Conflict or HttpStatusCode.BadRequest, answer.ToString()));
        var files = (await CallAsync("GET", $"{V1}/files")).Body["data"]!.AsArray();
        Assert.Single(files, file => (string?)file!["filename"] == (string?)made.Body["filename"] && (int)file["bytes"]! == 4);
    }

    [Fact]
    public async Task One_that_is_cancelled_is_over_and_of_nobody_elses()
    {
        var (_, key) = await scene.AddProjectAsync($"upload-{Guid.NewGuid():N}"[..20]);
        var upload = await BeginAsync(4);
        var part = await PartAsync(upload, [1, 2, 3, 4]);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("POST", $"{V1}/uploads/{upload}/complete", new { part_ids = new[] { part } }, key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("POST", $"{V1}/uploads/{upload}/cancel", key: key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostPartAsync(upload, [1], key)).Status);
        Assert.Equal("cancelled", (string?)(await CallAsync("POST", $"{V1}/uploads/{upload}/cancel")).Body["status"]);
        Assert.Empty(Incoming(upload));
        Assert.Equal("invalid_upload_status", (await CallAsync("POST", $"{V1}/uploads/{upload}/complete", new { part_ids = new[] { part } })).ErrorCode);
        Assert.Equal("upload_not_found", (await CallAsync("POST", $"{V1}/uploads/upload_1/cancel")).ErrorCode);
    }

    [Theory]
    [InlineData("""{"purpose":"batch","bytes":1,"mime_type":"a/b"}""", "filename")]
    [InlineData("""{"filename":"a","purpose":"none","bytes":1,"mime_type":"a/b"}""", "purpose")]
    [InlineData("""{"filename":"a","purpose":"batch","bytes":0,"mime_type":"a/b"}""", "bytes")]
    [InlineData("""{"filename":"a","purpose":"batch","bytes":9000000000,"mime_type":"a/b"}""", "bytes")]
    [InlineData("""{"filename":"a","purpose":"batch","bytes":"1","mime_type":"a/b"}""", "bytes")]
    [InlineData("""{"filename":"a","purpose":"batch","bytes":1}""", "mime_type")]
    [InlineData("""{"filename":"a","purpose":"batch","bytes":1,"mime_type":"a/b","expires_after":{"anchor":"now","seconds":3600}}""", "expires_after")]
    [InlineData("""{"filename":"a","purpose":"batch","bytes":1,"mime_type":"a/b","parts":2}""", "parts")]
    public async Task A_wrong_upload_is_refused_with_its_field(string body, string field)
    {
        var refused = await CallAsync("POST", $"{V1}/uploads", body);
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused.Body["error"]!["param"]));
    }

    [Fact]
    public async Task A_part_without_bytes_of_its_own_leaves_nothing()
    {
        var upload = await BeginAsync(4);
        using var form = new MultipartFormDataContent { { new StringContent("x"), "other" } };
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync($"{V1}/uploads/{upload}/parts", form)).Status);
        using var more = new MultipartFormDataContent { { new ByteArrayContent([1]), "data", "a" }, { new StringContent("x"), "other" } };
        Assert.Equal("other", (string?)(await SendAsync($"{V1}/uploads/{upload}/parts", more)).Body["error"]!["param"]);
        Assert.Empty(Incoming(upload));
    }

    private string[] Incoming(string upload) => Directory.GetFiles(scene.Hub.Services.GetRequiredService<FileStore>().Incoming, upload + "*");

    private async Task<string> BeginAsync(long bytes, object? expires = null)
    {
        var begun = await CallAsync("POST", $"{V1}/uploads", new { filename = "späte liste.jsonl", purpose = "user_data", bytes, mime_type = "text/jsonl", expires_after = expires });
        Assert.Equal((HttpStatusCode.OK, "pending"), (begun.Status, (string?)begun.Body["status"]));
        return (string)begun.Body["id"]!;
    }

    private async Task<string> PartAsync(string upload, byte[] bytes)
    {
        var part = await PostPartAsync(upload, bytes);
        Assert.Equal((HttpStatusCode.OK, upload), (part.Status, (string?)part.Body["upload_id"]));
        return (string)part.Body["id"]!;
    }

    private async Task<Answer> PostPartAsync(string upload, byte[] bytes, string? key = null)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), "data", "blob" } };
        return await SendAsync($"{V1}/uploads/{upload}/parts", form, key);
    }

    private async Task<Answer> SendAsync(string path, HttpContent content, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { { "api-key", key ?? scene.Key } } };
        return await Answer.ReadAsync(await scene.Hub.Client.SendAsync(request, Cancel));
    }

    private Task<Answer> CallAsync(string method, string path, object? body = null, string? key = null) => scene.Hub.Client.CallAsync(method, path, body, ("api-key", key ?? scene.Key));
}
