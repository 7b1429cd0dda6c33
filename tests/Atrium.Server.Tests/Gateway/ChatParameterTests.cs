using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway;

/// <summary>What each engine makes of each parameter of a chat: it serves it, refuses it by its name, or (upstreams) passes it on. None is ignored.</summary>
public sealed class ChatParameterTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string V1 = "/openai/v1/chat/completions";
    private const string Tool = """{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"days":{"type":"integer","minimum":1,"maximum":7}},"required":["days"]}}}""";
    private const string Schema = """{"type":"object","properties":{"warm":{"type":"boolean"}},"required":["warm"],"additionalProperties":false}""";
    private const string Picture = """[{"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]""";
    private const string UpstreamAnswer = """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"big-model","choices":[{"index":0,"message":{"role":"assistant","content":"Grüße","refusal":null,"x_extra":[1.50]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""";

    private static readonly string[] UpstreamEvents =
    [
        """{"id":"c","object":"chat.completion.chunk","choices":[],"prompt_filter_results":[{"prompt_index":0}]}""",
        """{"id":"c","object":"chat.completion.chunk","choices":[{"index":1,"delta":{"content":"Grüße","x_extra":1.50},"logprobs":null,"finish_reason":null}]}""",
        """{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
    ];

    /// <summary>The change of a plain request; what quoting says to it, and what llama.cpp does: null where it serves it, else the field that it refuses.</summary>
    private static readonly (string Name, string Change, string? Quote, string? Llama)[] Table =
    [
        ("tools", $$"""{"tools":[{{Tool}}]}""", "tools", null),
        ("tools, none", $$"""{"tools":[{{Tool}}],"tool_choice":"none"}""", null, null),
        ("tools, required", $$"""{"tools":[{{Tool}}],"tool_choice":"required","parallel_tool_calls":false,"seed":3,"max_tokens":200}""", "tools", null),
        ("tools, named", $$$"""{"tools":[{{{Tool}}}],"tool_choice":{"type":"function","function":{"name":"get_weather"}},"seed":3,"max_tokens":200}""", "tools", null),
        ("tools, allowed", $$"""{"tools":[{{Tool}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"get_weather"} }] } },"seed":3,"max_tokens":200}""", "tools", null),
        ("tools, not allowed", $$"""{"tools":[{{Tool}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"other"} }] } } }""", "tool_choice", "tool_choice"),
        ("strict tool of a schema that is not supported", """{"tools":[{"type":"function","function":{"name":"x","strict":true,"parameters":{"type":"string","pattern":"(?=a)"}}}]}""", "tools[0].function.parameters", "tools[0].function.parameters"),
        ("json_object", """{"response_format":{"type":"json_object"},"max_tokens":10}""", "response_format", null),
        ("json_schema", $$$"""{"response_format":{"type":"json_schema","json_schema":{"name":"w","strict":true,"schema":{{{Schema}}}}},"max_tokens":40}""", "response_format", null),
        ("text", """{"response_format":{"type":"text"}}""", null, null),
        ("n", """{"n":3,"max_tokens":4}""", "n", null),
        ("stop", """{"stop":["e"]}""", null, null),
        ("seed", """{"seed":7,"max_tokens":12}""", null, null),
        ("logprobs", """{"logprobs":true,"top_logprobs":2,"max_tokens":4}""", "logprobs", null),
        ("top_logprobs alone", """{"top_logprobs":2}""", "top_logprobs", "top_logprobs"),
        ("max_completion_tokens", """{"max_completion_tokens":5}""", null, null),
        ("max_tokens", """{"max_tokens":5}""", null, null),
        ("two limits", """{"max_tokens":5,"max_completion_tokens":6}""", "max_tokens", "max_tokens"),
        ("temperature", """{"temperature":0,"top_p":0.5,"max_tokens":4}""", null, null),
        ("presence_penalty", """{"presence_penalty":1,"max_tokens":4}""", "presence_penalty", null),
        ("frequency_penalty", """{"frequency_penalty":1,"max_tokens":4}""", "frequency_penalty", null),
        ("logit_bias", """{"logit_bias":{"300":-100},"max_tokens":4}""", "logit_bias", null),
        ("user", """{"user":"u","safety_identifier":"s","prompt_cache_key":"k","max_tokens":4}""", null, null),
        ("images", $$"""{"messages":{{Picture}}}""", "messages[0].content[1]", "messages[0].content[1]"),
        ("name", """{"messages":[{"role":"user","name":"ada","content":"Once upon a time"}],"max_tokens":4}""", null, null),
        ("name that is none", """{"messages":[{"role":"user","name":7,"content":"Once upon a time"}]}""", "messages[0].name", "messages[0].name"),
        ("store", """{"store":true,"max_tokens":4}""", null, null),
        ("store that is none", """{"store":"yes"}""", "store", "store"),
        ("not stored", """{"store":false,"max_tokens":4}""", null, null),
        ("metadata", """{"metadata":{"a":"b"}}""", "metadata", "metadata"),
        ("prediction", """{"prediction":{"type":"content","content":"x"}}""", "prediction", "prediction"),
        ("reasoning_effort", """{"reasoning_effort":"high"}""", "reasoning_effort", "reasoning_effort"),
        ("verbosity", """{"verbosity":"low"}""", "verbosity", "verbosity"),
        ("service_tier", """{"service_tier":"flex"}""", "service_tier", "service_tier"),
        ("usual tier", """{"service_tier":"auto","max_tokens":4}""", null, null),
        ("web_search_options", """{"web_search_options":{}}""", "web_search_options", "web_search_options"),
        ("modalities", """{"modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"}}""", "audio", "audio"),
        ("functions", """{"functions":[{"name":"x"}]}""", "functions", "functions"),
        ("function_call", """{"function_call":"auto"}""", "function_call", "function_call"),
        ("unknown", """{"top_k":40}""", "top_k", "top_k"),
    ];

    public static TheoryData<string, string> Own => [.. Table.SelectMany(row => new[] { ("quote", row.Name), ("stories", row.Name) })];

    public static TheoryData<string, string> Far => [.. Table.SelectMany(row => new[] { ("far", row.Name), ("azure", row.Name) })];

    [Theory]
    [MemberData(nameof(Own))]
    public async Task A_model_of_this_process_serves_it_or_refuses_it_by_name(string engine, string name)
    {
        var row = Table.Single(one => one.Name == name);
        var refusal = engine is "quote" ? row.Quote : row.Llama;
        if (engine is "stories")
        {
            await scene.AddStoriesAsync();
        }

        var body = Request(engine, row.Change);
        var answer = await scene.PostAsync(V1, body);
        Assert.Equal((refusal is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest, refusal), (answer.Status, (string?)answer.Body["error"]?["param"]));
        if (refusal is null)
        {
            await CheckServedAsync(body, answer.Body);
        }
    }

    [Theory]
    [MemberData(nameof(Far))]
    public async Task An_upstream_gets_it_as_it_came_and_its_answer_comes_as_it_is(string engine, string name)
    {
        await scene.AddAzureAsync();
        var body = Request(engine, Table.Single(one => one.Name == name).Change);
        scene.Upstream.Says = [UpstreamAnswer];
        Assert.Equal(UpstreamAnswer, await scene.TextAsync(V1, body));
        var asked = scene.Upstream.Last;
        AssertPassed(body, asked);
        Assert.Equal(engine is "azure" ? "/openai/deployments/azure-model/chat/completions" : "/v1/chat/completions", scene.Upstream.Asked[^1].Path);

        scene.Upstream.Says = [.. UpstreamEvents, """{"id":"c","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}"""];
        body["stream"] = true;
        Assert.Equal(string.Concat(UpstreamEvents.Append("[DONE]").Select(item => $"data: {item}\n\n")), await scene.TextAsync(V1, body));
        AssertPassed(body, scene.Upstream.Last);
        Assert.True((bool?)scene.Upstream.Last["stream_options"]!["include_usage"]);
    }

    [Theory]
    [InlineData(400, """{"error":{"message":"too long","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""", 400, "context_length_exceeded", "messages")]
    [InlineData(400, """{"error":{"message":"filtered","code":"content_filter","status":400,"param":"prompt"}}""", 400, "content_filter", "prompt")]
    [InlineData(400, """{"object":"error","message":"too long","code":400,"param":null}""", 400, "UpstreamRefused", null)]
    [InlineData(404, """{"error":"model not found"}""", 404, "UpstreamRefused", null)]
    [InlineData(422, """{"detail":"no such thing"}""", 422, "UpstreamRefused", null)]
    [InlineData(400, """{"error":{"message":"key upstream-secret is odd","code":"<script>"}}""", 400, "UpstreamRefused", null)]
    [InlineData(429, """{"error":{"message":"slow down","code":"rate_limit_exceeded"}}""", 429, "rate_limit_exceeded", null)]
    [InlineData(500, """{"error":{"message":"oh","code":"x"}}""", 502, "UpstreamFailed", null)]
    [InlineData(400, "<html>", 400, "UpstreamRefused", null)]
    public async Task What_an_upstream_refuses_comes_with_its_code_and_field(int status, string says, int expected, string code, string? field)
    {
        (scene.Upstream.Status, scene.Upstream.Says) = (status, [says]);
        try
        {
            var answer = await scene.PostAsync(V1, Request("far", "{}"));
            Assert.Equal((expected, code, field), ((int)answer.Status, answer.ErrorCode, (string?)answer.Body["error"]!["param"]));
            Assert.DoesNotContain("upstream-secret", answer.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            scene.Upstream.Status = 200;
        }
    }

    [Fact]
    public async Task An_upstream_that_breaks_off_is_502_and_in_a_stream_an_event_that_says_so_and_no_end()
    {
        (scene.Upstream.BreaksOff, scene.Upstream.Says) = (true, [UpstreamEvents[1]]);
        try
        {
            var whole = await scene.PostAsync(V1, Request("far", "{}"));
            Assert.Equal((HttpStatusCode.BadGateway, "UpstreamFailed"), (whole.Status, whole.ErrorCode));

            var streamed = await PieceByPieceAsync(V1, Request("far", """{"stream":true}"""));
            Assert.Contains("Grüße", streamed, StringComparison.Ordinal);
            Assert.Contains("data: {\"error\":{\"code\":\"UpstreamFailed\"", streamed, StringComparison.Ordinal);
            Assert.DoesNotContain("[DONE]", streamed, StringComparison.Ordinal);

            var response = await PieceByPieceAsync("/openai/v1/responses", JsonNode.Parse("""{"model":"far","input":"hello","stream":true}""")!.AsObject());
            Assert.Contains("event: response.output_text.delta", response, StringComparison.Ordinal);
            Assert.Contains("event: response.failed", response, StringComparison.Ordinal);
            Assert.DoesNotContain("response.completed", response, StringComparison.Ordinal);
        }
        finally
        {
            scene.Upstream.BreaksOff = false;
        }
    }

    [Fact]
    public async Task An_unknown_parameter_is_dropped_where_the_caller_says_so()
    {
        var answer = await scene.Hub.Client.CallAsync("POST", "/models/chat/completions", Request("quote", """{"top_k":40}"""), ("api-key", scene.Key), ("extra-parameters", "drop"));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task What_quotes_counts_the_tokens_that_the_embedder_counts_of_the_same_texts()
    {
        var answer = await scene.PostAsync(V1, JsonNode.Parse("""{"model":"quote","messages":[{"role":"system","content":"The office opens at nine; the canteen (ground floor) serves lunch.\n\nParking: behind the house."},{"role":"user","content":"When does the office open?"}]}""")!);
        Assert.True(answer.Status is HttpStatusCode.OK, answer.ToString());
        async Task<int> CountAsync(params string[] texts) => (int)(await scene.PostAsync("/openai/v1/embeddings", new { model = "embeddings", input = texts })).Body["usage"]!["prompt_tokens"]!;
        await scene.DeployAsync("embeddings", new { format = "Atrium", name = "atrium-embed-en", version = "1" });
        Assert.Equal(await CountAsync("The office opens at nine; the canteen (ground floor) serves lunch.\n\nParking: behind the house.", "When does the office open?"), (int)answer.Body["usage"]!["prompt_tokens"]!);
        Assert.Equal(await CountAsync((string)answer.Body["choices"]![0]!["message"]!["content"]!), (int)answer.Body["usage"]!["completion_tokens"]!);
    }

    /// <summary>What came before the end, whatever that was.</summary>
    private async Task<string> PieceByPieceAsync(string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = System.Net.Http.Json.JsonContent.Create(body), Headers = { { "api-key", scene.Key } } };
        using var answer = await scene.Hub.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var got = new MemoryStream();
        await stream.CopyToAsync(got, TestContext.Current.CancellationToken);
        return System.Text.Encoding.UTF8.GetString(got.ToArray());
    }

    private static JsonObject Request(string engine, string change)
    {
        var body = JsonNode.Parse($$"""{"model":"{{engine}}","messages":[{"role":"user","content":"Once upon a time there was a little girl. Who was there once?"}]}""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
        {
            body[name] = value!.DeepClone();
        }

        return body;
    }

    /// <summary>What is kept here is not kept there too.</summary>
    private static void AssertPassed(JsonObject sent, JsonObject got)
    {
        sent = new(sent.Where(member => member is not { Key: "store", Value: JsonValue keeps } || keeps.ToJsonString() != "true").Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        foreach (var (name, value) in sent.Where(member => member.Key is not ("model" or "stream_options")))
        {
            Assert.Equal(value!.ToJsonString(), got[name]?.ToJsonString());
        }

        Assert.Equal(sent.Count, got.Count - (sent.ContainsKey("stream_options") ? 0 : got.ContainsKey("stream_options") ? 1 : 0));
    }

    /// <summary>Whether the answer shows what was asked for.</summary>
    private async Task CheckServedAsync(JsonObject body, JsonNode answer)
    {
        var choices = answer["choices"]!.AsArray();
        var (message, text) = (choices[0]!["message"]!, (string?)choices[0]!["message"]!["content"]);
        Assert.Equal((int?)body["n"] ?? 1, choices.Count);
        var most = (int?)body["max_completion_tokens"] ?? (int?)body["max_tokens"] ?? int.MaxValue;
        Assert.InRange((int)answer["usage"]!["completion_tokens"]!, 1, Math.Min(int.MaxValue / 8, most) * choices.Count);
        if (body["stop"] is not null)
        {
            Assert.DoesNotContain("e", text!, StringComparison.Ordinal);
            Assert.Equal("stop", (string?)choices[0]!["finish_reason"]);
        }

        if (body["seed"] is not null)
        {
            Assert.Equal(text, (string?)(await scene.PostAsync(V1, body.DeepClone())).Body["choices"]![0]!["message"]!["content"]);
        }

        if (body["logprobs"] is not null)
        {
            Assert.All(choices[0]!["logprobs"]!["content"]!.AsArray(), token => Assert.Equal(2, token!["top_logprobs"]!.AsArray().Count));
        }

        if ((string?)body["response_format"]?["type"] is "json_schema")
        {
            Assert.Equal(["warm"], JsonElement.Parse(text!).EnumerateObject().Select(member => member.Name));
        }

        if (body["tool_choice"] is { } choice)
        {
            Assert.Equal(choice.GetValueKind() is JsonValueKind.String && (string?)choice is "none", message["tool_calls"] is null);
        }

        if (body["max_completion_tokens"] is not null)
        {
            Assert.Equal("length", (string?)choices[0]!["finish_reason"]);
        }
    }
}
