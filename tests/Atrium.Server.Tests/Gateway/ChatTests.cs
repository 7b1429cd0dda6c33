using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atrium.Server.Tests.Gateway;

/// <summary>Chat by llama.cpp with all that the protocol offers. The model is a toy: what it says is nonsense, the shape it must keep is not.</summary>
public sealed class ChatTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string V1 = "/openai/v1/chat/completions";
    private static readonly object[] Messages = [new { role = "user", content = "Once upon a time" }];

    private static readonly object Weather = new
    {
        type = "function",
        function = new
        {
            name = "get_weather",
            description = "The weather of a city",
            parameters = new { type = "object", properties = new { city = new { @enum = new[] { "Oslo", "Rome" } }, days = new { type = "integer", minimum = 1, maximum = 7 } }, required = new[] { "city", "days" } },
        },
    };

    private static readonly object Person = new
    {
        type = "json_schema",
        json_schema = new { name = "person", strict = true, schema = new { type = "object", properties = new { name = new { type = "string", maxLength = 8 }, age = new { type = "integer", minimum = 0, maximum = 120 } }, required = new[] { "name", "age" }, additionalProperties = false } },
    };

    [Fact]
    public async Task Several_answers_come_with_log_probabilities_and_count_the_prompt_once()
    {
        await scene.AddStoriesAsync();
        var answer = await scene.PostAsync(V1, new { model = "stories", messages = Messages, n = 3, seed = 7, max_tokens = 12, logprobs = true, top_logprobs = 2 });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        var choices = answer.Body["choices"]!.AsArray();
        Assert.Equal([0, 1, 2], choices.Select(c => (int)c!["index"]!));
        Assert.True(choices.Select(c => (string?)c!["message"]!["content"]).Distinct().Count() > 1, answer.ToString());
        var usage = answer.Body["usage"]!;
        Assert.Equal(36, (int)usage["completion_tokens"]!);
        Assert.InRange((int)usage["prompt_tokens"]!, 2, 20);
        foreach (var choice in choices)
        {
            var tokens = choice!["logprobs"]!["content"]!.AsArray();
            Assert.Equal(12, tokens.Count);
            Assert.Equal((string?)choice["message"]!["content"], string.Concat(tokens.Select(t => (string)t!["token"]!)));
            Assert.All(tokens, t =>
            {
                Assert.InRange((double)t!["logprob"]!, -50, 0);
                Assert.Equal(2, t["top_logprobs"]!.AsArray().Count);
                Assert.Equal(System.Text.Encoding.UTF8.GetBytes((string)t["token"]!), t["bytes"]!.AsArray().Select(b => (byte)(int)b!));
            });
        }
    }

    [Fact]
    public async Task A_stream_of_several_answers_says_the_same_as_the_whole()
    {
        await scene.AddStoriesAsync();
        var body = new JsonObject { ["model"] = "stories", ["messages"] = JsonSerializer.SerializeToNode(Messages), ["n"] = 2, ["temperature"] = 0, ["max_tokens"] = 20, ["logprobs"] = true };
        var whole = await scene.PostAsync(V1, body.DeepClone());
        (body["stream"], body["stream_options"]) = (true, new JsonObject { ["include_usage"] = true });
        var events = await scene.EventsAsync(V1, body);
        Assert.Equal(OpenAiScene.Counted(whole.Body["usage"]!), OpenAiScene.Counted(events[^1]!["usage"]!));
        var chunks = events.SkipLast(1).Select(e => e!["choices"]![0]!).ToArray();
        foreach (var index in (int[])[0, 1])
        {
            var mine = chunks.Where(c => (int)c["index"]! == index).ToArray();
            Assert.Equal("assistant", (string?)mine[0]["delta"]!["role"]);
            Assert.Equal((string?)whole.Body["choices"]![index]!["message"]!["content"], string.Concat(mine.Select(c => (string?)c["delta"]!["content"])));
            Assert.Equal("length", (string?)mine[^1]["finish_reason"]);
            Assert.Equal(20, mine.Sum(c => (c["logprobs"]?["content"] as JsonArray)?.Count ?? 0));
        }
    }

    [Fact]
    public async Task An_answer_keeps_to_the_schema_that_was_asked_for()
    {
        await scene.AddStoriesAsync();
        foreach (var seed in Enumerable.Range(1, 6))
        {
            var answer = await scene.PostAsync(V1, new { model = "stories", messages = Messages, response_format = Person, seed, max_tokens = 200 });
            Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
            var person = JsonNode.Parse((string)answer.Body["choices"]![0]!["message"]!["content"]!)!.AsObject();
            Assert.Equal(["name", "age"], person.Select(p => p.Key));
            Assert.InRange((int)person["age"]!, 0, 120);
            Assert.Equal("stop", (string?)answer.Body["choices"]![0]!["finish_reason"]);
        }

        var any = await scene.PostAsync(V1, new { model = "stories", messages = Messages, response_format = new { type = "json_object" }, max_tokens = 30 });
        Assert.StartsWith("{", (string?)any.Body["choices"]![0]!["message"]!["content"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("required", "tool_calls")]
    [InlineData("named", "stop")]
    public async Task A_tool_that_must_be_called_is_called_with_arguments_of_its_schema(string choice, string finish)
    {
        await scene.AddStoriesAsync();
        object toolChoice = choice == "named" ? new { type = "function", function = new { name = "get_weather" } } : choice;
        var body = new { model = "stories", messages = Messages, tools = new[] { Weather }, tool_choice = toolChoice, parallel_tool_calls = false, seed = 3, max_tokens = 200 };
        var answer = await scene.PostAsync(V1, body);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        var made = answer.Body["choices"]![0]!;
        Assert.Equal(finish, (string?)made["finish_reason"]);
        Assert.Null(made["message"]!["content"]);
        var call = Assert.Single(made["message"]!["tool_calls"]!.AsArray())!;
        Assert.Equal(("function", "get_weather"), ((string?)call["type"], (string?)call["function"]!["name"]));
        var arguments = JsonNode.Parse((string)call["function"]!["arguments"]!)!;
        Assert.Contains((string)arguments["city"]!, (string[])["Oslo", "Rome"]);
        Assert.InRange((int)arguments["days"]!, 1, 7);

        var events = await scene.EventsAsync(V1, new { body.model, body.messages, body.tools, body.tool_choice, body.parallel_tool_calls, body.seed, body.max_tokens, stream = true });
        var delta = events.Select(e => e!["choices"]![0]!).Single(c => c["delta"]!["tool_calls"] is not null)["delta"]!["tool_calls"]![0]!;
        Assert.Equal((0, "get_weather"), ((int)delta["index"]!, (string?)delta["function"]!["name"]));
        Assert.Equal(finish, (string?)events[^1]!["choices"]![0]!["finish_reason"]);

        var told = new object[] { Messages[0], new { role = "assistant", content = (string?)null, tool_calls = new[] { call } }, new { role = "tool", tool_call_id = (string)call["id"]!, content = "rain" } };
        Assert.Equal(HttpStatusCode.OK, (await scene.PostAsync(V1, new { model = "stories", messages = told, tools = new[] { Weather }, max_tokens = 5 })).Status);
    }

    [Theory]
    [InlineData("""{"n":0}""", "n")]
    [InlineData("""{"top_logprobs":3}""", "top_logprobs")]
    [InlineData("""{"logprobs":true,"top_logprobs":21}""", "top_logprobs")]
    [InlineData("""{"stream_options":true}""", "stream_options")]
    [InlineData("""{"response_format":{"type":"yaml"}}""", "response_format")]
    [InlineData("""{"response_format":{"type":"json_schema"}}""", "response_format.json_schema")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"string","pattern":"(?=a)"}}}}""", "response_format.json_schema.schema")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"$ref":"#"}}}}""", "response_format.json_schema.schema")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"two words"}}]}""", "tools[0].function.name")]
    [InlineData("""{"tools":[{"type":"code_interpreter"}]}""", "tools[0]")]
    [InlineData("""{"tool_choice":"required"}""", "tool_choice")]
    [InlineData("""{"tool_choice":{"type":"function","function":{"name":"x"}},"tools":[{"type":"function","function":{"name":"y"}}]}""", "tool_choice")]
    [InlineData("""{"tool_choice":"required","tools":[{"type":"function","function":{"name":"y","parameters":{"type":"string","pattern":"(?=a)"}}}]}""", "tools")]
    [InlineData("""{"functions":[{"name":"x"}]}""", "functions")]
    [InlineData("""{"messages":[{"role":"tool","content":"x"}]}""", "messages[0].tool_call_id")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"id":"1"}]}]}""", "messages[0].tool_calls")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,"}}]}]}""", "messages[0].content[0]")]
    public async Task A_mistake_is_told_with_its_field(string change, string field)
    {
        await scene.AddStoriesAsync();
        var body = new JsonObject { ["model"] = "stories", ["messages"] = JsonSerializer.SerializeToNode(Messages) };
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
        {
            body[name] = value!.DeepClone();
        }

        var refused = await scene.PostAsync(V1, body);
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused.Body["error"]!["param"]));
    }

    [Theory]
    [InlineData("""{"n":2}""", "n")]
    [InlineData("""{"logprobs":true}""", "logprobs")]
    [InlineData("""{"response_format":{"type":"json_object"}}""", "response_format")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"y"}}]}""", "tools")]
    public async Task The_model_that_quotes_says_that_it_writes_nothing(string change, string field)
    {
        var body = new JsonObject { ["model"] = "quote", ["messages"] = JsonSerializer.SerializeToNode(Messages) };
        var (name, value) = JsonNode.Parse(change)!.AsObject().Single();
        body[name] = value!.DeepClone();
        var refused = await scene.PostAsync(V1, body);
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused.Body["error"]!["param"]));
    }

    [Fact]
    public async Task An_upstream_gets_tools_formats_and_images_as_they_came()
    {
        scene.Upstream.Says = ["""{"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"get_weather","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}"""];
        var messages = new object[] { new { role = "user", content = new object[] { new { type = "image_url", image_url = new { url = "data:image/png;base64,AAAA" } } } } };
        var answer = await scene.PostAsync(V1, new { model = "far", messages, tools = new[] { Weather }, tool_choice = "auto", response_format = Person });
        Assert.Equal("tool_calls", (string?)answer.Body["choices"]![0]!["finish_reason"]);
        var asked = scene.Upstream.Last;
        Assert.Equal(("image_url", "get_weather", "json_schema"),
            ((string?)asked["messages"]![0]!["content"]![0]!["type"], (string?)asked["tools"]![0]!["function"]!["name"], (string?)asked["response_format"]!["type"]));
    }
}
