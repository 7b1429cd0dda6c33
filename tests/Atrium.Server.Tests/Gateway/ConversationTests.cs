using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway;

/// <summary>Conversations that responses go on from and add to.</summary>
public sealed class ConversationTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string V1 = "/openai/v1/conversations";
    private const string Facts = "The office opens at nine. The canteen serves lunch from noon.";

    [Fact]
    public async Task Responses_go_on_from_a_conversation_and_their_turns_become_part_of_it()
    {
        var made = await AnsweredAsync(CallAsync("POST", V1, new { items = new[] { new { type = "message", role = "user", content = Facts } }, metadata = new { topic = "office" } }));
        Assert.Equal(("conversation", "office"), ((string?)made["object"], (string?)made["metadata"]!["topic"]));
        var id = (string)made["id"]!;
        var first = await AnsweredAsync(CallAsync("POST", "/openai/v1/responses", new { model = "quote", input = "When does the office open?", conversation = id }));
        Assert.Contains("opens at nine", first["output"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(id, (string?)first["conversation"]!["id"]);
        await AnsweredAsync(CallAsync("POST", "/openai/v1/responses", new { model = "quote", input = "When is lunch?", conversation = new { id } }));

        var items = await AnsweredAsync(CallAsync("GET", $"{V1}/{id}/items?order=asc"));
        Assert.Equal(["user", "user", "assistant", "user", "assistant"], items["data"]!.AsArray().Select(item => (string?)item!["role"]));
        Assert.Equal(items["data"]!.AsArray().Count, items["data"]!.AsArray().Select(item => (string)item!["id"]!).Distinct().Count());
        Assert.Equal((string?)first["output"]![0]!["id"], (string?)items["data"]![2]!["id"]);
        var newest = await AnsweredAsync(CallAsync("GET", $"{V1}/{id}/items?limit=2"));
        Assert.Equal(((string?)items["data"]![4]!["id"], true), ((string?)newest["first_id"], (bool)newest["has_more"]!));
    }

    [Fact]
    public async Task A_response_in_the_background_adds_its_turn_when_it_ends()
    {
        var id = (string)(await AnsweredAsync(CallAsync("POST", V1, new { items = new[] { new { role = "user", content = Facts } } })))["id"]!;
        var begun = await AnsweredAsync(CallAsync("POST", "/openai/v1/responses", new { model = "quote", input = "When does the office open?", conversation = id, background = true }));
        await UntilAsync(async () => (string?)(await CallAsync("GET", $"/openai/v1/responses/{begun["id"]}")).Body["status"] == "completed");
        var items = await AnsweredAsync(CallAsync("GET", $"{V1}/{id}/items"));
        Assert.Equal(["assistant", "user", "user"], items["data"]!.AsArray().Select(item => (string?)item!["role"]));
    }

    [Fact]
    public async Task Items_are_added_read_and_taken_away_and_metadata_is_replaced()
    {
        var id = (string)(await AnsweredAsync(CallAsync("POST", V1, new { })))["id"]!;
        var call = new { type = "function_call", call_id = "call_1", name = "get_weather", arguments = "{}" };
        var added = await AnsweredAsync(CallAsync("POST", $"{V1}/{id}/items", new { items = new object[] { new { role = "user", content = "Hello" }, call } }));
        Assert.Equal(("list", 2), ((string?)added["object"], added["data"]!.AsArray().Count));
        var one = $"{V1}/{id}/items/{added["last_id"]}";
        Assert.Equal(("function_call", "completed"), ((string?)(await AnsweredAsync(CallAsync("GET", one)))["type"], (string?)(await CallAsync("GET", one)).Body["status"]));
        Assert.Equal(id, (string?)(await AnsweredAsync(CallAsync("DELETE", one)))["id"]);
        Assert.Equal((HttpStatusCode.NotFound, "item_not_found"), ((await CallAsync("GET", one)).Status, (await CallAsync("DELETE", one)).ErrorCode));
        Assert.Single((await CallAsync("GET", $"{V1}/{id}/items")).Body["data"]!.AsArray());

        Assert.Equal("b", (string?)(await AnsweredAsync(CallAsync("POST", $"{V1}/{id}", new { metadata = new { a = "b" } })))["metadata"]!["a"]);
        Assert.Equal("b", (string?)(await AnsweredAsync(CallAsync("GET", $"{V1}/{id}")))["metadata"]!["a"]);
        var gone = await AnsweredAsync(CallAsync("DELETE", $"{V1}/{id}"));
        Assert.Equal(("conversation.deleted", true), ((string?)gone["object"], (bool)gone["deleted"]!));
        Assert.Equal("conversation_not_found", (await CallAsync("GET", $"{V1}/{id}")).ErrorCode);
    }

    [Fact]
    public async Task Two_who_write_at_once_both_have_their_items_kept()
    {
        var id = (string)(await AnsweredAsync(CallAsync("POST", V1, new { })))["id"]!;
        var writes = Enumerable.Range(0, 8).Select(i => AnsweredAsync(CallAsync("POST", $"{V1}/{id}/items", new { items = new[] { new { role = "user", content = $"{i}" } } })));
        await Task.WhenAll(writes);
        var items = await AnsweredAsync(CallAsync("GET", $"{V1}/{id}/items?limit=100"));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}"), items["data"]!.AsArray().Select(item => (string)item!["content"]![0]!["text"]!).Order());
    }

    [Fact]
    public async Task Another_projects_conversation_is_as_if_it_did_not_exist()
    {
        var (_, other) = await scene.AddProjectAsync($"con{Guid.NewGuid():N}"[..12]);
        var id = (string)(await AnsweredAsync(CallAsync("POST", V1, new { items = new[] { new { role = "user", content = Facts } } })))["id"]!;
        foreach (var (method, path, body) in ((string, string, object?)[])[("GET", "", null), ("POST", "", new { metadata = new { } }), ("DELETE", "", null), ("GET", "/items", null)])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await CallAsync(method, $"{V1}/{id}{path}", body, other)).Status);
        }

        var refused = await CallAsync("POST", "/openai/v1/responses", new { model = "quote", input = "x", conversation = id }, other);
        Assert.Equal((HttpStatusCode.BadRequest, "conversation"), (refused.Status, (string?)refused.Body["error"]!["param"]));
    }

    [Theory]
    [InlineData("""{"items":[{"role":"robot","content":"x"}]}""", "items[0].role")]
    [InlineData("""{"items":{}}""", "items")]
    [InlineData("""{"metadata":{"a":1}}""", "metadata")]
    [InlineData("""{"item":[]}""", "item")]
    public async Task A_mistake_is_told_with_its_field(string body, string field)
    {
        var refused = await CallAsync("POST", V1, JsonNode.Parse(body));
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused.Body["error"]!["param"]));
        var both = await CallAsync("POST", "/openai/v1/responses", new { model = "quote", input = "x", conversation = "conv_1", previous_response_id = "resp_1" });
        Assert.Equal("previous_response_id", (string?)both.Body["error"]!["param"]);
    }

    [Theory]
    [InlineData("include[]=message.output_text.logprobs&include[]=reasoning.encrypted_content", true)]
    [InlineData("include=everything", false)]
    public async Task What_to_include_is_known_or_refused(string query, bool isKnown)
    {
        var id = (string)(await AnsweredAsync(CallAsync("POST", V1, new { items = new[] { new { role = "user", content = "x" } } })))["id"]!;
        var item = (string)(await AnsweredAsync(CallAsync("GET", $"{V1}/{id}/items")))["data"]![0]!["id"]!;
        foreach (var path in (string[])["items", $"items/{item}"])
        {
            var answer = await CallAsync("GET", $"{V1}/{id}/{path}?{query}");
            Assert.Equal((isKnown ? HttpStatusCode.OK : HttpStatusCode.BadRequest, isKnown ? null : "include"), (answer.Status, (string?)answer.Body["error"]?["param"]));
        }
    }

    private static async Task<JsonObject> AnsweredAsync(Task<Answer> call)
    {
        var answer = await call;
        Assert.SkipWhen(answer.Status == HttpStatusCode.ServiceUnavailable, "The models have not been pulled.");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return answer.Body;
    }

    private Task<Answer> CallAsync(string method, string path, object? body = null, string? key = null) => scene.Hub.Client.CallAsync(method, path, body, ("api-key", key ?? scene.Key));
}
