using System.Net;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Gateway.Safety;

/// <summary>Blocklists of Content Safety by HTTP, with keys of an account and of projects.</summary>
public sealed class BlocklistTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string Version = "?api-version=2024-09-01";

    [Fact]
    public async Task A_list_is_made_read_changed_listed_and_deleted()
    {
        var name = Unique("List.~-_");
        var made = await PatchAsync(name, new { description = "first" });
        Assert.Equal((HttpStatusCode.Created, $$"""{"blocklistName":"{{name}}","description":"first"}"""), (made.Status, made.Body.ToJsonString()));
        var changed = await PatchAsync(name.ToUpperInvariant(), new { description = "second" });
        Assert.Equal((HttpStatusCode.OK, name, "second"), (changed.Status, (string?)changed.Body["blocklistName"], (string?)changed.Body["description"]));
        Assert.Equal("second", (string?)(await PatchAsync(name, new { })).Body["description"]);
        Assert.Equal(changed.Body.ToJsonString(), (await CallAsync("GET", name)).Body.ToJsonString());
        Assert.Contains((await CallAsync("GET", "")).Body["value"]!.AsArray(), list => (string?)list!["blocklistName"] == name);
        Assert.Null((await PatchAsync(name, """{"description":null}""")).Body["description"]);

        await AddAsync(name, "gone");
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", name)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", name)).Status);
        var missing = await CallAsync("GET", name);
        Assert.Equal((HttpStatusCode.NotFound, "ResourceNotFound"), (missing.Status, missing.ErrorCode));

        await PatchAsync(name, new { });
        Assert.Empty((await CallAsync("GET", $"{name}/blocklistItems")).Body["value"]!.AsArray());
    }

    [Fact]
    public async Task The_same_text_is_the_same_item_and_keeps_its_id()
    {
        var name = await MakeAsync();
        var first = await AddItemsAsync(name, new { text = "Beat", description = "one" }, new { text = "b[e3]at", isRegex = true });
        var ids = first.Select(i => (string)i["blocklistItemId"]!).ToArray();
        Assert.All(ids, id => Assert.True(Guid.TryParse(id, out _)));
        Assert.Equal([false, true], first.Select(i => (bool)i["isRegex"]!));
        var again = await AddItemsAsync(name, new { text = "BEAT", description = "two" });
        Assert.Equal(ids[0], (string?)again[0]["blocklistItemId"]);
        Assert.Equal($$"""{"blocklistItemId":"{{ids[0]}}","text":"BEAT","description":"two","isRegex":false}""", (await CallAsync("GET", $"{name}/blocklistItems/{ids[0]}")).Body.ToJsonString());
        Assert.Equal(2, (await CallAsync("GET", $"{name}/blocklistItems")).Body["value"]!.AsArray().Count);

        var removed = await scene.PostAsync($"/contentsafety/text/blocklists/{name}:removeBlocklistItems{Version}", new { blocklistItemIds = new[] { ids[0], Guid.NewGuid().ToString() } });
        Assert.Equal(HttpStatusCode.NoContent, removed.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", $"{name}/blocklistItems/{ids[0]}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("GET", $"{name}/blocklistItems/{ids[1]}")).Status);
    }

    [Fact]
    public async Task An_api_version_without_regular_expressions_shows_only_those_that_are()
    {
        var name = await MakeAsync();
        var path = $"/contentsafety/text/blocklists/{name}:addOrUpdateBlocklistItems?api-version=2023-10-01";
        var plain = await scene.PostAsync(path, new { blocklistItems = new[] { new { text = "x" } } });
        Assert.False(plain.Body["blocklistItems"]![0]!.AsObject().ContainsKey("isRegex"));
        var pattern = await scene.PostAsync(path, new { blocklistItems = new[] { new { text = "x+", isRegex = true } } });
        Assert.True((bool)pattern.Body["blocklistItems"]![0]!["isRegex"]!);
    }

    [Fact]
    public async Task Pages_lead_through_all_items()
    {
        var name = await MakeAsync();
        await AddAsync(name, [.. Enumerable.Range(0, 25).Select(i => $"item {i}")]);
        var seen = new List<string>();
        for (var next = $"/contentsafety/text/blocklists/{name}/blocklistItems{Version}&maxpagesize=10"; next is not null;)
        {
            var page = await scene.Hub.Client.CallAsync("GET", next, null, ("Ocp-Apim-Subscription-Key", scene.Key));
            Assert.InRange(page.Body["value"]!.AsArray().Count, 1, 10);
            seen.AddRange(page.Body["value"]!.AsArray().Select(i => (string)i!["text"]!));
            next = (string?)page.Body["nextLink"];
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"item {i}").Order(), seen.Order());
        Assert.Equal(seen[3..8], await TextsAsync(name, "&skip=3&top=5"));
        Assert.Equal(seen[20..], await TextsAsync(name, "&skip=20"));
        Assert.Empty(await TextsAsync(name, "&skip=25"));
        Assert.Empty(await TextsAsync(name, "&top=0"));
        var limited = await CallAsync("GET", $"{name}/blocklistItems", "&top=15&maxpagesize=10");
        var rest = await scene.Hub.Client.CallAsync("GET", (string)limited.Body["nextLink"]!, null, ("api-key", scene.Key));
        Assert.Equal((5, false), (rest.Body["value"]!.AsArray().Count, rest.Body.ContainsKey("nextLink")));
        foreach (var wrong in (string[])["&top=-1", "&skip=x", "&maxpagesize=0", "&skiptoken=x"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("GET", $"{name}/blocklistItems", wrong)).Status);
        }
    }

    [Fact]
    public async Task A_text_is_matched_against_the_named_lists_and_a_hit_can_end_the_analysis()
    {
        var (one, two) = (await MakeAsync(), await MakeAsync());
        await AddAsync(one, "beat", "never");
        var regex = (await AddItemsAsync(two, new { text = "bl[e3]{2}d", isRegex = true }))[0];
        var hit = await AnalyzeAsync(new { text = "I want to BEAT you till you ble3d", blocklistNames = new[] { one, two }, haltOnBlocklistHit = true });
        Assert.Equal("[]", hit.Body["categoriesAnalysis"]!.ToJsonString());
        Assert.Equal([(one, "beat"), (two, "bl[e3]{2}d")], hit.Body["blocklistsMatch"]!.AsArray().Select(m => ((string)m!["blocklistName"]!, (string)m["blocklistItemText"]!)));
        Assert.Equal((string?)regex["blocklistItemId"], (string?)hit.Body["blocklistsMatch"]![1]!["blocklistItemId"]);

        await AddAsync(one, "till you");
        var more = await AnalyzeAsync(new { text = "beat them till you win", blocklistNames = new[] { one }, haltOnBlocklistHit = true });
        Assert.Equal(["beat", "till you"], more.Body["blocklistsMatch"]!.AsArray().Select(m => (string)m!["blocklistItemText"]!));
        await CallAsync("DELETE", one);
        var gone = await AnalyzeAsync(new { text = "x", blocklistNames = new[] { one } });
        Assert.Equal((HttpStatusCode.NotFound, "ResourceNotFound"), (gone.Status, gone.ErrorCode));

        var judged = await AnalyzeAsync(new { text = "I will ble3d", blocklistNames = new[] { two } });
        Assert.SkipWhen(judged.Status == HttpStatusCode.ServiceUnavailable, "The models have not been pulled.");
        Assert.Equal((1, 4), (judged.Body["blocklistsMatch"]!.AsArray().Count, judged.Body["categoriesAnalysis"]!.AsArray().Count));
    }

    [Fact]
    public async Task Text_is_measured_in_code_points_and_its_levels_are_four_or_eight()
    {
        var faces = string.Concat(Enumerable.Repeat("😀", 10_000));
        var list = await MakeAsync();
        await AddAsync(list, "😀");
        Assert.Equal(HttpStatusCode.OK, (await AnalyzeAsync(new { text = faces, blocklistNames = new[] { list }, haltOnBlocklistHit = true })).Status);
        await RefusedAsync(await AnalyzeAsync(new { text = faces + "x" }), "text");
        await RefusedAsync(await AnalyzeAsync(new { text = "x", outputType = "TwoLevels" }), "outputType");
        await RefusedAsync(await AnalyzeAsync(new { text = "x", blocklistNames = "one" }), "blocklistNames");
        await RefusedAsync(await AnalyzeAsync(new { text = "x", haltOnBlocklistHit = "yes" }), "haltOnBlocklistHit");
        await RefusedAsync(await AnalyzeAsync("""{"text":"half \ud83d"}"""), null);

        var levels = new List<int>();
        foreach (var text in (string[])["I will kill you with a knife tonight", "He was hurt in a fight", "Have a lovely day", "The knight killed the dragon", "I hate this weather"])
        {
            var (fine, coarse) = (await AnalyzeAsync(new { text, outputType = "EightSeverityLevels" }), await AnalyzeAsync(new { text, outputType = "FourSeverityLevels" }));
            Assert.SkipWhen(fine.Status == HttpStatusCode.ServiceUnavailable, "The models have not been pulled.");
            levels.AddRange(Severities(fine));
            Assert.Equal(Severities(fine).Select(s => s / 2 * 2), Severities(coarse));
        }

        Assert.All(levels, level => Assert.InRange(level, 0, 7));
        Assert.Contains(levels, level => level % 2 == 1);
    }

    [Fact]
    public async Task A_project_has_lists_of_its_own_and_reads_those_of_its_hubs_account()
    {
        var shared = await MakeAsync();
        await AddAsync(shared, "secret");
        var (one, two) = (await scene.AddProjectAsync(Unique("one")), await scene.AddProjectAsync(Unique("two")));
        var own = Unique("own");
        Assert.Equal(HttpStatusCode.Created, (await PatchAsync(own, new { description = "mine" }, one.Key)).Status);
        await AddItemsAsync(own, one.Key, new { text = "private" });
        object body = new { text = "the private secret", blocklistNames = new[] { shared, own }, haltOnBlocklistHit = true };
        Assert.Equal(["secret", "private"], (await AnalyzeAsync(body, one.Key)).Body["blocklistsMatch"]!.AsArray().Select(m => (string)m!["blocklistItemText"]!));

        foreach (var key in (string[])[two.Key, scene.Key])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", own, key: key)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await AnalyzeAsync(body, key)).Status);
            Assert.DoesNotContain(own, (await CallAsync("GET", "", key: key)).Body.ToJsonString(), StringComparison.Ordinal);
        }

        // A project reads the account's list and cannot write it; a list of the same name is its own and stands before the account's.
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("GET", $"{shared}/blocklistItems", key: one.Key)).Status);
        var refused = await scene.PostAsync($"/contentsafety/text/blocklists/{shared}:addOrUpdateBlocklistItems{Version}", new { blocklistItems = new[] { new { text = "x" } } }, one.Key);
        Assert.Equal((HttpStatusCode.NotFound, "ResourceNotFound"), (refused.Status, refused.ErrorCode));
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", shared, key: one.Key)).Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("GET", shared)).Status);
        Assert.Equal(HttpStatusCode.Created, (await PatchAsync(shared, new { }, two.Key)).Status);
        Assert.Equal("[]", (await AnalyzeAsync(new { text = "secret x", blocklistNames = new[] { shared }, haltOnBlocklistHit = true }, two.Key)).Body["blocklistsMatch"]?.ToJsonString() ?? "[]");
        Assert.Single((await AnalyzeAsync(new { text = "secret x", blocklistNames = new[] { shared }, haltOnBlocklistHit = true })).Body["blocklistsMatch"]!.AsArray());
    }

    [Fact]
    public async Task Lists_go_with_their_project_and_writes_stand_in_the_activity_log()
    {
        var project = await scene.AddProjectAsync(Unique("gone"));
        var name = Unique("list");
        await PatchAsync(name, new { }, project.Key);
        await AddItemsAsync(name, project.Key, new { text = "x" });
        var store = scene.Hub.Services.GetRequiredService<IAtriumStore>();
        var log = await store.ListActivityAsync(new() { ResourcePrefix = $"{project.Id}/textBlocklists/{name}", Take = 10 }, TestContext.Current.CancellationToken);
        Assert.Equal(2, log.Count(row => row.Operation.EndsWith("/ContentSafety/text/blocklists/write", StringComparison.Ordinal) && row.Caller.StartsWith("key1:", StringComparison.Ordinal)));

        var deleted = await scene.Hub.Client.CallAsync("DELETE", $"{project.Id}?api-version=2024-04-01&forceToPurge=true");
        await scene.Hub.Client.WaitAsync(deleted);
        foreach (var type in (string[])["microsoft.machinelearningservices/workspaces/textblocklists", "microsoft.machinelearningservices/workspaces/textblocklists/items"])
        {
            Assert.Empty(await store.ListAsync(new() { Type = type, KeyPrefix = project.Id.ToLowerInvariant() + "/", Take = 10 }, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Two_writers_at_once_lose_nothing()
    {
        var name = await MakeAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => AddAsync(name, $"a {i}", $"b {i}")));
        Assert.Equal(16, (await TextsAsync(name, "")).Count);
    }

    [Fact]
    public async Task The_limits_are_those_that_are_published()
    {
        await RefusedAsync(await PatchAsync(Unique("x"), new { description = new string('d', 1025) }), "description");
        await RefusedAsync(await PatchAsync("a", new { blocklistName = "b" }), "blocklistName");
        foreach (var wrong in (string[])["with%20space", new string('n', 65), "umlaut%C3%A4", "a%2Fb"])
        {
            var refused = await PatchAsync(wrong, new { });
            Assert.Equal((HttpStatusCode.BadRequest, "InvalidResourceName"), (refused.Status, refused.ErrorCode));
        }

        var project = await scene.AddProjectAsync(Unique("full"));
        var name = Unique("full");
        await PatchAsync(name, new { }, project.Key);
        for (var call = 0; call < 100; call++)
        {
            await AddItemsAsync(name, project.Key, [.. Enumerable.Range(0, 100).Select(i => (object)new { text = $"word{call} {i}" })]);
        }

        var path = $"/contentsafety/text/blocklists/{name}:addOrUpdateBlocklistItems{Version}";
        await RefusedAsync(await scene.PostAsync(path, new { blocklistItems = new[] { new { text = "one more" } } }, project.Key), "blocklistItems");
        await AddItemsAsync(name, project.Key, new { text = "WORD7 7" });
        var hit = await AnalyzeAsync(new { text = "is word99 99 in it?", blocklistNames = new[] { name }, haltOnBlocklistHit = true }, project.Key);
        Assert.Equal("word99 99", (string?)Assert.Single(hit.Body["blocklistsMatch"]!.AsArray())!["blocklistItemText"]);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", name, key: project.Key)).Status);
    }

    [Theory]
    [InlineData("""{}""", "blocklistItems")]
    [InlineData("""{"blocklistItems":[]}""", "blocklistItems")]
    [InlineData("""{"blocklistItems":{}}""", "blocklistItems")]
    [InlineData("""{"blocklistItems":["x"]}""", "blocklistItems[0]")]
    [InlineData("""{"blocklistItems":[{"description":"no text"}]}""", "blocklistItems[0].text")]
    [InlineData("""{"blocklistItems":[{"text":"x"},{"text":""}]}""", "blocklistItems[1].text")]
    [InlineData("""{"blocklistItems":[{"text":"\u200b"}]}""", "blocklistItems[0].text")]
    [InlineData("""{"blocklistItems":[{"text":"(","isRegex":true}]}""", "blocklistItems[0].text")]
    [InlineData("""{"blocklistItems":[{"text":"a{9999}","isRegex":true}]}""", "blocklistItems[0].text")]
    [InlineData("""[]""", null)]
    [InlineData("""{"blocklistItems":""", null)]
    public async Task A_wrong_item_is_told_with_its_place(string body, string? target)
    {
        var name = await MakeAsync();
        await RefusedAsync(await scene.PostAsync($"/contentsafety/text/blocklists/{name}:addOrUpdateBlocklistItems{Version}", body), target);
    }

    [Fact]
    public async Task Too_long_texts_and_too_many_items_are_refused()
    {
        // A project of its own: patterns are counted over all lists of an account or project.
        var (_, key) = await scene.AddProjectAsync(Unique("limits"));
        var name = Unique("list");
        Assert.Equal(HttpStatusCode.Created, (await PatchAsync(name, new { }, key)).Status);
        var path = $"/contentsafety/text/blocklists/{name}:addOrUpdateBlocklistItems{Version}";
        await AddItemsAsync(name, key, new { text = string.Concat(Enumerable.Repeat("😀", 128)) });
        await RefusedAsync(await scene.PostAsync(path, new { blocklistItems = new[] { new { text = new string('x', 129) } } }, key), "blocklistItems[0].text");
        await RefusedAsync(await scene.PostAsync(path, new { blocklistItems = Enumerable.Range(0, 101).Select(i => new { text = $"t{i}" }) }, key), "blocklistItems");
        await RefusedAsync(await scene.PostAsync($"/contentsafety/text/blocklists/{name}:removeBlocklistItems{Version}", new { blocklistItemIds = new[] { "1" } }, key), "blocklistItemIds[0]");
        var patterns = Enumerable.Range(0, 100).Select(i => (object)new { text = $"p{i}+", isRegex = true }).ToArray();
        await AddItemsAsync(name, key, patterns);
        await RefusedAsync(await scene.PostAsync(path, new { blocklistItems = new[] { new { text = "q+", isRegex = true } } }, key), "blocklistItems");
        await CallAsync("DELETE", name, key: key);
    }

    [Theory]
    [InlineData("POST", "")]
    [InlineData("PUT", "words")]
    [InlineData("POST", "words")]
    [InlineData("PUT", "words/blocklistItems")]
    [InlineData("DELETE", "words/blocklistItems/00000000-0000-0000-0000-000000000000")]
    public async Task Another_method_is_405(string method, string path)
    {
        var refused = await CallAsync(method, path);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "MethodNotAllowed"), (refused.Status, refused.ErrorCode));
    }

    [Theory]
    [InlineData("", "MissingApiVersionParameter")]
    [InlineData("?api-version=2020-01-01", "UnsupportedApiVersion")]
    public async Task An_api_version_must_be_one_that_is_published(string query, string code)
    {
        var refused = await scene.Hub.Client.CallAsync("GET", "/contentsafety/text/blocklists" + query, null, ("api-key", scene.Key));
        Assert.Equal((HttpStatusCode.BadRequest, code), (refused.Status, refused.ErrorCode));
        Assert.NotNull(refused.Body["error"]!["details"]);
    }

    private static string Unique(string prefix) => prefix + Guid.NewGuid().ToString("N")[..8];

    private static IEnumerable<int> Severities(Answer answer) => answer.Body["categoriesAnalysis"]!.AsArray().Select(c => (int)c!["severity"]!);

    private static Task RefusedAsync(Answer answer, string? target)
    {
        Assert.True((answer.Status, answer.ErrorCode, (string?)answer.Body["error"]?["target"]) == (HttpStatusCode.BadRequest, "InvalidRequestBody", target), answer.ToString());
        return Task.CompletedTask;
    }

    private Task<Answer> AnalyzeAsync(object body, string? key = null) => scene.PostAsync($"/contentsafety/text:analyze{Version}", body, key);

    private Task<Answer> CallAsync(string method, string path, string query = "", string? key = null) =>
        scene.Hub.Client.CallAsync(method, $"/contentsafety/text/blocklists{(path.Length > 0 ? "/" : "")}{path}{Version}{query}", null, ("api-key", key ?? scene.Key));

    private Task<Answer> PatchAsync(string name, object body, string? key = null) =>
        scene.Hub.Client.CallAsync("PATCH", $"/contentsafety/text/blocklists/{name}{Version}", body, ("api-key", key ?? scene.Key));

    private async Task<string> MakeAsync()
    {
        var name = Unique("list");
        Assert.Equal(HttpStatusCode.Created, (await PatchAsync(name, new { })).Status);
        return name;
    }

    private async Task<List<string>> TextsAsync(string name, string query) =>
        [.. (await CallAsync("GET", $"{name}/blocklistItems", query)).Body["value"]!.AsArray().Select(i => (string)i!["text"]!)];

    private Task<JsonNode[]> AddAsync(string name, params string[] texts) => AddItemsAsync(name, scene.Key, [.. texts.Select(text => (object)new { text })]);

    private Task<JsonNode[]> AddItemsAsync(string name, params object[] items) => AddItemsAsync(name, scene.Key, items);

    private async Task<JsonNode[]> AddItemsAsync(string name, string key, params object[] items)
    {
        var added = await scene.PostAsync($"/contentsafety/text/blocklists/{name}:addOrUpdateBlocklistItems{Version}", new { blocklistItems = items }, key);
        Assert.True(added.Status == HttpStatusCode.OK, added.ToString());
        return [.. added.Body["blocklistItems"]!.AsArray().Select(item => item!)];
    }
}
