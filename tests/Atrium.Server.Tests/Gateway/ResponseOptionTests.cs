using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway;

/// <summary>What becomes of each parameter of a response: it is served, refused by its name, or given to the chat behind a connection. None is ignored.</summary>
public sealed class ResponseOptionTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string V1 = "/openai/v1/responses";

    [Theory]
    [InlineData("\"top_k\":40", "top_k")]
    [InlineData("\"include\":[\"everything\"]", "include")]
    [InlineData("\"top_logprobs\":21", "top_logprobs")]
    [InlineData("\"tool_choice\":\"sometimes\"", "tool_choice")]
    [InlineData("\"tool_choice\":{\"type\":\"web_search\"}", "tool_choice")]
    [InlineData("\"reasoning\":{\"summary\":\"detailed\"}", "reasoning.summary")]
    [InlineData("\"reasoning\":{\"depth\":1}", "reasoning.depth")]
    [InlineData("\"text\":{\"colour\":\"red\"}", "text.colour")]
    [InlineData("\"stream\":true,\"stream_options\":{\"include_obfuscation\":true}", "stream_options.include_obfuscation")]
    [InlineData("\"max_tool_calls\":0", "max_tool_calls")]
    [InlineData("\"service_tier\":\"flex\"", "service_tier")]
    [InlineData("\"parallel_tool_calls\":\"yes\"", "parallel_tool_calls")]
    public async Task What_is_not_served_is_refused_by_its_name(string member, string field)
    {
        var refused = await scene.PostAsync(V1, $$"""{"model":"quote","input":"x",{{member}}}""");
        Assert.True(refused.Status == HttpStatusCode.BadRequest, refused.ToString());
        Assert.Equal(field, (string?)refused.Body["error"]!["param"]);
    }

    [Fact]
    public async Task The_answer_repeats_what_was_asked()
    {
        var made = await AnsweredAsync("""
            {"model":"quote","instructions":"The office opens at nine.","input":"When does the office open?","include":["reasoning.encrypted_content"],"max_tool_calls":3,"service_tier":"auto",
             "safety_identifier":"s","prompt_cache_key":"k","reasoning":{"summary":"auto"},"truncation":"disabled","user":"u"}
            """);
        Assert.Equal((3, "default", "s", "k", "u"), ((int)made["max_tool_calls"]!, (string?)made["service_tier"], (string?)made["safety_identifier"], (string?)made["prompt_cache_key"], (string?)made["user"]));
        Assert.Equal(("auto", "disabled", 0), ((string?)made["reasoning"]!["summary"], (string?)made["truncation"], (int)made["top_logprobs"]!));
        Assert.True((long)made["completed_at"]! >= (long)made["created_at"]!);
    }

    [Fact]
    public async Task Log_probabilities_come_with_the_text_and_its_pieces()
    {
        await scene.AddStoriesAsync();
        var body = new { model = "stories", input = "Once upon a time", temperature = 0, max_output_tokens = 8, top_logprobs = 2, include = new[] { "message.output_text.logprobs" } };
        var answer = await scene.PostAsync(V1, body);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        var part = answer.Body["output"]![0]!["content"]![0]!;
        var tokens = part["logprobs"]!.AsArray();
        Assert.Equal((string?)part["text"], string.Concat(tokens.Select(token => (string?)token!["token"])));
        Assert.All(tokens, token => Assert.True((double)token!["logprob"]! <= 0 && token["top_logprobs"]!.AsArray().Count == 2 && (double)token["top_logprobs"]![0]!["logprob"]! >= (double)token["top_logprobs"]![1]!["logprob"]!));

        var events = (await scene.TextAsync(V1, new { body.model, body.input, body.temperature, body.max_output_tokens, body.top_logprobs, body.include, stream = true })).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(text => JsonNode.Parse(text.Split('\n')[1]["data: ".Length..])!).ToList();
        var pieces = events.Where(e => (string?)e["type"] == "response.output_text.delta").SelectMany(e => e["logprobs"]!.AsArray()).Select(token => (string?)token!["token"]);
        Assert.Equal(tokens.Select(token => (string?)token!["token"]), pieces);
    }

    [Fact]
    public async Task A_connection_gets_the_parameters_as_its_chat_has_them_and_its_log_probabilities_come_back()
    {
        scene.Upstream.Says =
        [
            """{"model":"big-1","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"logprobs":{"content":[{"token":"Hi","logprob":-0.5,"bytes":[72,105],"top_logprobs":[{"token":"Ho","logprob":-0.9,"bytes":null}]},{"odd":1}]}}]}""",
            """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", "[DONE]",
        ];
        var made = await AnsweredAsync("""
            {"model":"far","input":"x","reasoning":{"effort":"low"},"text":{"verbosity":"low"},"service_tier":"flex","prompt_cache_key":"k","top_logprobs":1,
             "tools":[{"type":"function","name":"f","parameters":{"type":"object"}}],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"}]}}
            """);
        var token = Assert.Single(made["output"]![0]!["content"]![0]!["logprobs"]!.AsArray())!;
        Assert.Equal(("Hi", -0.5, "Ho"), ((string?)token["token"], (double)token["logprob"]!, (string?)token["top_logprobs"]![0]!["token"]));
        var asked = scene.Upstream.Asked[^1].Body;
        Assert.Equal(("low", "low", "flex", "k", true, 1),
            ((string?)asked["reasoning_effort"], (string?)asked["verbosity"], (string?)asked["service_tier"], (string?)asked["prompt_cache_key"], (bool)asked["logprobs"]!, (int)asked["top_logprobs"]!));
        Assert.Equal(("allowed_tools", "f"), ((string?)asked["tool_choice"]!["type"], (string?)asked["tool_choice"]!["allowed_tools"]!["tools"]![0]!["function"]!["name"]));
    }

    [Theory]
    [InlineData("order=up", "order")]
    [InlineData("after=item_99", "after")]
    [InlineData("before=item_0", "before")]
    [InlineData("limit=101", "limit")]
    public async Task A_page_that_is_none_is_refused(string query, string field)
    {
        var made = await AnsweredAsync("""{"model":"quote","instructions":"The office opens at nine.","input":"When does the office open?"}""");
        var refused = await scene.Hub.Client.CallAsync("GET", $"{V1}/{made["id"]}/input_items?{query}", null, ("api-key", scene.Key));
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused.Body["error"]!["param"]));
    }

    private async Task<JsonObject> AnsweredAsync(string body)
    {
        var answer = await scene.PostAsync(V1, body);
        Assert.SkipWhen(answer.Status == HttpStatusCode.ServiceUnavailable, "The models have not been pulled.");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return answer.Body;
    }
}
