using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Portal;

/// <summary>What each user has begun in the portal.</summary>
public sealed class UserNotificationsTests : IAsyncLifetime
{
    private const string Path = "/providers/Atrium.Portal/notifications/me?api-version=2026-11-01";
    private HubServer hub = null!;

    public async ValueTask InitializeAsync() => hub = await HubServer.StartAsync();

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task Everybody_keeps_his_own_and_needs_no_role()
    {
        using var one = await hub.ClientForAsync();
        using var other = await hub.ClientForAsync();
        Assert.Equal("[]", (await one.CallAsync("GET", Path)).Body["properties"]!["items"]!.ToJsonString());
        var item = new { id = "1", title = "Make project x", link = "/portal", status = "Failed", error = "It is there.", started = "2026-11-01T10:00:00Z", seen = true };
        var put = await one.CallAsync("PUT", Path, new { properties = new { items = new[] { item } } });
        Assert.True(put.Status == HttpStatusCode.OK, put.ToString());
        var kept = (await one.CallAsync("GET", Path)).Body["properties"]!["items"]![0]!;
        Assert.Equal(("Make project x", "Failed", "It is there.", true), ((string?)kept["title"], (string?)kept["status"], (string?)kept["error"], (bool)kept["seen"]!));
        Assert.Equal("[]", (await other.CallAsync("GET", Path)).Body["properties"]!["items"]!.ToJsonString());
    }

    [Fact]
    public async Task Every_mistake_is_told_and_nothing_is_kept()
    {
        using var one = await hub.ClientForAsync();
        var refused = await one.CallAsync("PUT", Path, new { properties = new { items = new object[] { new { id = "1", status = "Broken", started = "yesterday" } } } });
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.All((string[])["properties.items[0].title", "properties.items[0].status", "properties.items[0].started"], field => Assert.Contains(field, refused.ToString(), StringComparison.Ordinal));
        var many = Enumerable.Range(0, 51).Select(i => new { id = $"{i}", title = "x", status = "Succeeded", started = "2026-11-01T10:00:00Z" });
        Assert.Equal(HttpStatusCode.BadRequest, (await one.CallAsync("PUT", Path, new { properties = new { items = many } })).Status);
        Assert.Equal("[]", (await one.CallAsync("GET", Path)).Body["properties"]!["items"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_a_token_it_is_nobodys()
    {
        using var nobody = hub.HttpsClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.CallAsync("GET", Path)).Status);
    }
}
