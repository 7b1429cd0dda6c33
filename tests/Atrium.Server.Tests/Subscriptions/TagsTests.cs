using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Subscriptions;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Subscriptions;

/// <summary>Tags at a scope, apart from the resource they are on.</summary>
public sealed class TagsTests : IAsyncLifetime
{
    private const string Version = "?api-version=2021-04-01";
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";
    private HubServer hub = null!;
    private HttpClient owner = null!;

    private string Group => $"{subscription}/resourceGroups/g";

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync();
        owner = await hub.OwnerAsync();
        await owner.CallAsync("PUT", $"{subscription}{Version}", new { displayName = "Test" });
        await owner.CallAsync("PUT", $"{Group}{Version}", new { location = "local", tags = new { Team = "blue", cost = "1" } });
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        await hub.DisposeAsync();
    }

    [Theory]
    [InlineData("Replace", """{"a":"b"}""", """{"a":"b"}""")]
    [InlineData("Merge", """{"TEAM":"red","a":"b"}""", """{"Team":"red","cost":"1","a":"b"}""")]
    [InlineData("Delete", """{"team":"","cost":"2","a":""}""", """{"cost":"1"}""")]
    public void A_change_does_what_its_operation_says(string operation, string change, string expected)
    {
        var before = JsonNode.Parse("""{"Team":"blue","cost":"1"}""")!.AsObject();
        var after = TagRules.Apply(before, operation, JsonNode.Parse(change)!.AsObject());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), after), after.ToJsonString());
    }

    [Fact]
    public async Task Tags_of_a_subscription_a_group_and_a_resource_are_read_changed_and_removed()
    {
        var storage = $"{Group}/providers/Microsoft.Storage/storageAccounts/store{subscription[^8..]}";
        await owner.CallAsync("PUT", $"{storage}?api-version=2023-05-01", new { location = "local", kind = "StorageV2", sku = new { name = "Standard_LRS" } });
        foreach (var scope in (string[])[subscription, Group, storage])
        {
            var put = await TagsAsync("PUT", scope, new { properties = new { tags = new { a = "1", b = "2" } } });
            Assert.True(put.Status == HttpStatusCode.OK, put.ToString());
            Assert.Equal($"{scope}/providers/Microsoft.Resources/tags/default", (string?)put.Body["id"]);
            var patched = await TagsAsync("PATCH", scope, new { operation = "Merge", properties = new { tags = new { c = "3" } } });
            Assert.Equal("""{"a":"1","b":"2","c":"3"}""", patched.Body["properties"]!["tags"]!.ToJsonString());
            Assert.Equal(patched.Body.ToJsonString(), (await TagsAsync("GET", scope)).Body.ToJsonString());
            Assert.Equal(HttpStatusCode.OK, (await TagsAsync("DELETE", scope)).Status);
            Assert.Equal("{}", (await TagsAsync("GET", scope)).Body["properties"]!["tags"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task Changes_at_once_are_all_kept()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => TagsAsync("PATCH", Group, new { operation = "Merge", properties = new { tags = new Dictionary<string, string> { [$"t{i}"] = "x" } } })));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(8, (await TagsAsync("GET", Group)).Body["properties"]!["tags"]!.AsObject().Count);
    }

    [Fact]
    public async Task A_lock_holds_and_a_mistake_is_told()
    {
        Assert.Equal("name", (string?)(await owner.CallAsync("GET", $"{Group}/providers/Microsoft.Resources/tags/other{Version}")).Body["error"]!["target"]);
        Assert.Equal("ResourceGroupNotFound", (await TagsAsync("GET", $"{subscription}/resourceGroups/none")).ErrorCode);
        var wrong = await TagsAsync("PATCH", Group, """{"operation":"Add","properties":{"tags":{"a":5}}}""");
        Assert.Equal(["operation", "properties.tags.a"], wrong.Body["error"]!["details"]!.AsArray().Select(d => (string?)d!["target"]));
        await owner.CallAsync("PUT", $"{Group}/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01", new { properties = new { level = "ReadOnly" } });
        Assert.Equal((HttpStatusCode.Conflict, "ScopeLocked"), await StatusOf(TagsAsync("DELETE", Group)));
    }

    [Fact]
    public async Task A_right_on_tags_alone_writes_tags_and_nothing_else()
    {
        var role = $"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{Guid.NewGuid()}";
        await owner.CallAsync("PUT", $"{role}?api-version=2022-04-01", new { properties = new { roleName = "Tagger", assignableScopes = new[] { subscription }, permissions = new[] { new { actions = new[] { "Microsoft.Resources/tags/*" } } } } });
        using var tagger = await hub.ClientForAsync(roles: [(role[(role.LastIndexOf('/') + 1)..], Group)]);
        Assert.Equal(HttpStatusCode.OK, (await tagger.CallAsync("PUT", $"{Group}/providers/Microsoft.Resources/tags/default{Version}", new { properties = new { tags = new { a = "1" } } })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await tagger.CallAsync("PATCH", $"{Group}{Version}", new { tags = new { a = "2" } })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await tagger.CallAsync("GET", $"{subscription}/providers/Microsoft.Resources/tags/default{Version}")).Status);
    }

    private Task<Answer> TagsAsync(string method, string scope, object? body = null) => owner.CallAsync(method, $"{scope}/providers/Microsoft.Resources/tags/default{Version}", body);

    private static async Task<(HttpStatusCode, string?)> StatusOf(Task<Answer> call)
    {
        var answer = await call;
        return (answer.Status, answer.ErrorCode);
    }
}
