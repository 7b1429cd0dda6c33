using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway;

/// <summary>The Responses API over the model that quotes, a toy in llama.cpp, and an upstream that only chats.</summary>
public sealed class ResponseTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string V1 = "/openai/v1/responses";
    private const string Facts = "The office opens at nine. The canteen serves lunch from noon.";

    private static readonly object Weather = new
    {
        type = "function", name = "get_weather", description = "The weather", strict = true,
        parameters = new { type = "object", properties = new { days = new { type = "integer", minimum = 1, maximum = 7 } }, required = new[] { "days" } },
    };

    [Theory]
    [InlineData(V1)]
    [InlineData("/openai/responses?api-version=2025-04-01-preview")]
    public async Task A_response_is_answered_kept_and_deleted(string path)
    {
        var made = await AnsweredAsync(scene.PostAsync(path, new { model = "quote", instructions = Facts, input = "When does the office open?", metadata = new { team = "a" } }));
        Assert.Equal(("response", "completed", "quote", "a"), ((string?)made.Body["object"], (string?)made.Body["status"], (string?)made.Body["model"], (string?)made.Body["metadata"]!["team"]));
        var message = Assert.Single(made.Body["output"]!.AsArray())!;
        Assert.Equal(("message", "assistant", "output_text"), ((string?)message["type"], (string?)message["role"], (string?)message["content"]![0]!["type"]));
        Assert.Contains("opens at nine", (string?)message["content"]![0]!["text"], StringComparison.Ordinal);
        var usage = made.Body["usage"]!;
        Assert.Equal((int)usage["total_tokens"]!, (int)usage["input_tokens"]! + (int)usage["output_tokens"]!);
        Assert.Contains(await scene.UsageAsync("responses"), row => (string?)row!["deployment"] == "quote" && (int)row["tokensOut"]! == (int)usage["output_tokens"]!);

        var one = $"{path.Split('?')[0]}/{made.Body["id"]}{(path.Contains('?', StringComparison.Ordinal) ? "?" + path.Split('?')[1] : "")}";
        Assert.True(JsonNode.DeepEquals(made.Body, (await CallAsync("GET", one)).Body));
        Assert.True((bool)(await CallAsync("DELETE", one)).Body["deleted"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", one)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("DELETE", one)).Status);
    }

    [Fact]
    public async Task A_conversation_goes_on_from_an_earlier_response()
    {
        var first = await AnsweredAsync(scene.PostAsync(V1, new { model = "quote", input = Facts }));
        var second = await AnsweredAsync(scene.PostAsync(V1, new { model = "quote", input = "When does the office open?", previous_response_id = (string)first.Body["id"]! }));
        Assert.Contains("opens at nine", second.Body["output"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal((string?)first.Body["id"], (string?)second.Body["previous_response_id"]);

        var items = await CallAsync("GET", $"{V1}/{second.Body["id"]}/input_items?order=asc");
        Assert.Equal(["user", "assistant", "user"], items.Body["data"]!.AsArray().Select(i => (string?)i!["role"]));
        var page = await CallAsync("GET", $"{V1}/{second.Body["id"]}/input_items?limit=1");
        Assert.Equal(("When does the office open?", true), ((string?)page.Body["data"]![0]!["content"]![0]!["text"], (bool)page.Body["has_more"]!));
        var next = await CallAsync("GET", $"{V1}/{second.Body["id"]}/input_items?limit=2&after={page.Body["last_id"]}");
        Assert.Equal((2, false), (next.Body["data"]!.AsArray().Count, (bool)next.Body["has_more"]!));

        var forgotten = await AnsweredAsync(scene.PostAsync(V1, new { model = "quote", input = Facts, store = false }));
        var refused = await scene.PostAsync(V1, new { model = "quote", input = "And?", previous_response_id = (string)forgotten.Body["id"]! });
        Assert.Equal((HttpStatusCode.BadRequest, "previous_response_not_found", "previous_response_id"), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["param"]));
    }

    [Theory]
    [InlineData("quote")]
    [InlineData("stories")]
    public async Task Tokens_of_an_input_are_counted_as_they_are_read(string model)
    {
        await scene.AddStoriesAsync();
        var first = await AnsweredAsync(scene.PostAsync(V1, new { model, instructions = "Be brief.", input = Facts, max_output_tokens = 4 }));
        var next = JsonSerializer.SerializeToNode(new { model, input = "When does the office open?", previous_response_id = (string)first.Body["id"]! })!.AsObject();
        if (model == "stories")
        {
            next["tools"] = new JsonArray(JsonSerializer.SerializeToNode(Weather));
        }

        var counted = await AnsweredAsync(scene.PostAsync($"{V1}/input_tokens", next));
        next["max_output_tokens"] = 4;
        var made = await AnsweredAsync(scene.PostAsync(V1, next));
        Assert.Equal(("response.input_tokens", (int)made.Body["usage"]!["input_tokens"]!), ((string?)counted.Body["object"], (int)counted.Body["input_tokens"]!));
        Assert.True((int)counted.Body["input_tokens"]! > (int)first.Body["usage"]!["input_tokens"]!);
    }

    [Fact]
    public async Task Tokens_of_a_model_elsewhere_are_not_guessed()
    {
        var refused = await scene.PostAsync($"{V1}/input_tokens", new { model = "far", input = "x" });
        Assert.Equal(HttpStatusCode.NotImplemented, refused.Status);
        Assert.Contains("'far'", refused.Body["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("input", (string?)(await scene.PostAsync($"{V1}/input_tokens", new { model = "quote", input = 3 })).Body["error"]!["param"]);
    }

    [Fact]
    public async Task A_stream_tells_each_step_in_order_and_ends_with_the_whole()
    {
        await scene.AddStoriesAsync();
        var events = await EventsAsync(new { model = "stories", input = "Once upon a time", temperature = 0, max_output_tokens = 12, stream = true });
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(e => (int)e["sequence_number"]!));
        string[] shape = ["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.incomplete"];
        Assert.Equal(shape, events.Select(e => (string)e["type"]!).Distinct());
        var text = string.Concat(events.Where(e => (string?)e["type"] == "response.output_text.delta").Select(e => (string?)e["delta"]));
        var whole = events[^1]["response"]!;
        Assert.Equal((text, "max_output_tokens"), ((string?)whole["output"]![0]!["content"]![0]!["text"], (string?)whole["incomplete_details"]!["reason"]));
        Assert.StartsWith(", there was a little girl", text, StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(whole, (await CallAsync("GET", $"{V1}/{whole["id"]}")).Body));
    }

    [Fact]
    public async Task A_tool_is_called_and_its_answer_goes_on()
    {
        await scene.AddStoriesAsync();
        var made = await AnsweredAsync(scene.PostAsync(V1, new { model = "stories", input = "Weather?", tools = new[] { Weather }, tool_choice = "required", parallel_tool_calls = false, max_output_tokens = 100 }));
        var call = Assert.Single(made.Body["output"]!.AsArray())!;
        Assert.Equal(("function_call", "get_weather", "completed"), ((string?)call["type"], (string?)call["name"], (string?)call["status"]));
        Assert.InRange((int)JsonNode.Parse((string)call["arguments"]!)!["days"]!, 1, 7);
        var output = new { type = "function_call_output", call_id = (string)call["call_id"]!, output = "rain" };
        await AnsweredAsync(scene.PostAsync(V1, new { model = "stories", input = new[] { output }, previous_response_id = (string)made.Body["id"]!, max_output_tokens = 4 }));

        var events = await EventsAsync(new { model = "stories", input = "Weather?", tools = new[] { Weather }, tool_choice = new { type = "function", name = "get_weather" }, parallel_tool_calls = false, max_output_tokens = 100, stream = true });
        Assert.Equal(
            ["response.created", "response.in_progress", "response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done", "response.completed"],
            events.Select(e => (string)e["type"]!));
    }

    [Fact]
    public async Task A_structured_answer_keeps_to_its_schema()
    {
        await scene.AddStoriesAsync();
        var format = new { type = "json_schema", name = "mood", strict = true, schema = new { type = "object", properties = new { mood = new { @enum = new[] { "good", "bad" } } }, required = new[] { "mood" }, additionalProperties = false } };
        var made = await AnsweredAsync(scene.PostAsync(V1, new { model = "stories", input = "Mood?", text = new { format }, max_output_tokens = 60 }));
        Assert.Contains((string?)JsonNode.Parse((string)made.Body["output"]![0]!["content"]![0]!["text"]!)!["mood"], (string[])["good", "bad"]);
        Assert.Equal("mood", (string?)made.Body["text"]!["format"]!["name"]);
    }

    [Fact]
    public async Task An_upstream_that_chats_answers_responses()
    {
        scene.Upstream.Says =
        [
            """{"model":"big-1","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"}}]}""", """{"choices":[{"index":0,"delta":{"content":"lo"}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_9","type":"function","function":{"name":"get_weather","arguments":"{\"da"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"ys\":3}"}}]},"finish_reason":"tool_calls"}]}""", """{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":4,"total_tokens":11}}""", "[DONE]",
        ];
        var content = new object[] { new { type = "input_text", text = "See:" }, new { type = "input_image", image_url = "data:image/png;base64,AAAA" } };
        var made = await AnsweredAsync(scene.PostAsync(V1, new { model = "far", instructions = "Be brief.", input = new[] { new { role = "user", content } }, tools = new[] { Weather } }));
        Assert.Equal(["message", "function_call"], made.Body["output"]!.AsArray().Select(o => (string?)o!["type"]));
        Assert.Equal(("Hello", "{\"days\":3}", "call_9"), ((string?)made.Body["output"]![0]!["content"]![0]!["text"], (string?)made.Body["output"]![1]!["arguments"], (string?)made.Body["output"]![1]!["call_id"]));
        Assert.Equal((7, 4), ((int)made.Body["usage"]!["input_tokens"]!, (int)made.Body["usage"]!["output_tokens"]!));
        var (path, asked) = scene.Upstream.Asked[^1];
        Assert.Equal(("/v1/chat/completions", "system", "image_url", "get_weather"),
            (path, (string?)asked["messages"]![0]!["role"], (string?)asked["messages"]![1]!["content"]![1]!["type"], (string?)asked["tools"]![0]!["function"]!["name"]));

        scene.Upstream.Status = 500;
        try
        {
            Assert.Equal(HttpStatusCode.BadGateway, (await scene.PostAsync(V1, new { model = "far", input = "x" })).Status);
        }
        finally
        {
            scene.Upstream.Status = 200;
        }
    }

    [Fact]
    public async Task Another_projects_response_is_as_if_it_did_not_exist()
    {
        var (_, key) = await scene.AddProjectAsync("responses-one");
        var (_, other) = await scene.AddProjectAsync("responses-two");
        var mine = await AnsweredAsync(scene.PostAsync(V1, new { model = "quote", input = Facts }, key));
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("GET", $"{V1}/{mine.Body["id"]}", key)).Status);
        var none = $"resp_{new string('0', 48)}";
        foreach (var stranger in (string[])[other, scene.Key])
        {
            foreach (var (method, path) in ((string, string)[])[("GET", ""), ("DELETE", ""), ("GET", "/input_items"), ("POST", "/cancel")])
            {
                var there = await CallAsync(method, $"{V1}/{mine.Body["id"]}{path}", stranger);
                var missing = await CallAsync(method, $"{V1}/{none}{path}", stranger);
                Assert.Equal((HttpStatusCode.NotFound, missing.Body.ToJsonString().Replace(none, (string)mine.Body["id"]!, StringComparison.Ordinal)), (there.Status, there.Body.ToJsonString()));
            }

            Assert.Equal("previous_response_not_found", (await scene.PostAsync(V1, new { model = "quote", input = "x", previous_response_id = (string)mine.Body["id"]! }, stranger)).ErrorCode);
        }
    }

    [Theory]
    [InlineData("""{"model":"quote"}""", "input", 400)]
    [InlineData("""{"model":"quote","input":[]}""", "input", 400)]
    [InlineData("""{"model":"quote","input":[{"role":"robot","content":"x"}]}""", "input[0].role", 400)]
    [InlineData("""{"model":"quote","input":[{"type":"computer_call"}]}""", "input[0].type", 400)]
    [InlineData("""{"model":"quote","input":[{"type":"function_call_output","output":"x"}]}""", "input[0].call_id", 400)]
    [InlineData("""{"model":"quote","input":"x","tools":[{"type":"web_search"}]}""", "tools[0]", 400)]
    [InlineData("""{"model":"quote","input":"x","max_output_tokens":0}""", "max_output_tokens", 400)]
    [InlineData("""{"model":"quote","input":"x","metadata":{"a":1}}""", "metadata", 400)]
    [InlineData("""{"model":"quote","input":"x","truncation":"auto"}""", "truncation", 400)]
    [InlineData("""{"input":"x"}""", "model", 400)]
    [InlineData("""{"model":"no-such","input":"x"}""", null, 404)]
    [InlineData("""{"model":"quote","input":"x","prompt":{"id":"pmpt_1"}}""", null, 501)]
    public async Task A_mistake_is_told_with_its_field(string body, string? field, int status)
    {
        var refused = await scene.PostAsync(V1, body);
        Assert.True((int)refused.Status == status, refused.ToString());
        Assert.Equal(field, (string?)refused.Body["error"]!["param"]);
    }

    private Task<Answer> CallAsync(string method, string path, string? key = null) => scene.Hub.Client.CallAsync(method, path, null, ("api-key", key ?? scene.Key));

    private async Task<List<JsonNode>> EventsAsync(object body)
    {
        var text = await scene.TextAsync(V1, body);
        var items = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => e.Split('\n')).ToArray();
        return [.. items.Select(lines =>
        {
            var data = JsonNode.Parse(lines[1]["data: ".Length..])!;
            Assert.Equal($"event: {data["type"]}", lines[0]);
            return data;
        })];
    }

    private static async Task<Answer> AnsweredAsync(Task<Answer> call)
    {
        var answer = await call;
        Assert.SkipWhen(answer.Status == HttpStatusCode.ServiceUnavailable, "The models have not been pulled.");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return answer;
    }
}
