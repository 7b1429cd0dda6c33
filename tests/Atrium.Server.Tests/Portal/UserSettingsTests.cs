using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Portal;

/// <summary>How each user wants the portal to be.</summary>
public sealed class UserSettingsTests : IAsyncLifetime
{
    private const string Path = "/providers/Atrium.Portal/userSettings/me?api-version=2026-11-01";
    private HubServer hub = null!;

    public async ValueTask InitializeAsync() => hub = await HubServer.StartAsync();

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task Everybody_keeps_his_own_and_needs_no_role()
    {
        using var one = await hub.ClientForAsync();
        using var other = await hub.ClientForAsync();
        var put = await one.CallAsync("PUT", Path, new { properties = new { language = "de", theme = "dark", notifications = new { failed = false } } });
        Assert.True(put.Status == HttpStatusCode.OK, put.ToString());
        var read = await one.CallAsync("GET", Path);
        Assert.Equal(("de", "dark", false), ((string?)read.Body["properties"]!["language"], (string?)read.Body["properties"]!["theme"], (bool)read.Body["properties"]!["notifications"]!["failed"]!));
        Assert.Equal("{}", (await other.CallAsync("GET", Path)).Body["properties"]!.ToJsonString());
    }

    [Fact]
    public async Task Every_mistake_is_told_and_nothing_is_kept()
    {
        using var one = await hub.ClientForAsync();
        var refused = await one.CallAsync("PUT", Path, new { properties = new { theme = "pink", colour = "x" } });
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("properties.theme", refused.ToString(), StringComparison.Ordinal);
        Assert.Contains("properties.colour", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal("{}", (await one.CallAsync("GET", Path)).Body["properties"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_a_token_it_is_nobodys()
    {
        using var nobody = hub.HttpsClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.CallAsync("GET", Path)).Status);
    }
}
