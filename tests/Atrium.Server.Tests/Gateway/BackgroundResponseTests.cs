using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway;

/// <summary>Responses that nobody waits for.</summary>
public sealed class BackgroundResponseTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string V1 = "/openai/v1/responses";
    private const string Facts = "The office opens at nine. The canteen serves lunch from noon.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_response_is_queued_made_and_gone_on_from()
    {
        var begun = await AnsweredAsync(scene.PostAsync(V1, new { model = "quote", instructions = Facts, input = "When does the office open?", background = true }));
        Assert.Equal(("queued", true), ((string?)begun["status"], (bool)begun["background"]!));

        var done = await EndedAsync((string)begun["id"]!);
        Assert.Equal("completed", (string?)done["status"]);
        Assert.Contains("opens at nine", done["output"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.NotNull(done["completed_at"]);
        var rows = (await scene.UsageAsync("responses.background")).Where(row => (int)row!["tokensOut"]! == (int)done["usage"]!["output_tokens"]!);
        Assert.Contains(rows, row => (string?)row!["deployment"] == "quote" && (int)row["status"]! == 200);

        var items = await CallAsync("GET", $"{V1}/{done["id"]}/input_items");
        Assert.Equal("When does the office open?", (string?)items.Body["data"]![0]!["content"]![0]!["text"]);
        var next = await AnsweredAsync(scene.PostAsync(V1, new { model = "quote", input = "When is lunch?", previous_response_id = (string)done["id"]! }));
        Assert.Equal("completed", (string?)next["status"]);
        Assert.True((bool)(await CallAsync("DELETE", $"{V1}/{done["id"]}")).Body["deleted"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", $"{V1}/{done["id"]}")).Status);
    }

    [Fact]
    public async Task Whoever_follows_it_may_leave_and_come_back_for_the_rest()
    {
        var (begun, events) = await StreamedAsync(new { model = "quote", instructions = Facts, input = "When does the office open?", background = true, stream = true });
        Assert.Equal(["response.created", "response.in_progress"], events.Take(2).Select(e => (string)e["type"]!));
        Assert.Equal("response.completed", (string?)events[^1]["type"]);
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(e => (int)e["sequence_number"]!));

        var rest = EventsOf(await FollowAsync(begun, "&starting_after=2"));
        Assert.Equal(events.Skip(3).Select(e => e.ToJsonString()), rest.Select(e => e.ToJsonString()));
        Assert.Equal(events.Count, EventsOf(await FollowAsync(begun, "")).Count);
    }

    [Fact]
    public async Task The_follower_who_goes_away_ends_nothing()
    {
        var body = new { model = "quote", instructions = Facts, input = "When does the office open?", background = true, stream = true };
        using var request = new HttpRequestMessage(HttpMethod.Post, V1) { Content = System.Net.Http.Json.JsonContent.Create(body), Headers = { { "api-key", scene.Key } } };
        string id;
        using (var answer = await scene.Hub.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
            await reader.ReadLineAsync(Cancel);
            id = (string)JsonNode.Parse((await reader.ReadLineAsync(Cancel))!["data: ".Length..])!["response"]!["id"]!;
        }

        Assert.Equal("completed", (string?)(await EndedAsync(id))["status"]);
    }

    [Fact]
    public async Task Cancelling_ends_the_work_and_stays_the_last_word()
    {
        var project = await scene.AddProjectAsync($"bgr{Guid.NewGuid():N}"[..12]);
        scene.Upstream.Says = ["""{"choices":[{"index":0,"delta":{"content":"Once"}}]}""", """{"choices":[{"index":0,"delta":{"content":" upon"}}]}"""];
        scene.Upstream.HangsAfter = 2;
        try
        {
            var asked = scene.Upstream.Asked.Count;
            var begun = await AnsweredAsync(scene.PostAsync(V1, new { model = "far", input = "Tell me.", background = true }));
            var one = $"{V1}/{begun["id"]}";

            // It is in progress before the upstream is asked, and what was never asked cannot be seen to be given up.
            await UntilAsync(() => scene.Upstream.Asked.Count > asked);
            Assert.Equal("in_progress", (string?)(await CallAsync("GET", one)).Body["status"]);
            Assert.Equal("previous_response_not_ready", (await scene.PostAsync(V1, new { model = "quote", input = "x", previous_response_id = (string)begun["id"]! })).ErrorCode);
            Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("POST", one + "/cancel", project.Key)).Status);

            Assert.Equal("cancelled", (string?)(await CallAsync("POST", one + "/cancel")).Body["status"]);
            await UntilAsync(() => scene.Upstream.Cancelled.IsCompleted);
            Assert.Equal("cancelled", (string?)(await CallAsync("POST", one + "/cancel")).Body["status"]);
            await UntilAsync(async () => (await scene.UsageAsync("responses.background")).Any(row => (string?)row!["deployment"] == "far" && (int)row["status"]! == 499));
            Assert.Equal("cancelled", (string?)(await CallAsync("GET", one)).Body["status"]);
        }
        finally
        {
            scene.Upstream.HangsAfter = null;
        }
    }

    [Fact]
    public async Task What_the_model_refuses_is_a_failed_response_with_its_reason()
    {
        scene.Upstream.Says = ["""{"error":{"message":"It is out of order."}}"""];
        scene.Upstream.Status = 500;
        try
        {
            var (_, events) = await StreamedAsync(new { model = "far", input = "Tell me.", background = true, stream = true });
            var failed = events[^1];
            Assert.Equal(("response.failed", "failed", "server_error"), ((string?)failed["type"], (string?)failed["response"]!["status"], (string?)failed["response"]!["error"]!["code"]));
            var kept = await EndedAsync((string)failed["response"]!["id"]!);
            Assert.Contains("out of order", (string?)kept["error"]!["message"], StringComparison.Ordinal);
        }
        finally
        {
            scene.Upstream.Status = 200;
        }
    }

    [Fact]
    public async Task Only_what_is_in_the_background_can_be_cancelled_or_streamed_later_and_it_must_be_kept()
    {
        var plain = await AnsweredAsync(scene.PostAsync(V1, new { model = "quote", input = Facts }));
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("POST", $"{V1}/{plain["id"]}/cancel")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("GET", $"{V1}/{plain["id"]}?stream=true")).Status);
        var unkept = await scene.PostAsync(V1, new { model = "quote", input = Facts, background = true, store = false });
        Assert.Equal((HttpStatusCode.BadRequest, "background"), (unkept.Status, (string?)unkept.Body["error"]!["param"]));
        Assert.Equal(HttpStatusCode.NotFound, (await scene.PostAsync(V1, new { model = "no-such", input = "x", background = true })).Status);
    }

    private static List<JsonNode> EventsOf(string text) =>
        [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(item => JsonNode.Parse(item[(item.IndexOf("\ndata: ", StringComparison.Ordinal) + 7)..])!)];

    private static async Task<JsonObject> AnsweredAsync(Task<Answer> call)
    {
        var answer = await call;
        Assert.SkipWhen(answer.Status == HttpStatusCode.ServiceUnavailable, "The models have not been pulled.");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return answer.Body;
    }

    private async Task<(string Id, List<JsonNode> Events)> StreamedAsync(object body)
    {
        var events = EventsOf(await scene.TextAsync(V1, body));
        return ((string)events[0]["response"]!["id"]!, events);
    }

    private async Task<string> FollowAsync(string id, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{V1}/{id}?stream=true{query}") { Headers = { { "api-key", scene.Key } } };
        using var answer = await scene.Hub.Client.SendAsync(request, Cancel);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private async Task<JsonObject> EndedAsync(string id)
    {
        await UntilAsync(async () => (string?)(await CallAsync("GET", $"{V1}/{id}")).Body["status"] is not ("queued" or "in_progress"));
        return (await CallAsync("GET", $"{V1}/{id}")).Body;
    }

    private Task<Answer> CallAsync(string method, string path, string? key = null) => scene.Hub.Client.CallAsync(method, path, null, ("api-key", key ?? scene.Key));
}
