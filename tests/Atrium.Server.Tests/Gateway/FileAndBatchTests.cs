using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway;

public sealed class FileAndBatchTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string V1 = "/openai/v1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(V1, "")]
    [InlineData("/openai", "?api-version=2024-10-21")]
    public async Task A_file_is_uploaded_listed_read_and_deleted(string root, string version)
    {
        var content = Encoding.UTF8.GetBytes("{\"ä\":1}\n" + new string('x', 300_000));
        var made = await UploadAsync(content, "user_data", "späte liste.jsonl", $"{root}/files{version}");
        Assert.True(made.Status == HttpStatusCode.OK, made.ToString());
        Assert.Equal(("file", "user_data", "späte liste.jsonl", content.Length, "processed"),
            ((string?)made.Body["object"], (string?)made.Body["purpose"], (string?)made.Body["filename"], (int)made.Body["bytes"]!, (string?)made.Body["status"]));
        var one = $"{root}/files/{made.Body["id"]}";
        Assert.True(JsonNode.DeepEquals(made.Body, (await CallAsync("GET", one + version)).Body));
        Assert.Equal(content, await ContentAsync(one + "/content" + version));
        var listed = await CallAsync("GET", $"{root}/files{version}{(version.Length > 0 ? "&" : "?")}purpose=user_data");
        Assert.Contains(listed.Body["data"]!.AsArray(), f => (string?)f!["id"] == (string?)made.Body["id"]);
        Assert.True((bool)(await CallAsync("DELETE", one + version)).Body["deleted"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", one + version)).Status);
        Assert.False(File.Exists(Path.Combine(Folder, (string)made.Body["id"]!)));
    }

    [Fact]
    public async Task Lists_come_newest_first_in_pages()
    {
        var (_, key) = await scene.AddProjectAsync("files-pages");
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((string)(await UploadAsync([1], "user_data", $"{i}", key: key)).Body["id"]!);
        }

        var first = await CallAsync("GET", $"{V1}/files?limit=2", key);
        Assert.Equal([ids[4], ids[3]], first.Body["data"]!.AsArray().Select(f => (string?)f!["id"]));
        Assert.True((bool)first.Body["has_more"]!);
        var rest = await CallAsync("GET", $"{V1}/files?limit=3&after={ids[3]}", key);
        Assert.Equal([ids[2], ids[1], ids[0]], rest.Body["data"]!.AsArray().Select(f => (string?)f!["id"]));
        Assert.False((bool)rest.Body["has_more"]!);
        Assert.Equal(ids, (await CallAsync("GET", $"{V1}/files?order=asc", key)).Body["data"]!.AsArray().Select(f => (string?)f!["id"]));
        await CallAsync("DELETE", $"{V1}/files/{ids[3]}", key);
        Assert.Equal([ids[2], ids[1], ids[0]], (await CallAsync("GET", $"{V1}/files?after={ids[3]}", key)).Body["data"]!.AsArray().Select(f => (string?)f!["id"]));
        Assert.Equal([ids[4]], (await CallAsync("GET", $"{V1}/files?order=asc&after={ids[3]}", key)).Body["data"]!.AsArray().Select(f => (string?)f!["id"]));
        foreach (var (query, field) in ((string, string)[])[("limit=0", "limit"), ("order=up", "order"), ("after=file-1", "after"), ("before=file-1", "before")])
        {
            Assert.Equal(field, (string?)(await CallAsync("GET", $"{V1}/files?{query}", key)).Body["error"]!["param"]);
        }
    }

    [Fact]
    public async Task A_wrong_upload_is_refused_and_leaves_nothing()
    {
        var before = Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Length;
        Assert.Equal("purpose", (string?)(await UploadAsync([1], "nonsense", "a")).Body["error"]!["param"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.Hub.Client.CallAsync("POST", $"{V1}/files", new { purpose = "batch" }, ("api-key", scene.Key))).Status);
        using var cut = new ByteArrayContent("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf"u8.ToArray());
        cut.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync($"{V1}/files", cut)).Status);
        using var nameless = new MultipartFormDataContent { { new StringContent("batch"), "purpose" } };
        Assert.Equal("file", (string?)(await PostAsync($"{V1}/files", nameless)).Body["error"]!["param"]);
        Assert.Equal(before, Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task A_file_name_with_a_path_is_a_name_only()
    {
        var made = await UploadAsync([1, 2], "user_data", "../../etc/passwd");
        Assert.Equal("passwd", (string?)made.Body["filename"]);
        foreach (var id in (string[])["..%2f..%2fetc%2fpasswd", "file-..", $"file-{new string('0', 39)}/", "incoming"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", $"{V1}/files/{id}")).Status);
        }
    }

    [Fact]
    public async Task Files_whose_time_is_over_and_contents_without_a_row_are_swept()
    {
        var orphan = Path.Combine(Folder, "file-orphan");
        await File.WriteAllTextAsync(orphan, "x", Cancel);
        File.SetLastWriteTimeUtc(orphan, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1));
        var young = Path.Combine(Folder, "incoming", "young");
        await File.WriteAllTextAsync(young, "x", Cancel);
        var kept = (string)(await UploadAsync([1], "user_data", "kept")).Body["id"]!;
        File.SetLastWriteTimeUtc(Path.Combine(Folder, kept), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1));
        await scene.Hub.Services.GetRequiredService<FileSweep>().SweepAsync(Cancel);
        Assert.Equal((false, true, true), (File.Exists(orphan), File.Exists(young), File.Exists(Path.Combine(Folder, kept))));
        File.Delete(young);
    }

    [Fact]
    public async Task Another_projects_files_and_batches_are_as_if_they_did_not_exist()
    {
        var (_, key) = await scene.AddProjectAsync("files-one");
        var (_, other) = await scene.AddProjectAsync("files-two");
        var file = (string)(await UploadAsync(Line("a", "far"), "batch", "b.jsonl", key: key)).Body["id"]!;
        var batch = (string)(await BatchAsync(file, key)).Body["id"]!;
        foreach (var stranger in (string[])[other, scene.Key])
        {
            foreach (var (method, path) in ((string, string)[])[("GET", $"files/{file}"), ("GET", $"files/{file}/content"), ("DELETE", $"files/{file}"), ("GET", $"batches/{batch}"), ("POST", $"batches/{batch}/cancel")])
            {
                Assert.Equal((method, path, HttpStatusCode.NotFound), (method, path, (await CallAsync(method, $"{V1}/{path}", stranger)).Status));
            }

            foreach (var (list, id) in ((string, string)[])[("files", file), ("batches", batch)])
            {
                var seen = await CallAsync("GET", $"{V1}/{list}", stranger);
                Assert.Equal(HttpStatusCode.OK, seen.Status);
                Assert.DoesNotContain(id, seen.ToString(), StringComparison.Ordinal);
            }

            Assert.Equal(batch, (string?)Assert.Single((await CallAsync("GET", $"{V1}/batches", key)).Body["data"]!.AsArray())!["id"]);
            Assert.Equal("input_file_id", (string?)(await BatchAsync(file, stranger)).Body["error"]!["param"]);
        }
    }

    [Fact]
    public async Task A_batch_answers_every_line_once_good_and_bad()
    {
        await scene.AddStoriesAsync();
        var lines = Enumerable.Range(0, 12).Select(i => Encoding.UTF8.GetString(Line($"good-{i}", "stories"))).Append(Encoding.UTF8.GetString(Line("bad", "no-such-deployment")));
        var file = (string)(await UploadAsync(Encoding.UTF8.GetBytes(string.Concat(lines)), "batch", "b.jsonl")).Body["id"]!;
        var made = await BatchAsync(file);
        Assert.Equal(("batch", "validating", "24h", "a"), ((string?)made.Body["object"], (string?)made.Body["status"], (string?)made.Body["completion_window"], (string?)made.Body["metadata"]!["team"]));
        var ended = await EndAsync((string)made.Body["id"]!);
        Assert.True((string?)ended["status"] == "completed", ended.ToJsonString());
        Assert.Equal("""{"total":13,"completed":12,"failed":1}""", ended["request_counts"]!.ToJsonString());
        var output = await LinesAsync((string)ended["output_file_id"]!);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"good-{i}").Order(), output.Select(l => (string)l["custom_id"]!).Order());
        Assert.All(output, l => Assert.Equal((200, "chat.completion", 3), ((int)l["response"]!["status_code"]!, (string?)l["response"]!["body"]!["object"], (int)l["response"]!["body"]!["usage"]!["completion_tokens"]!)));
        var error = Assert.Single(await LinesAsync((string)ended["error_file_id"]!));
        Assert.Equal(("bad", 404, "DeploymentNotFound"), ((string?)error["custom_id"], (int)error["response"]!["status_code"]!, (string?)error["response"]!["body"]!["error"]!["code"]));
        var rows = await scene.UsageAsync("chat.completions");
        Assert.Equal(12, rows.Count(r => (string?)r!["model"] == "stories" && r.ToJsonString().Contains((string)made.Body["id"]!, StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Conflict, (await CallAsync("POST", $"{V1}/batches/{made.Body["id"]}/cancel")).Status);
    }

    [Fact]
    public async Task A_file_with_mistakes_fails_with_each_of_them()
    {
        var text = "not json\n" + Encoding.UTF8.GetString(Line("a", "far")) + Encoding.UTF8.GetString(Line("a", "far")) + """{"custom_id":"b","method":"GET","url":"/v1/chat/completions","body":{}}""" + "\n" + """{"custom_id":"c","method":"POST","url":"/v1/embeddings","body":{}}""" + "\n"
            + """{"custom_id":"d","method":"POST","url":"/chat/completions"}""" + "\n" + """{"custom_id":"e","method":"POST","url":"/v1/chat/completions","body":{"stream":true}}""";
        var file = (string)(await UploadAsync(Encoding.UTF8.GetBytes(text), "batch", "b.jsonl")).Body["id"]!;
        var ended = await EndAsync((string)(await BatchAsync(file)).Body["id"]!);
        Assert.Equal("failed", (string?)ended["status"]);
        Assert.Equal(
            [(1, "invalid_json_line"), (3, "duplicate_custom_id"), (4, "invalid_method"), (5, "mismatched_endpoint"), (6, "missing_required_parameter"), (7, "invalid_request")],
            ended["errors"]!["data"]!.AsArray().Select(e => ((int)e!["line"]!, (string)e["code"]!)));
    }

    [Fact]
    public async Task A_batch_that_is_cancelled_keeps_what_was_answered()
    {
        await scene.AddStoriesAsync();
        var lines = string.Concat(Enumerable.Range(0, 3000).Select(i => Encoding.UTF8.GetString(Line($"l{i}", "stories", tokens: 40))));
        var file = (string)(await UploadAsync(Encoding.UTF8.GetBytes(lines), "batch", "b.jsonl")).Body["id"]!;
        var batch = (string)(await BatchAsync(file)).Body["id"]!;
        await UntilAsync(async () => (int)(await CallAsync("GET", $"{V1}/batches/{batch}")).Body["request_counts"]!["completed"]! > 0);

        Assert.Equal("cancelling", (string?)(await CallAsync("POST", $"{V1}/batches/{batch}/cancel")).Body["status"]);
        var ended = await EndAsync(batch);
        Assert.Equal("cancelled", (string?)ended["status"]);
        var answered = (await LinesAsync((string)ended["output_file_id"]!)).Select(l => (string)l["custom_id"]!).ToList();
        Assert.Equal(((int)ended["request_counts"]!["completed"]!, answered.Count), (answered.Count, answered.Distinct().Count()));
        Assert.InRange(answered.Count, 1, 2999);
    }

    [Fact]
    public async Task Batches_have_a_quota_of_their_own_for_each_owner()
    {
        await scene.AddStoriesAsync();
        var (_, key) = await scene.AddProjectAsync("batch-quota");
        var (_, other) = await scene.AddProjectAsync("batch-quota-other");
        var first = await BeginAsync(3000, key);
        var second = await BeginAsync(OpenAiScene.MostBatchRequests - 100, key);
        var refused = await EndAsync(second, key);
        Assert.Equal(("failed", "request_limit_exceeded"), ((string?)refused["status"], (string?)refused["errors"]!["data"]![0]!["code"]));
        Assert.Contains($"{OpenAiScene.MostBatchRequests}", (string?)refused["errors"]!["data"]![0]!["message"], StringComparison.Ordinal);

        // Others have theirs, and whoever has ended gives his back.
        await CancelAsync(await BeginAsync(OpenAiScene.MostBatchRequests - 100, other), other);
        await CancelAsync(first, key);
        await CancelAsync(await BeginAsync(OpenAiScene.MostBatchRequests - 100, key), key);
        Assert.Equal("failed", (string?)(await EndAsync(await BeginAsync(OpenAiScene.MostBatchRequests + 1, key), key))["status"]);

        async Task<string> BeginAsync(int lines, string of)
        {
            var file = string.Concat(Enumerable.Range(0, lines).Select(i => Encoding.UTF8.GetString(Line($"l{i}", "stories", tokens: 40))));
            var batch = (string)(await BatchAsync((string)(await UploadAsync(Encoding.UTF8.GetBytes(file), "batch", "b.jsonl", key: of)).Body["id"]!, of)).Body["id"]!;
            await Waits.UntilAsync(async () => (string?)(await CallAsync("GET", $"{V1}/batches/{batch}", of)).Body["status"] != "validating");
            return batch;
        }

        async Task CancelAsync(string batch, string of)
        {
            Assert.Equal("cancelling", (string?)(await CallAsync("POST", $"{V1}/batches/{batch}/cancel", of)).Body["status"]);
            Assert.Equal("cancelled", (string?)(await EndAsync(batch, of))["status"]);
        }
    }

    [Theory]
    [InlineData("""{"endpoint":"/v1/chat/completions","completion_window":"24h"}""", "input_file_id")]
    [InlineData("""{"input_file_id":"FILE","endpoint":"/v1/images","completion_window":"24h"}""", "endpoint")]
    [InlineData("""{"input_file_id":"FILE","endpoint":"/v1/embeddings","completion_window":"1h"}""", "completion_window")]
    [InlineData("""{"input_file_id":"OTHER","endpoint":"/v1/embeddings","completion_window":"24h"}""", "input_file_id")]
    [InlineData("""{"input_file_id":"FILE","endpoint":"/v1/embeddings","completion_window":"24h","metadata":{"a":1}}""", "metadata")]
    [InlineData("""{"input_file_id":"FILE","endpoint":"/v1/embeddings","completion_window":"24h","output_folder":{"url":"x"}}""", "output_folder")]
    [InlineData("""{"input_file_id":"FILE","endpoint":"/v1/embeddings","completion_window":"24h","output_expires_after":{"anchor":"created_at","seconds":60}}""", "output_expires_after")]
    [InlineData("""{"input_file_id":"FILE","endpoint":"/v1/embeddings","completion_window":"24h","output_expires_after":{"seconds":7200}}""", "output_expires_after")]
    public async Task A_wrong_batch_is_told_with_its_field(string body, string field)
    {
        var file = (string)(await UploadAsync(Line("a", "far"), "batch", "b.jsonl")).Body["id"]!;
        var other = (string)(await UploadAsync(Line("a", "far"), "user_data", "b.jsonl")).Body["id"]!;
        var refused = await scene.PostAsync($"{V1}/batches", body.Replace("FILE", file, StringComparison.Ordinal).Replace("OTHER", other, StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused.Body["error"]!["param"]));
    }

    [Fact]
    public async Task Hostile_files_of_lines_fail_with_the_line_and_hold_no_more_than_a_line()
    {
        var right = Line("a", "far");
        var deep = $"{{\"custom_id\":\"d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{string.Concat(Enumerable.Repeat("{\"a\":", 5000))}1{new string('}', 5000)}}}\n";
        (byte[] File, int Line)[] files =
        [
            ([.. right, .. "{\"custom_id\":\"\\ud800\",\"method\":\"POST\"}\n"u8], 2),
            ([.. right, 0xFF, 0xFE, (byte)'\n'], 2),
            ([.. right, .. Encoding.UTF8.GetBytes(deep)], 2),
            ([.. right, .. Enumerable.Repeat((byte)'x', 48 << 20), (byte)'\n', .. "[]\n"u8], 2),
            ([.. Enumerable.Repeat((byte)0, 40 << 20)], 1),
        ];
        foreach (var (file, line) in files)
        {
            var id = (string)(await UploadAsync(file, "batch", "b.jsonl")).Body["id"]!;
            var ended = await EndAsync((string)(await BatchAsync(id)).Body["id"]!);
            Assert.True((string?)ended["status"] == "failed", ended.ToJsonString());
            Assert.Equal(("invalid_json_line", line), ((string?)ended["errors"]!["data"]![0]!["code"], (int)ended["errors"]!["data"]![0]!["line"]!));
        }

        byte[] marked = [0xEF, 0xBB, 0xBF, .. right[..^1], (byte)'\r', (byte)'\n', .. Line("b", "far")[..^1]];
        scene.Upstream.Says = ["""{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""];
        var whole = await EndAsync((string)(await BatchAsync((string)(await UploadAsync(marked, "batch", "b.jsonl")).Body["id"]!)).Body["id"]!);
        Assert.Equal(("completed", 2), ((string?)whole["status"], (int)whole["request_counts"]!["completed"]!));
    }

    [Theory]
    [InlineData("multipart/form-data", "")]
    [InlineData("multipart/form-data; boundary=LONG", "--LONG\r\n")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhello")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nHEADERS\r\n--x--")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nVALUE\r\n--x--")]
    [InlineData("multipart/form-data; boundary=x", "MANY--x--")]
    [InlineData("multipart/form-data; boundary=x", "no form at all")]
    [InlineData("application/x-www-form-urlencoded", "purpose=batch")]
    public async Task A_form_that_is_none_is_refused(string type, string body)
    {
        var text = body.Replace("LONG", new string('b', 5000), StringComparison.Ordinal).Replace("VALUE", new string('v', 100_000), StringComparison.Ordinal)
            .Replace("HEADERS", string.Concat(Enumerable.Range(0, 2000).Select(i => $"X-{i}: {i}\r\n")), StringComparison.Ordinal)
            .Replace("MANY", string.Concat(Enumerable.Range(0, 5000).Select(i => $"--x\r\nContent-Disposition: form-data; name=\"n{i}\"\r\n\r\n1\r\n")), StringComparison.Ordinal);
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", type.Replace("LONG", new string('b', 5000), StringComparison.Ordinal));
        var refused = await PostAsync($"{V1}/files", content);
        Assert.True(refused.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType, refused.ToString());
    }

    private string Folder => Path.Combine(scene.Hub.Data, "files");

    private static byte[] Line(string id, string model, int tokens = 3) => [.. JsonSerializer.SerializeToUtf8Bytes(new
    {
        custom_id = id, method = "POST", url = "/v1/chat/completions", body = new { model, messages = new[] { new { role = "user", content = "Once upon a time" } }, max_tokens = tokens },
    }), (byte)'\n'];

    private Task<Answer> BatchAsync(string file, string? key = null) =>
        scene.PostAsync($"{V1}/batches", new { input_file_id = file, endpoint = "/v1/chat/completions", completion_window = "24h", metadata = new { team = "a" } }, key);

    private async Task<Answer> UploadAsync(byte[] content, string purpose, string name, string path = $"{V1}/files", string? key = null)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", name }, { new StringContent(purpose), "purpose" } };
        return await PostAsync(path, form, key);
    }

    private async Task<Answer> PostAsync(string path, HttpContent content, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { { "api-key", key ?? scene.Key } } };
        return await Answer.ReadAsync(await scene.Hub.Client.SendAsync(request, Cancel));
    }

    private Task<Answer> CallAsync(string method, string path, string? key = null) => scene.Hub.Client.CallAsync(method, path, null, ("api-key", key ?? scene.Key));

    private async Task<byte[]> ContentAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "api-key", scene.Key } } };
        using var answer = await scene.Hub.Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync(Cancel);
    }

    private async Task<List<JsonNode>> LinesAsync(string file) =>
        [.. Encoding.UTF8.GetString(await ContentAsync($"{V1}/files/{file}/content")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private Task<JsonObject> EndAsync(string batch, string? key = null) =>
        UntilAsync(async () => (await CallAsync("GET", $"{V1}/batches/{batch}", key)).Body, now => (string?)now["status"] is "completed" or "failed" or "cancelled" or "expired");
}
