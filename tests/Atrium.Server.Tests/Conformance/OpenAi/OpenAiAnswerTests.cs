using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Gateway;

namespace Atrium.Server.Tests.Conformance.OpenAi;

/// <summary>Answers of the OpenAI API, whole and in events, have the published shape by each engine that makes them here.</summary>
public sealed class OpenAiAnswerTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string Stories = "stories";
    private const string Quote = "quote";
    private const string Facts = "It is blue. What is blue?";
    private static readonly object[] Asked = [new { role = "system", content = "The office opens at nine." }, new { role = "user", content = "When does the office open?" }];
    private static readonly object Days = new { type = "object", properties = new { days = new { type = "integer", minimum = 1, maximum = 7 } }, required = new[] { "days" } };
    private static readonly object[] ChatTools = [new { type = "function", function = new { name = "get_weather", parameters = Days } }];
    private static readonly object[] ResponseTools = [new { type = "function", name = "get_weather", parameters = Days }];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SchemaJudge Judge => field ??= new(scene.Hub.Client, scene.Key);

    public static TheoryData<string, string> Chats => new()
    {
        { Quote, """{}""" },
        { Stories, """{"max_tokens":5}""" },
        { Stories, """{"max_tokens":3,"n":2,"logprobs":true,"top_logprobs":2}""" },
        { Stories, """{"max_tokens":8,"seed":1,"stop":["a"],"stream_options":{"include_usage":true}}""" },
        { Stories, """{"max_tokens":90,"tools":TOOLS,"tool_choice":"required"}""" },
        { Stories, """{"max_tokens":40,"response_format":{"type":"json_object"}}""" },
    };

    public static TheoryData<string, string> Responses => new()
    {
        { Quote, """{"instructions":"Be nice.","user":"u","store":false}""" },
        { Quote, """{"background":true}""" },
        { Stories, """{"max_output_tokens":16,"metadata":{"a":"b"},"temperature":0.5,"top_p":0.5,"top_logprobs":2,"include":["message.output_text.logprobs"]}""" },
        { Stories, """{"max_output_tokens":20,"text":{"format":{"type":"json_object"}}}""" },
        { Stories, """{"max_output_tokens":90,"tools":TOOLS,"tool_choice":"required"}""" },
    };

    [Theory]
    [MemberData(nameof(Chats))]
    public async Task Chat(string model, string more)
    {
        var body = await BodyAsync(model, more, ChatTools);
        body["messages"] = JsonSerializer.SerializeToNode(Asked);
        await Judge.StreamAsync("/chat/completions", body, "CreateChatCompletionStreamResponse");
        body.Remove("stream_options");
        await Judge.CallAsync("post", "/chat/completions", body);
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public async Task Response(string model, string more)
    {
        var body = await BodyAsync(model, more, ResponseTools);
        body["input"] = Facts;
        await Judge.StreamAsync("/responses", body, "ResponseStreamEvent");
        var made = await Judge.CallAsync("post", "/responses", body);
        if (body["store"] is null)
        {
            await Judge.CallAsync("get", "/responses/{response_id}", path: $"/responses/{made["id"]}");
            await Judge.CallAsync("get", "/responses/{response_id}/input_items", path: $"/responses/{made["id"]}/input_items");
        }
    }

    [Fact]
    public async Task Items_of_every_kind_in_a_response_and_in_a_conversation()
    {
        object[] items =
        [
            new { role = "user", content = "What is the weather?" }, new { role = "assistant", content = "Let me see." },
            new { type = "function_call", call_id = "c1", name = "get_weather", arguments = """{"days":1}""" }, new { type = "function_call_output", call_id = "c1", output = "It is sunny." },
            new { role = "user", content = new[] { new { type = "input_text", text = "So?" } } },
        ];
        var made = await Judge.CallAsync("post", "/responses", new { model = Quote, input = items });
        await Judge.CallAsync("get", "/responses/{response_id}/input_items", path: $"/responses/{made["id"]}/input_items");

        var talk = $"/conversations/{(await Judge.CallAsync("post", "/conversations", new { items, metadata = new { a = "b" } }))["id"]}";
        await Judge.CallAsync("post", "/responses", new { model = Quote, input = Facts, conversation = talk.Split('/')[^1] });
        await Judge.CallAsync("post", "/conversations/{conversation_id}", new { metadata = new { a = "c" } }, talk);
        await Judge.CallAsync("get", "/conversations/{conversation_id}", path: talk);
        var added = await Judge.CallAsync("post", "/conversations/{conversation_id}/items", new { items }, $"{talk}/items");
        Assert.Equal(items.Length, added["data"]!.AsArray().Count);
        var one = $"{talk}/items/{added["data"]![2]!["id"]}";
        await Judge.CallAsync("get", "/conversations/{conversation_id}/items", path: $"{talk}/items");
        await Judge.CallAsync("get", "/conversations/{conversation_id}/items/{item_id}", path: one);
        await Judge.CallAsync("delete", "/conversations/{conversation_id}/items/{item_id}", path: one);
        await Judge.CallAsync("delete", "/conversations/{conversation_id}", path: talk);
    }

    [Fact]
    public async Task Completions_embeddings_moderations_and_models()
    {
        await scene.AddStoriesAsync();
        await Judge.CallAsync("post", "/completions", new { model = Stories, prompt = "Once", max_tokens = 3, n = 2, logprobs = 2 });
        await Judge.StreamAsync("/completions", new { model = Stories, prompt = new[] { "Once", "Then" }, max_tokens = 3, logprobs = 1 }, "CreateCompletionResponse");
        await Judge.CallAsync("post", "/completions", new { model = Quote, prompt = Facts });
        await Judge.CallAsync("post", "/moderations", new { input = new[] { "I will kill you.", "Good morning." } });
        await Judge.CallAsync("post", "/responses/input_tokens", new { model = Stories, input = Facts });
        await Judge.CallAsync("get", "/models");
        await Judge.CallAsync("get", "/models/{model}", path: $"/models/{Quote}");
        await scene.DeployAsync("embeddings", new { format = "Atrium", name = "use-lite-en", version = "1" });
        await Judge.CallAsync("post", "/embeddings", new { model = "embeddings", input = new[] { "a", "b" } });
    }

    [Theory]
    [InlineData(Quote, """{}""")]
    [InlineData(Stories, """{"max_tokens":3,"n":2,"logprobs":true,"top_logprobs":1,"stream":true}""")]
    [InlineData(Stories, """{"max_tokens":90,"tools":TOOLS,"tool_choice":"required","stream":true}""")]
    public async Task A_chat_that_was_kept(string model, string more)
    {
        var body = await BodyAsync(model, more, ChatTools);
        (body["messages"], body["store"], body["metadata"]) = (JsonSerializer.SerializeToNode(Asked), true, new JsonObject { ["a"] = Guid.NewGuid().ToString() });
        await scene.TextAsync("/openai/v1/chat/completions", body);
        var listed = await Judge.CallAsync("get", "/chat/completions", path: $"/chat/completions?metadata[a]={body["metadata"]!["a"]}");
        var one = $"/chat/completions/{Assert.Single(listed["data"]!.AsArray())!["id"]}";
        await Judge.CallAsync("get", "/chat/completions/{completion_id}", path: one);
        await Judge.CallAsync("post", "/chat/completions/{completion_id}", new { metadata = new { b = "c" } }, one);
        await Judge.CallAsync("delete", "/chat/completions/{completion_id}", path: one);
    }

    [Fact]
    public async Task Files_and_batches_at_every_stage()
    {
        const string Lines = """
            {"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"model":"quote","messages":[{"role":"user","content":"It is blue. What is blue?"}]}}
            {"custom_id":"2","method":"POST","url":"/v1/chat/completions","body":{"model":"nobody","messages":[]}}
            """;
        var right = await Judge.CallAsync("post", "/files", content: Upload(Lines));
        var wrong = await Judge.CallAsync("post", "/files", content: Upload("no line"));
        Assert.Equal("completed", (string?)(await EndAsync(right))["status"]);
        Assert.Equal("failed", (string?)(await EndAsync(wrong))["status"]);
        await Judge.CallAsync("get", "/batches");
        await Judge.CallAsync("get", "/files");
        await Judge.CallAsync("get", "/files/{file_id}", path: $"/files/{right["id"]}");
        await Judge.CallAsync("delete", "/files/{file_id}", path: $"/files/{right["id"]}");
    }

    [Fact]
    public async Task An_upload_in_parts()
    {
        var begun = new { filename = "a.txt", purpose = "user_data", bytes = 7, mime_type = "text/plain" };
        var (one, other) = ((string)(await Judge.CallAsync("post", "/uploads", begun))["id"]!, (string)(await Judge.CallAsync("post", "/uploads", begun))["id"]!);
        using var form = new MultipartFormDataContent { { new ByteArrayContent("no line"u8.ToArray()), "data", "blob" } };
        var part = await Judge.CallAsync("post", "/uploads/{upload_id}/parts", path: $"/uploads/{one}/parts", content: form);
        await Judge.CallAsync("post", "/uploads/{upload_id}/complete", new { part_ids = new[] { (string)part["id"]! } }, $"/uploads/{one}/complete");
        await Judge.CallAsync("post", "/uploads/{upload_id}/cancel", path: $"/uploads/{other}/cancel");
    }

    private async Task<JsonObject> BodyAsync(string model, string more, object[] tools)
    {
        if (model == Stories)
        {
            await scene.AddStoriesAsync();
        }

        var body = JsonNode.Parse(more.Replace("TOOLS", JsonSerializer.Serialize(tools), StringComparison.Ordinal))!.AsObject();
        body["model"] = model;
        return body;
    }

    private static MultipartFormDataContent Upload(string text) => new() { { new StringContent("batch"), "purpose" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "file", "lines.jsonl" } };

    private async Task<JsonObject> EndAsync(JsonObject file)
    {
        var batch = await Judge.CallAsync("post", "/batches", new { input_file_id = (string)file["id"]!, endpoint = "/v1/chat/completions", completion_window = "24h", metadata = new { a = "b" } });
        while (batch["completed_at"] is null && batch["failed_at"] is null)
        {
            await Task.Delay(50, Cancel);
            batch = await Judge.CallAsync("get", "/batches/{batch_id}", path: $"/batches/{batch["id"]}");
        }

        return batch;
    }
}
