using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway;
using Atrium.Server.Gateway.StoredChats;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Gateway;

/// <summary>Chat completions that callers have kept, by the model that quotes, a toy in llama.cpp and an upstream.</summary>
public sealed class StoredChatTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string V1 = "/openai/v1/chat/completions";
    private const string Whole = """{"id":"chatcmpl-NAME","object":"chat.completion","created":1,"model":"big-model","choices":[{"index":0,"message":{"role":"assistant","content":"Grüße","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""";
    private static readonly object[] Asked = [new { role = "user", name = "ada", content = new[] { new { type = "text", text = "It is blue. " }, new { type = "text", text = "What is blue?" } } }];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("quote", "{}")]
    [InlineData("stories", """{"max_tokens":4,"n":2,"logprobs":true,"top_logprobs":1,"seed":5}""")]
    [InlineData("stories", """{"max_tokens":200,"seed":3,"tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"days":{"type":"integer","minimum":1,"maximum":7}},"required":["days"]}}}],"tool_choice":"required"}""")]
    public async Task What_came_in_events_is_kept_as_the_whole_that_it_would_have_been(string model, string more)
    {
        if (model == "stories")
        {
            await scene.AddStoriesAsync();
        }

        var (_, key) = await scene.AddProjectAsync($"kept-{Guid.NewGuid():N}"[..20]);
        var body = Body(model, more);
        var first = await scene.PostAsync(V1, body, key);
        Assert.True(first.Status == HttpStatusCode.OK, first.ToString());
        var whole = first.Body;
        body["stream"] = true;
        Assert.EndsWith("data: [DONE]\n\n", await scene.TextAsync(V1, body, key), StringComparison.Ordinal);
        var kept = await ListAsync(key, "");
        Assert.Equal((string?)whole["id"], (string?)kept[0]!["id"]);
        Assert.Equal(Plain(kept[0]!), Plain(kept[1]!));
        Assert.Equal(whole["choices"]!.ToJsonString(), kept[0]!["choices"]!.ToJsonString());
        Assert.Equal((int)whole["usage"]!["completion_tokens"]!, (int)kept[1]!["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task A_server_behind_a_connection_is_not_asked_to_keep_it_too()
    {
        var name = $"chatcmpl-{Guid.NewGuid():N}";
        scene.Upstream.Says = [Whole.Replace("chatcmpl-NAME", name, StringComparison.Ordinal)];
        var answer = await scene.PostAsync(V1, Body("far", """{"user":"u","temperature":0.5}"""));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.Null(scene.Upstream.Last["store"]);
        Assert.Null(scene.Upstream.Last["metadata"]);
        var kept = await CallAsync("GET", $"{V1}/{name}");
        Assert.Equal(("Grüße", "u", 0.5, "b"), ((string?)kept.Body["choices"]![0]!["message"]!["content"], (string?)kept.Body["input_user"], (double)kept.Body["temperature"]!, (string?)kept.Body["metadata"]!["a"]));

        scene.Upstream.Says =
        [
            $$$$"""{"id":"{{{{name}}}}2","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":null}]}""",
            $$$$"""{"id":"{{{{name}}}}2","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}}]}""",
            $$$$"""{"id":"{{{{name}}}}2","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}""",
            $$$$"""{"id":"{{{{name}}}}2","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}""",
        ];
        await scene.TextAsync(V1, Body("far", """{"stream":true}"""));
        var called = (await CallAsync("GET", $"{V1}/{name}2")).Body;
        Assert.Equal("""[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]""", called["choices"]![0]!["message"]!["tool_calls"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(("tool_calls", 5), ((string?)called["choices"]![0]!["finish_reason"], (int)called["usage"]!["completion_tokens"]!));
    }

    [Theory]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"id":"../x","choices":[]}""")]
    [InlineData("""no JSON""")]
    public async Task An_answer_that_could_not_be_found_again_is_not_taken_for_kept(string says)
    {
        scene.Upstream.Says = [says];
        var answer = await scene.PostAsync(V1, Body("far", "{}"));
        Assert.Equal((HttpStatusCode.BadGateway, "UpstreamFailed"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Lists_go_by_model_and_metadata_in_pages_oldest_first()
    {
        var (_, key) = await scene.AddProjectAsync($"kept-{Guid.NewGuid():N}"[..20]);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((string)(await scene.PostAsync(V1, Body("quote", $$$"""{"metadata":{"turn":"{{{i % 2}}}"}}"""), key)).Body["id"]!);
        }

        Assert.Equal(ids, (await ListAsync(key, "")).Select(Id));
        Assert.Equal([ids[2], ids[1], ids[0]], (await ListAsync(key, "?order=desc")).Select(Id));
        Assert.Equal([ids[1], ids[2]], (await ListAsync(key, $"?after={ids[0]}")).Select(Id));
        Assert.Equal([ids[0], ids[2]], (await ListAsync(key, "?metadata[turn]=0")).Select(Id));
        Assert.Equal(3, (await ListAsync(key, "?model=atrium-quote")).Count);
        Assert.Empty(await ListAsync(key, "?model=other"));
        Assert.Equal("limit", (string?)(await CallAsync("GET", $"{V1}?limit=0", key: key)).Body["error"]!["param"]);

        var messages = await CallAsync("GET", $"{V1}/{ids[0]}/messages", key: key);
        var message = Assert.Single(messages.Body["data"]!.AsArray())!;
        Assert.Equal(("It is blue. What is blue?", "ada", $"{ids[0]}-0", 2), ((string?)message["content"], (string?)message["name"], (string?)message["id"], message["content_parts"]!.AsArray().Count));
    }

    [Fact]
    public async Task It_is_changed_and_deleted_by_its_owner_only_and_goes_when_its_time_is_over()
    {
        var (_, key) = await scene.AddProjectAsync($"kept-{Guid.NewGuid():N}"[..20]);
        var (_, other) = await scene.AddProjectAsync($"kept-{Guid.NewGuid():N}"[..20]);
        var one = $"{V1}/{(await scene.PostAsync(V1, Body("quote", "{}"), key)).Body["id"]}";
        Assert.Equal("metadata", (string?)(await CallAsync("POST", one, new { metadata = new { a = 1 } }, key)).Body["error"]!["param"]);
        Assert.Equal("choices", (string?)(await CallAsync("POST", one, new { metadata = new { a = "c" }, choices = 1 }, key)).Body["error"]!["param"]);
        Assert.Equal("metadata", (string?)(await CallAsync("POST", one, new { }, key)).Body["error"]!["param"]);
        Assert.Equal("c", (string?)(await CallAsync("POST", one, new { metadata = new { a = "c" } }, key)).Body["metadata"]!["a"]);
        foreach (var (method, rest) in new[] { ("GET", ""), ("GET", "/messages"), ("POST", ""), ("DELETE", "") })
        {
            Assert.Equal((HttpStatusCode.NotFound, "completion_not_found"), (await CallAsync(method, one + rest, method == "POST" ? new { metadata = new { a = "d" } } : null, other) is { } refused ? (refused.Status, refused.ErrorCode) : default));
        }

        var gone = $"{V1}/{(await scene.PostAsync(V1, Body("quote", "{}"), key)).Body["id"]}";
        Assert.True((bool)(await CallAsync("DELETE", gone, key: key)).Body["deleted"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", gone, key: key)).Status);
        await scene.Hub.Services.GetRequiredService<RetentionSweep>().SweepAsync(Cancel);
        Assert.Equal("c", (string?)(await CallAsync("GET", one, key: key)).Body["metadata"]!["a"]);
    }

    [Fact]
    public async Task Wrong_metadata_and_too_much_of_a_chat_are_refused_before_the_model_is_asked()
    {
        var asked = scene.Upstream.Asked.Count;
        var wrong = await scene.PostAsync(V1, Body("far", """{"metadata":{"a":1}}"""));
        Assert.Equal((HttpStatusCode.BadRequest, "metadata"), (wrong.Status, (string?)wrong.Body["error"]!["param"]));
        var large = Body("far", "{}");
        large["messages"]![0]!["content"] = new string('x', ChatStore.MostBytes);
        var refused = await scene.PostAsync(V1, large);
        Assert.Equal((HttpStatusCode.BadRequest, "store"), (refused.Status, (string?)refused.Body["error"]!["param"]));
        Assert.Equal(asked, scene.Upstream.Asked.Count);
    }

    private static JsonObject Body(string model, string more)
    {
        var body = JsonNode.Parse(more)!.AsObject();
        (body["model"], body["messages"], body["store"]) = (model, JsonSerializer.SerializeToNode(Asked), true);
        body["metadata"] ??= new JsonObject { ["a"] = "b" };
        return body;
    }

    private static string? Id(JsonNode? chat) => (string?)chat!["id"];

    /// <summary>Without what differs between two calls: ids, and how much of the prompt was known before.</summary>
    private static string Plain(JsonNode chat)
    {
        var plain = chat.DeepClone().AsObject();
        foreach (var name in (string[])["id", "created", "request_id", "usage", "system_fingerprint"])
        {
            plain.Remove(name);
        }

        foreach (var call in plain["choices"]!.AsArray().SelectMany(choice => choice!["message"]!["tool_calls"] as JsonArray ?? []))
        {
            call!.AsObject().Remove("id");
        }

        return new JsonObject(plain.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString();
    }

    private async Task<JsonArray> ListAsync(string key, string query) => (await CallAsync("GET", V1 + query, key: key)).Body["data"]!.AsArray();

    private Task<Answer> CallAsync(string method, string path, object? body = null, string? key = null) => scene.Hub.Client.CallAsync(method, path, body, ("api-key", key ?? scene.Key));
}
